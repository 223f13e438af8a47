import { untilSteady } from '../pages/until-steady.js';
import { withPage } from '../pages.js';
import { ROWS } from '../rows.js';
import { countTasks, taskSeconds } from './devtools.js';
import { SETTLE } from './settle.js';

/** Processor time of the page's thread, which has in it what spans cause later: settling, the garbage collector. */
export async function measureCpu(run, { name }) {
  if (!run.hasDevtools) return;
  for (const { key, cpuOf, contenders } of ROWS) {
    if (!cpuOf || !run.isWanted(key) || contenders?.includes(name) === false) continue;
    const [benchmark, operations] = cpuOf;
    await withPage(run.browser, `${run.address}/${name}${key === 'emptyCpu' ? '' : '?growth'}`, async (page) => {
      const session = await countTasks(page);
      const cpu = async (n) => {
        const before = await taskSeconds(session);
        await page.evaluate((of, count, ms) => globalThis.bench.burst(of, count, ms), benchmark, n, SETTLE);
        return (await taskSeconds(session)) - before;
      };
      await cpu(operations / 4);
      const idle = await cpu(0);
      const busy = await untilSteady(
        () => cpu(operations),
        (seconds) => seconds - idle,
      );
      run.note(name, key, ((busy - idle) / operations) * 1e6);
    });
  }
}
