import { withPage } from '../pages.js';
import { countTasks, taskSeconds } from './devtools.js';

const REQUESTS = 150;

/** A page of many listeners and requests, and requests by themselves. */
export async function measureWholePage(run, { name, column }) {
  const url = `${run.address}/${name}`;
  if (run.wantsAny('page')) {
    const { listeners, requests } = await withPage(run.browser, url, (page) =>
      page.evaluate(async () => await globalThis.bench.wholePage()),
    );
    run.note(column, 'pageListeners', listeners);
    run.note(column, 'pageRequests', requests);
    run.noteForRatio('pageRatio', column, listeners + requests);
  }
  if (run.wantsAny('fetch')) await withPage(run.browser, url, (page) => measureRequests(run, page, column));
}

async function measureRequests(run, page, column) {
  const session = run.hasDevtools ? await countTasks(page) : undefined;
  const request = (n, inside) =>
    page.evaluate(async (count, isInside) => await globalThis.bench.requests(count, isInside), n, inside);
  const noteTimes = (suffix, { calls, all }) => {
    run.note(column, `fetchCall${suffix}`, (calls / REQUESTS) * 1000);
    run.note(column, `fetchAll${suffix}`, (all / REQUESTS) * 1000);
  };
  await request(REQUESTS / 2, true);
  noteTimes('', await request(REQUESTS, false));
  const before = session && (await taskSeconds(session));
  noteTimes('Inside', await request(REQUESTS, true));
  if (session) run.note(column, 'fetchCpuInside', (((await taskSeconds(session)) - before) / REQUESTS) * 1e6);
}
