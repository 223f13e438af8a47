/**
 * Two spans at once and code in no span, each looking for its own after every kind of await. Answers `right`, or
 * `lost` (no span where there is one) and `wrong` (somebody else's).
 */
export async function checkContext({ withSpan, current }) {
  if (!current) return undefined;
  const seen = new Set();
  const awaits = [
    async () => {},
    () => Promise.resolve(),
    () => undefined,
    () => ({ then: (resolve) => resolve() }),
    () => new Promise((resolve) => setTimeout(resolve, 1)),
    () => fetch('data:,'),
    () => Promise.all([undefined, (async () => {})()]),
  ];
  const work = async (span) => {
    for (const wait of [...awaits, ...awaits]) {
      await wait();
      const found = current();
      if (found !== span) seen.add(found === undefined ? 'lost' : 'wrong');
    }
  };
  await Promise.all([withSpan('one', work), work(undefined), withSpan('two', work)]);
  return seen.size === 0 ? 'right' : [...seen].sort().join(', ');
}
