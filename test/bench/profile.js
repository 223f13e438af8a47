import { bundle } from './bundle.js';
import { launch, servePages, withPage } from './pages.js';

const FUNCTIONS = 25;
const LINES = 25;
const REPETITIONS = 12;

/** Where the time of one benchmark of one contender goes: functions and lines by self time, of a bundle not minified. */
export async function profile({ name, page: file = name, target }, benchmark) {
  const script = await bundle(`test/bench/pages/${file}.js`, { target, external: [/\/panel\//], minify: false });
  const server = await servePages(new Map([[name, script]]));
  const browser = await launch('chromium');
  try {
    return await withPage(browser, `${server.address}/${name}`, async (page) => {
      const session = await page.createCDPSession();
      await session.send('Profiler.enable');
      await session.send('Profiler.setSamplingInterval', { interval: 100 }); // µs
      const repeat = (times) =>
        page.evaluate(
          async (names, count) => {
            for (let i = 0; i < count; i++) await globalThis.bench.measure(names);
          },
          [benchmark],
          times,
        );
      await repeat(2);
      await session.send('Profiler.start');
      await repeat(REPETITIONS);
      return describe((await session.send('Profiler.stop')).profile, script.split('\n'));
    });
  } finally {
    await browser.close();
    server.close();
  }
}

function describe({ nodes }, source) {
  const functions = new Map();
  const lines = new Map();
  const add = (map, key, hits) => map.set(key, (map.get(key) ?? 0) + hits);
  for (const { callFrame, hitCount, positionTicks = [] } of nodes) {
    const { functionName, lineNumber, url } = callFrame;
    if (functionName === '(idle)') continue;
    add(functions, `${functionName || '(anonymous)'}${url ? ` :${lineNumber + 1}` : ''}`, hitCount);
    if (url) for (const { line, ticks } of positionTicks) add(lines, line, ticks);
  }
  const total = [...functions.values()].reduce((sum, hits) => sum + hits, 0);
  const top = (map, count) => [...map].sort(([, a], [, b]) => b - a).slice(0, count);
  const percent = (hits) => `${((100 * hits) / total).toFixed(1).padStart(5)} %`;
  return [
    'self time by function (line of the bundle)',
    ...top(functions, FUNCTIONS).map(([key, hits]) => `${percent(hits)}  ${key}`),
    '',
    'self time by line',
    ...top(lines, LINES).map(([line, hits]) => `${percent(hits)}  :${line} ${source[line - 1]?.trim().slice(0, 100)}`),
  ].join('\n');
}
