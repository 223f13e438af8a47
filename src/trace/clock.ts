/** A larger difference between the wall clock and the page's means that the machine slept or its clock was set. */
const MAX_DRIFT = 50;

/** Where performance.now() stands on the Unix time axis: ms since the epoch at its zero. */
export function anchorClock(): number {
  const monotonic = performance.now();
  const { timeOrigin } = performance;
  const wall = Date.now();
  return Math.abs(wall - timeOrigin - monotonic) > MAX_DRIFT ? wall - monotonic : timeOrigin;
}
