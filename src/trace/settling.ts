import { readClock } from './clock.js';
import type { Trace } from './trace.js';

/**
 * How long (ms) a trace without open spans and tasks is left alone before it settles. The platform's own promises
 * (a digest, a bitmap, a module) stand for no task; this covers the usual ones. The root still ends at the last activity.
 */
export const SETTLE_QUIET = 50;

type SetTimer = (fn: () => void, ms: number) => () => void;

/** Settles traces, with one timer for all of them, and none while no trace is live. */
export class Settling {
  /** ms that a trace may last before it settles whatever is pending. */
  maxTraceDuration = 30_000;
  readonly #setTimer: SetTimer;
  readonly #onTimeout: (trace: Trace) => void;
  /** The live traces are a list, in the order of their start: a page may begin and settle many of them a second. */
  #oldest: Trace | undefined;
  #newest: Trace | undefined;
  /** What may be over, in the order in which it came to wait: who waits longest is looked at first, and the rest not yet. */
  #idle: Trace[] = [];
  #stopIdleTimer: (() => void) | undefined;
  #stopAgeTimer: (() => void) | undefined;

  constructor(setTimer: SetTimer, onTimeout: (trace: Trace) => void) {
    this.#setTimer = setTimer;
    this.#onTimeout = onTimeout;
  }

  watch(trace: Trace): void {
    trace.older = this.#newest;
    if (this.#newest) this.#newest.newer = trace;
    else this.#oldest = trace;
    this.#newest = trace;
    this.#stopAgeTimer ??= this.#setTimer(this.#checkAges, this.maxTraceDuration);
  }

  idle(trace: Trace): void {
    if (trace.waits !== 'no') {
      trace.waits = 'anew';
      return;
    }
    trace.waits = 'once';
    this.#idle.push(trace);
    this.#stopIdleTimer ??= this.#setTimer(this.#checkIdle, SETTLE_QUIET);
  }

  /** Calls `fn` with each live trace. */
  forEach(fn: (trace: Trace) => void): void {
    for (let trace = this.#oldest; trace; trace = trace.newer) fn(trace);
  }

  /** Settles every live trace now: the page is going away, or tracing stops. `before` sees each one. */
  settleAll(before?: (trace: Trace) => void): void {
    for (let trace = this.#oldest; trace; trace = this.#oldest) {
      before?.(trace);
      this.#settle(trace);
    }
    this.#idle = [];
    this.#stopIdleTimer?.();
    this.#stopAgeTimer?.();
    this.#stopIdleTimer = undefined;
    this.#stopAgeTimer = undefined;
  }

  #settle(trace: Trace): void {
    if (trace.state === 'settled') return; // of age while it waited among the idle ones
    this.#forget(trace);
    trace.settle();
  }

  #forget(trace: Trace): void {
    const { older, newer } = trace;
    if (older) older.newer = newer;
    else this.#oldest = newer;
    if (newer) newer.older = older;
    else this.#newest = older;
    trace.older = undefined;
    trace.newer = undefined;
  }

  readonly #checkIdle = (): void => {
    this.#stopIdleTimer = undefined;
    const now = readClock();
    const idle = this.#idle;
    let seen = 0;
    for (const last = idle.length; seen < last; seen++) {
      const trace = idle[seen] as Trace;
      // A span may be ended with a time of the caller's, which may lie ahead.
      if (trace.lastActivity > now) trace.lastActivity = now;
      if (!trace.isIdle) trace.waits = 'no';
      else if (trace.lastActivity + SETTLE_QUIET - now <= 0.5) {
        trace.waits = 'no';
        this.#settle(trace);
      } else if (trace.waits === 'anew') {
        trace.waits = 'once';
        idle.push(trace);
      } else break;
    }
    idle.splice(0, seen);
    const [next] = this.#idle;
    if (!next) return;
    const left = Math.min(SETTLE_QUIET, next.lastActivity + SETTLE_QUIET - now);
    this.#stopIdleTimer ??= this.#setTimer(this.#checkIdle, left);
  };

  readonly #checkAges = (): void => {
    this.#stopAgeTimer = undefined;
    const now = readClock();
    for (let trace = this.#oldest; trace; trace = this.#oldest) {
      const left = trace.startedAt + this.maxTraceDuration - now;
      if (left > 0.5) {
        this.#stopAgeTimer = this.#setTimer(this.#checkAges, left);
        return;
      }
      this.#onTimeout(trace);
      this.#settle(trace);
    }
  };
}
