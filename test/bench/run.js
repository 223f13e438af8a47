import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bundle, ROOT } from './bundle.js';
import { launch, servePages, withPage } from './pages.js';
import { measurePanel } from './panel.js';
import { profile } from './profile.js';
import { mainTable, targetTable } from './report.js';
import { CONTENDERS, DISPATCHES, ROWS } from './rows.js';
import { describeParts, ENTRIES, measureSizes } from './sizes.js';

const ROUNDS = 5;
/** What the browser counts takes seconds and scatters little. */
const BURST_ROUNDS = 3;
const POLL_ROUNDS = 20_000;
const BURST = 20_000;
/** ms in which everything that a span has left behind is done: traces settle after 50. */
const SETTLE = 300;

const USAGE = `npm run bench -- [--quick] [--rounds N] [--only row,row] [--contenders name,name] [--browser firefox]
npm run bench -- --only panel
npm run bench -- --parts ${Object.keys(ENTRIES).join('|')}
npm run bench -- --profile row [--contenders name]

Measures zonetrace beside its peers and the bare platform. Rows (a word matches every row that begins with it):
  ${ROWS.flatMap(({ key }) => key ?? []).join(' ')}
Contenders: ${CONTENDERS.map(({ name }) => name).join(' ')}`;

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string', default: String(ROUNDS) },
    only: { type: 'string' },
    contenders: { type: 'string' },
    browser: { type: 'string', default: 'chromium' },
    profile: { type: 'string' },
    parts: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

const rounds = options.quick ? 1 : Number(options.rounds);
const isWanted = (key) => !options.only || options.only.split(',').some((word) => key.startsWith(word));
const wantsAny = (beginning) => ROWS.some(({ key }) => key?.startsWith(beginning) && isWanted(key));
const contenders = CONTENDERS.filter(({ name }) => options.contenders?.split(',').includes(name) ?? true);

/** results[contender][row] = { values, told } */
const results = {};

function note(contender, row, value, told = []) {
  if (value === undefined || !isWanted(row)) return;
  results[contender] ??= {};
  results[contender][row] ??= { values: [], told: [] };
  const cell = results[contender][row];
  cell.values.push(value);
  cell.told = [...new Set([...cell.told, ...told])];
}

async function main() {
  if (options.help) return console.log(USAGE);
  if (options.profile) {
    const contender = contenders.find(({ name }) => options.contenders || name === 'zonetrace');
    return console.log(await profile(contender, options.profile));
  }
  if (options.parts) return console.log(await describeParts(options.parts));
  if (options.only === 'panel') return console.log(await measurePanel(rounds, options.browser));
  const started = Date.now();
  const scripts = new Map();
  for (const { name, page = name, target } of contenders) {
    // The overlay is never opened here.
    scripts.set(name, await bundle(`test/bench/pages/${page}.js`, { target, external: [/\/panel\//] }));
  }
  const server = await servePages(scripts);
  const browser = await launch(options.browser);
  const version = await browser.version();
  const load = loadavg()[0];
  try {
    for (let round = 0; round < rounds; round++) {
      // The other way round every second time, so that nobody always comes after the same neighbour.
      for (const contender of round % 2 === 0 ? contenders : contenders.toReversed()) {
        progress(`round ${round + 1} of ${rounds}: ${contender.name}`);
        if (contender.isWholePage) {
          await measureWholePage(browser, `${server.address}/${contender.name}`, contender.column);
          continue;
        }
        await measure(browser, `${server.address}/${contender.name}`, contender);
        if (contender.column || options.browser !== 'chromium') continue;
        if (round < BURST_ROUNDS) await measureBurst(browser, `${server.address}/${contender.name}`, contender.name);
        if (round === 0) await measureLong(browser, `${server.address}/${contender.name}`, contender.name);
      }
    }
  } finally {
    await browser.close();
    server.close();
  }
  noteRatios();
  if (wantsAny('size')) {
    progress('sizes');
    for (const [row, sizes] of Object.entries(await measureSizes())) {
      for (const [contender, bytes] of Object.entries(sizes)) note(contender, row, bytes / 1000);
    }
  }
  progress('');

  const about = {
    browser: version,
    rounds,
    processor: cpus()[0]?.model,
    load: [load, loadavg()[0]],
    seconds: Math.round((Date.now() - started) / 1000),
  };
  mkdirSync(join(ROOT, 'test-output'), { recursive: true });
  writeFileSync(join(ROOT, 'test-output', 'bench.json'), `${JSON.stringify({ about, results }, null, 2)}\n`);
  console.log(
    `${version}, ${rounds} rounds in ${about.seconds} s, load ${about.load.map((value) => value.toFixed(1)).join(' to ')}\n`,
  );
  console.log(mainTable(results));
  const targets = targetTable(results);
  if (targets) console.log(`\n${targets}`);
  if (!options.only) console.log(`\n${await measurePanel(rounds, options.browser)}`);
}

/** One repetition of every wanted benchmark in a fresh page. */
async function measure(browser, url, { name, column = name, suffix = '' }) {
  const wanted = new Set(['floor']);
  for (const { key, measure } of ROWS) if (!suffix && measure && isWanted(key)) wanted.add(measure);
  if (suffix) for (const dispatch of DISPATCHES) if (isWanted(dispatch + suffix)) wanted.add(dispatch);
  if (wanted.size === 1 && !isWanted('floor') && (suffix || !isWanted('context'))) return;
  if (suffix) wanted.delete('floor');
  const { measured, context } = await withPage(browser, url, async (page) => ({
    // As text: WebDriver BiDi (Firefox) hands over only the upper levels of an object.
    measured: JSON.parse(
      await page.evaluate(async (names) => JSON.stringify(await globalThis.bench.measure(names)), [...wanted]),
    ),
    context: suffix ? undefined : await page.evaluate(async () => await globalThis.bench.context()),
  }));
  note(column, 'context', context);
  for (const [benchmark, { ns, drainedNs, told }] of Object.entries(measured)) {
    note(column, benchmark + suffix, ns / 1000, told);
    if (drainedNs !== undefined) note(column, `${benchmark}Drained`, drainedNs / 1000, told);
    if (measured.floor && name !== 'bare') note(column, `${benchmark}Ratio`, ns / measured.floor.ns, told);
  }
}

/** ms of both halves of the page, by column and in the order of the rounds. */
const wholePages = {};

async function measureWholePage(browser, url, column) {
  if (!wantsAny('page')) return;
  const { listeners, requests } = await withPage(browser, url, (page) =>
    page.evaluate(async () => await globalThis.bench.wholePage()),
  );
  note(column, 'pageListeners', listeners);
  note(column, 'pageRequests', requests);
  wholePages[column] ??= [];
  wholePages[column].push(listeners + requests);
}

/** Of each round by itself: the machine's load changes from one to the next. */
function noteRatios() {
  for (const [column, times] of Object.entries(wholePages)) {
    if (column === 'bare') continue;
    for (const [round, time] of times.entries()) note(column, 'pageRatio', time / wholePages.bare?.[round]);
  }
}

/** Processor time of the page's thread, which has in it what spans cause later: settling, the garbage collector. */
async function measureBurst(browser, url, contender) {
  if (!isWanted('emptyCpu')) return;
  await withPage(browser, url, async (page) => {
    const session = await page.createCDPSession();
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    const cpu = async (spans) => {
      const before = await taskSeconds(session);
      await page.evaluate((n, ms) => globalThis.bench.burst(n, ms), spans, SETTLE);
      return (await taskSeconds(session)) - before;
    };
    await cpu(BURST / 4);
    const idle = await cpu(0);
    note(contender, 'emptyCpu', (((await cpu(BURST)) - idle) / BURST) * 1e6);
  });
}

/** What takes seconds and comes out the same each time. */
async function measureLong(browser, url, contender) {
  if (isWanted('emptyFull')) {
    await withPage(browser, url, async (page) => {
      if (!(await page.evaluate(() => globalThis.bench.fill()))) return;
      const { empty } = await page.evaluate(() => globalThis.bench.measure(['empty']));
      note(contender, 'emptyFull', empty.ns / 1000, empty.told);
    });
  }
  if (wantsAny('poll')) {
    await withPage(browser, url, async (page) => {
      const session = await page.createCDPSession();
      await session.send('HeapProfiler.enable');
      const run = (n) => page.evaluate((count, ms) => globalThis.bench.poll(count, ms), n, SETTLE);
      // Once before, so that every bounded buffer has the size that it stays at.
      await run(POLL_ROUNDS);
      await page.evaluate(() => globalThis.bench.stopPolling());
      await page.evaluate(() => globalThis.bench.clear());
      const before = await heapUsed(session);
      const { depth, nsPerRound } = await run(POLL_ROUNDS);
      const after = await heapUsed(session);
      await page.evaluate(() => globalThis.bench.clear());
      const cleared = await heapUsed(session);
      note(contender, 'pollDepth', depth);
      note(contender, 'pollTime', nsPerRound / 1000);
      note(contender, 'pollHeap', (after - before) / POLL_ROUNDS);
      note(contender, 'pollHeapCleared', (cleared - before) / POLL_ROUNDS);
      const error = await page.evaluate(() => globalThis.bench.stopPolling());
      note(contender, 'pollCancel', error ? error.split(':')[0] : 'ok');
    });
  }
}

async function taskSeconds(session) {
  const { metrics } = await session.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'TaskDuration').value;
}

async function heapUsed(session) {
  await session.send('HeapProfiler.collectGarbage');
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  return usedSize;
}

/** One line that is written over; nothing where nobody watches. */
function progress(text) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
