/**
 * Until its code is compiled and the heap has its size, an operation costs several times as much as afterwards. That takes as
 * long as it takes: repetitions are made until the last four were no faster than those before, or there are so many.
 */
const MOST_REPETITIONS = 30;
const STEADY = 4;
/** Faster is less than this part. */
const FASTER = 0.95;

/** Answers the last of the repetitions; `costOf` tells what one has cost, in any unit. */
export async function untilSteady(repeat, costOf, most = MOST_REPETITIONS) {
  let result;
  let steady = 0;
  for (let i = 0, least = Number.POSITIVE_INFINITY; i < most && steady < STEADY; i++) {
    result = await repeat();
    const cost = costOf(result);
    steady = cost < least * FASTER ? 0 : steady + 1;
    least = Math.min(least, cost);
  }
  return result;
}
