/** What a span costs must not depend on how many there are: of a trace, and of traces that are open at once. */
export const SPANS_OF_A_TRACE = [10, 100, 1000, 10_000, 100_000];
export const OPEN_TRACES = [1, 10, 100, 1000, 10_000];

/** One operation is a span of a trace of so many, in one job. */
export function spansOfATrace(withSpan, work, most = Number.POSITIVE_INFINITY) {
  const trace = (n) => {
    withSpan('root', () => {
      for (let i = 1; i < n; i++) withSpan('child', work);
    });
  };
  const sizes = SPANS_OF_A_TRACE.filter((size) => size <= most);
  return Object.fromEntries(sizes.map((size) => [`spans${size}`, { kind: 'sync', batch: size, run: trace }]));
}

/** One operation is a trace that waits for something, from its begin to its end, while so many are open. */
export function openAtOnce(withSpan) {
  const together = async (count) => {
    const release = [];
    const wait = () => new Promise((resolve) => release.push(resolve));
    const ended = [];
    for (let i = 0; i < count; i++) ended.push(withSpan('open', wait));
    for (const resolve of release) resolve();
    await Promise.all(ended);
  };
  const run = (count) => async (n) => {
    for (let left = n; left > 0; left -= count) await together(count);
  };
  return Object.fromEntries(
    OPEN_TRACES.map((count) => [`open${count}`, { kind: 'async', step: count, run: run(count) }]),
  );
}
