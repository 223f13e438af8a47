import { currentFrame, rootFrame } from './load.js';

/**
 * Why code may run without the values of its cause:
 * - `expired`: more plain-value awaits in a row than the timeline replays. Known for certain.
 * - `unhooked`: it runs in no task, and is no continuation of the page: the callback of an API that nobody patches, or what
 *   awaited a promise of another realm. A suspicion: only the caller knows whether it expected values.
 */
export type LossReason = 'expired' | 'unhooked';

/** A continuation of the page that carries no values is known by the await that resumed it just before (ms). */
const JUST_BEFORE = 5;

/** On while somebody wants to know: it costs the timeline a microtask more, and a clock read an await outside values. */
export let diagnosing = false;

let expired = false;
let pageResumedAt = Number.NEGATIVE_INFINITY;

export function diagnoseLosses(on: boolean): void {
  diagnosing = on;
  expired = false;
}

/** The jobs up to the next mark belong to a zone that the timeline has given up (true), or no longer do (false). */
export function noteExpired(value: boolean): void {
  expired = value;
}

/** A continuation of code without values is about to run. */
export function notePageResumed(): void {
  if (diagnosing) pageResumedAt = performance.now();
}

/** Whether the running code may have lost its values; undefined where it has some, or never had any. */
export function suspectLoss(): LossReason | undefined {
  if (!diagnosing || typeof document === 'undefined' || currentFrame() !== rootFrame) return undefined;
  if (expired) return 'expired';
  const isScript = document.readyState !== 'complete' || document.currentScript !== null;
  return isScript || performance.now() - pageResumedAt < JUST_BEFORE ? undefined : 'unhooked';
}
