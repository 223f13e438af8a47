import { bundleChunks } from '../bundle.js';
import { withPage } from '../pages.js';
import { OPENTELEMETRY, SENTRY, ZONETRACE_ALL } from '../sizes.js';
import { countTasks, taskSeconds } from './devtools.js';

/** ms after the load in which the parts that come later have come. */
const FIRST_SECOND = 1000;
/** Visits after which the browser has compiled code of a script in its cache. */
const VISITS = 5;

const ENTRIES = {
  bare: ';',
  zonetrace: ZONETRACE_ALL.replace('{ service', '{ panel: false, service'),
  opentelemetry: OPENTELEMETRY,
  sentry: SENTRY,
  'zone-js': "import 'zone.js';",
};

const BEGIN = 'globalThis.began = performance.now();';
const END = 'globalThis.bench = { evaluated: performance.now() - globalThis.began };';

/** The modules of a page that does nothing but start: what is measured stands between the first and the last. */
export async function startPage({ entry }) {
  const chunks = await bundleChunks(ENTRIES[entry]);
  const [{ fileName }] = chunks;
  const files = new Map(chunks.map((chunk) => [chunk.fileName, chunk.code]));
  files.set('begin.js', BEGIN).set('end.js', END);
  return { files, modules: ['begin.js', fileName, 'end.js'] };
}

/** Each in a browser's profile of its own: nothing of it is cached. */
export async function measureStart(run, { name, column }) {
  if (!run.wantsAny('start')) return;
  const url = `${run.address}/${name}`;
  const evaluated = (page) => page.evaluate(() => globalThis.bench.evaluated);
  const inContext = async (use) => {
    const context = await run.browser.createBrowserContext();
    try {
      await use(context);
    } finally {
      await context.close();
    }
  };
  await inContext((context) =>
    withPage(
      context,
      url,
      async (page, session) => {
        run.note(column, 'startEvaluate', await evaluated(page));
        if (!session) return;
        await new Promise((resolve) => setTimeout(resolve, FIRST_SECOND));
        run.noteForDifference('startCpu', column, (await taskSeconds(session)) * 1000);
      },
      (page) => (run.hasDevtools ? countTasks(page) : undefined),
    ),
  );
  if (!run.isWanted('startEvaluateCached')) return;
  await inContext(async (context) => {
    for (let visit = 1; visit < VISITS; visit++) await withPage(context, url, () => {});
    await withPage(context, url, async (page) => {
      run.note(column, 'startEvaluateCached', await evaluated(page));
    });
  });
}
