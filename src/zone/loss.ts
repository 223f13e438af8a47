import { type LossHook, setLossHook } from './hooks.js';
import { currentFrame, rootFrame } from './load.js';
import { setTimerOutside } from './outside.js';

/**
 * Why code may run without the values of its cause:
 * - `expired`: more plain-value awaits in a row than the timeline replays. Known for certain.
 * - `unhooked`: nothing that we see led to it: no script, no task, no continuation. The callback of an API that nobody
 *   patches, or what awaited a promise of another realm. A suspicion: only the caller knows whether it expected values.
 */
export type LossReason = 'expired' | 'unhooked';

let diagnosing = false;
let expired = false;

/**
 * Code without values has run, by a task or continuation that we saw. What its plain-value awaits lead to runs before the
 * next task, and cannot be told from other jobs: until then nothing is suspected.
 */
let ranOutside = false;

const hook: LossHook = {
  expired(value) {
    expired = value;
  },
  ranOutside() {
    if (ranOutside) return;
    ranOutside = true;
    setTimerOutside(() => {
      ranOutside = false;
    }, 0);
  },
};

/** On while somebody wants to know: it costs the timeline a microtask more, and a page without values a timer now and then. */
export function diagnoseLosses(on: boolean): void {
  diagnosing = on;
  expired = false;
  setLossHook(on ? hook : undefined);
}

/** Whether the running code may have lost its values; undefined where it has some, or never had any. */
export function suspectLoss(): LossReason | undefined {
  if (!diagnosing || typeof document === 'undefined' || currentFrame() !== rootFrame) return undefined;
  if (expired) return 'expired';
  const isScript = document.readyState !== 'complete' || document.currentScript !== null;
  return isScript || ranOutside ? undefined : 'unhooked';
}
