import * as fc from 'fast-check';

/** Programs that run at the same time, as independent parts of a page do; also the quickest way to wait for their timers. */
const TOGETHER = 250;

/** ms for which a smaller program is looked for. */
const SHRINKING = 20_000;

/**
 * Runs random programs, many at once. `run` answers what was wrong. A program in which something was is run again alone,
 * made smaller and told; `FUZZ_SEED` with the seed that is named repeats its batch.
 */
export async function runPrograms<P>(
  programs: fc.Arbitrary<P>,
  run: (program: P) => Promise<string[]>,
  { count, seed, together = TOGETHER }: { count: number; seed: number; together?: number },
): Promise<void> {
  for (let begun = 0; begun < count; begun += together) {
    const own = (seed + begun) | 0;
    const batch = fc.sample(programs, { seed: own, numRuns: Math.min(together, count - begun) });
    const wrong = await Promise.all(batch.map(run));
    const at = wrong.findIndex((each) => each.length > 0);
    if (at < 0) continue;
    const alone = fc.asyncProperty(programs, async (program) => {
      const faults = await run(program);
      if (faults.length > 0) throw new Error(faults.join('\n'));
    });
    const interruptAfterTimeLimit = SHRINKING;
    await fc.assert(alone, { seed: own, path: String(at), includeErrorInReport: true, interruptAfterTimeLimit });
    throw new Error(`only beside others, seed ${own}: ${wrong[at]?.join('; ')} in ${JSON.stringify(batch[at])}`);
  }
}

export const randomSeed = (): number => Math.floor(Math.random() * 2 ** 31);
