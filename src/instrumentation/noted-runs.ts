import { scopeIn } from '../scope.js';
import type { Span } from '../trace/span.js';
import { setRunHook } from '../zone/hooks.js';

/** A run that took less (ms) makes no frame long; the browser tells of scripts from here on as well. */
const NOTICEABLE = 5;

/** Runs that are remembered until their frame is told, which is soon after its paint. */
const MAX_RUNS = 32;

/** A task or listener of a span that took its time. */
export interface Run {
  /** performance.now() */
  end: number;
  /** Weak: with it goes its whole trace, which the store may have given up. */
  span: WeakRef<Span>;
}

/** Notes the last tasks and listeners of spans as they end, in no order; `stop` is its undo. */
export function noteRuns(): { runs: readonly Run[]; stop(): void } {
  const runs: Run[] = [];
  let next = 0;
  let lastEnd = 0;
  setRunHook((zone) => {
    const end = performance.now();
    // No run took longer than the time since the end of the one before: one look at the clock is enough.
    if (end - lastEnd >= NOTICEABLE) {
      const span = scopeIn(zone)?.span;
      if (span && !span.tentative) runs[next++ % MAX_RUNS] = { end, span: new WeakRef(span) };
    }
    lastEnd = end;
  });
  return { runs, stop: () => setRunHook(undefined) };
}
