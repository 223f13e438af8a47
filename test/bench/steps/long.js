import { withPage } from '../pages.js';
import { heapUsed, watchHeap } from './devtools.js';
import { SETTLE } from './settle.js';

const POLL_ROUNDS = 20_000;

/** What takes seconds and comes out the same each time: once a run. */
export async function measureLong(run, { name }, round) {
  if (round > 0) return;
  if (run.isWanted('emptyFull')) await measureFull(run, name);
  if (run.wantsAny('poll')) await measurePolling(run, name);
}

async function measureFull(run, name) {
  await withPage(run.browser, `${run.address}/${name}`, async (page) => {
    if (!(await page.evaluate(() => globalThis.bench.fill()))) return;
    const { empty } = JSON.parse(
      await page.evaluate(async () => JSON.stringify(await globalThis.bench.measure(['empty']))),
    );
    run.note(name, 'emptyFull', empty.ns / 1000, empty.told);
  });
}

async function measurePolling(run, name) {
  await withPage(run.browser, `${run.address}/${name}`, async (page) => {
    const session = run.hasDevtools ? await watchHeap(page) : undefined;
    const heap = async () => (session ? heapUsed(session) : Number.NaN);
    const clear = () => page.evaluate(() => globalThis.bench.clear());
    const poll = (n) => page.evaluate(async (count, ms) => await globalThis.bench.poll(count, ms), n, SETTLE);
    // Once before, so that every bounded buffer has the size that it stays at.
    await poll(POLL_ROUNDS);
    await page.evaluate(() => globalThis.bench.stopPolling());
    await clear();
    const before = await heap();
    const { depth, nsPerRound } = await poll(POLL_ROUNDS);
    const after = await heap();
    await clear();
    const cleared = await heap();
    run.note(name, 'pollDepth', depth);
    run.note(name, 'pollTime', nsPerRound / 1000);
    if (session) {
      run.note(name, 'pollHeap', (after - before) / POLL_ROUNDS);
      run.note(name, 'pollHeapCleared', (cleared - before) / POLL_ROUNDS);
    }
    const error = await page.evaluate(() => globalThis.bench.stopPolling());
    run.note(name, 'pollCancel', error ? error.split(':')[0] : 'ok');
  });
}
