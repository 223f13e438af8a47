/** A larger difference between the wall clock and the page's means that the machine slept or its clock was set. */
const MAX_DRIFT = 50;

/** The wall clock is compared once in a while (ms): it costs as much as the rest of a small span. */
const CHECK_EVERY = 1000;

/** Held: to ask the page's global object for it takes Chromium longer than to read the clock. */
const { performance } = globalThis;
const { timeOrigin } = performance;

let anchor = timeOrigin;
let checkedAt = Number.NEGATIVE_INFINITY;

/** performance.now(). */
export function readClock(): number {
  return performance.now();
}

/**
 * Where performance.now() stands on the Unix time axis: ms since the epoch at its zero. `now` is its present value.
 * Normally that is `performance.timeOrigin`, which frames and workers share.
 */
export function anchorClock(now: number): number {
  if (now - checkedAt > CHECK_EVERY) {
    checkedAt = now;
    const wall = Date.now() - now;
    anchor = Math.abs(wall - timeOrigin) > MAX_DRIFT ? wall : timeOrigin;
  }
  return anchor;
}
