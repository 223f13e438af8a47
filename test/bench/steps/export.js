import { withPage } from '../pages.js';
import { countTasks, taskSeconds } from './devtools.js';

/** Times that the page makes and exports its spans. */
const TIMES = 5;

/** Spans from their beginning until their bytes are given to `fetch`; counted by the server, so that none is lost unseen. */
export async function measureExport(run, { name, column }) {
  await measure(run, `${run.address}/${name}`, column, '');
  // OpenTelemetry's exporter for browsers does not compress.
  if (column === 'zonetrace') await measure(run, `${run.address}/${name}?gzip`, column, 'Gzip');
}

async function measure(run, url, column, suffix) {
  if (!run.isWanted(`exportRate${suffix}`) && !run.isWanted(`exportCpu${suffix}`)) return;
  await withPage(run.browser, url, async (page) => {
    const session = run.hasDevtools ? await countTasks(page) : undefined;
    const send = (times) => page.evaluate(async (n) => await globalThis.bench.exportAll(n), times);
    await send(2);
    run.takeSpans();
    const spans = TIMES * (await page.evaluate(() => globalThis.bench.spans));
    const before = session && (await taskSeconds(session));
    const ms = await send(TIMES);
    const cpu = session && (await taskSeconds(session)) - before;
    const lost = spans - run.takeSpans();
    const told = lost === 0 ? [] : [`${lost} lost`];
    run.note(column, `exportRate${suffix}`, Math.round((spans / ms) * 1000), told);
    if (session) run.note(column, `exportCpu${suffix}`, (cpu / spans) * 1e6, told);
  });
}
