import { withPage } from '../pages.js';
import { ROWS } from '../rows.js';
import { heapUsed, watchHeap } from './devtools.js';
import { SETTLE } from './settle.js';

/** A little less than a power of two, or columns that double would be charged half empty. */
const SPANS = 16_000;
/** Before: what is compiled is not charged. */
const WARM_UP = 1000;

const ROWS_OF_KINDS = { live: 'memoryLive', ended: 'memoryEnded', endedDescribed: 'memoryEndedDescribed' };

/** Bytes of spans that are open, and of ended ones where the contender keeps any; they come out the same each time. */
export async function measureMemory(run, { name }, round) {
  if (!run.hasDevtools || round > 0) return;
  for (const [kind, row] of Object.entries(ROWS_OF_KINDS)) {
    if (!run.isWanted(row) || !ROWS.find(({ key }) => key === row).contenders.includes(name)) continue;
    await withPage(run.browser, `${run.address}/${name}?keep`, async (page) => {
      const session = await watchHeap(page);
      const hold = (n) => page.evaluate((of, count, ms) => globalThis.bench.hold(of, count, ms), kind, n, SETTLE);
      if (!(await hold(WARM_UP))) return;
      const before = await heapUsed(session);
      await hold(SPANS);
      run.note(name, row, ((await heapUsed(session)) - before) / SPANS);
    });
  }
}
