import { mkdirSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bundle, ROOT } from './bundle.js';
import { describeMachine } from './machine.js';
import { launch, servePages } from './pages.js';
import { measurePanel, PANEL_ROUNDS } from './panel.js';
import { profile } from './profile.js';
import { writeReadme } from './readme.js';
import { record } from './record.js';
import { mainTable, targetTable, unmeasured } from './report.js';
import { Results } from './results.js';
import { CONTENDERS, ROWS } from './rows.js';
import { describeParts, ENTRIES, measureSizes } from './sizes.js';
import { measureCpu } from './steps/cpu.js';
import { measureExport } from './steps/export.js';
import { measureInPage } from './steps/in-page.js';
import { measureLong } from './steps/long.js';
import { measureMemory } from './steps/memory.js';
import { measureStart, startPage } from './steps/start.js';
import { measureWholePage } from './steps/whole-page.js';

const ROUNDS = 3;

/** What takes long and is left out of a quick run, unless rows are asked for: beginnings of rows, and contenders. */
const LONG_ROWS = ['emptyFull', 'spans100000Cpu', 'open10000Cpu', 'fetch', 'poll', 'startEvaluateCached', 'panel'];
const LONG_CONTENDERS = ['zonetrace-zone', 'zone-js-es2016'];

/** What is measured in the pages of each kind. */
const STEPS = {
  core: [measureInPage, measureCpu, measureMemory, measureLong],
  interaction: [measureInPage],
  page: [measureWholePage],
  export: [measureExport],
  start: [measureStart],
};

const USAGE = `npm run bench -- [--quick] [--rounds N] [--only row,row] [--contenders name,name] [--browser firefox] [--record]
npm run bench -- --only panel [--record]
npm run bench -- --readme
npm run bench -- --parts ${Object.keys(ENTRIES).join('|')}
npm run bench -- --profile row [--contenders name]

Measures zonetrace beside its peers and the bare platform. --record writes the medians to test/bench/results.json, --readme
the figures of that file into the README and the guides. Rows (a word matches every row that begins with it):
  ${ROWS.flatMap(({ key }) => key ?? []).join(' ')} panel
Contenders: ${CONTENDERS.map(({ name }) => name).join(' ')}`;

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string', default: String(ROUNDS) },
    only: { type: 'string' },
    contenders: { type: 'string' },
    browser: { type: 'string', default: 'chromium' },
    record: { type: 'boolean', default: false },
    readme: { type: 'boolean', default: false },
    profile: { type: 'string' },
    parts: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

const rounds = options.quick ? 1 : Number(options.rounds);
const contenders = CONTENDERS.filter(
  ({ name }) => options.contenders?.split(',').includes(name) ?? !(options.quick && LONG_CONTENDERS.includes(name)),
);
const leftOut = options.quick && !options.only ? LONG_ROWS : [];
const results = new Results(options.only?.split(','), leftOut);

/** Sizes and the overlay have pages of their own. */
const wantsPages = ROWS.some(({ key }) => key && !key.startsWith('size') && results.isWanted(key));

async function main() {
  if (options.help) return console.log(USAGE);
  if (options.readme) return writeReadme();
  if (options.profile) {
    const contender = contenders.find(({ name }) => options.contenders || name === 'zonetrace');
    return console.log(await profile(contender, options.profile));
  }
  if (options.parts) return console.log(await describeParts(options.parts));
  if (options.record && options.quick) throw new Error('a quick run is too inexact to be recorded; leave --quick out');
  const started = Date.now();
  const load = loadavg()[0];
  const version = wantsPages ? await measurePages() : undefined;
  let panel;
  if (results.wantsAny('size')) {
    progress('sizes');
    for (const [row, sizes] of Object.entries(await measureSizes())) {
      for (const [contender, bytes] of Object.entries(sizes)) results.note(contender, row, bytes / 1000);
    }
  }
  if (results.isWanted('panel')) {
    progress('the overlay');
    panel = await measurePanel(options.quick ? rounds : Math.max(rounds, PANEL_ROUNDS), options.browser);
  }
  progress('');

  const about = {
    browser: version,
    rounds,
    ...describeMachine(),
    load: [load, loadavg()[0]],
    seconds: Math.round((Date.now() - started) / 1000),
    spent,
  };
  mkdirSync(join(ROOT, 'test-output'), { recursive: true });
  writeFileSync(
    join(ROOT, 'test-output', 'bench.json'),
    `${JSON.stringify({ about, results: results.cells }, null, 2)}\n`,
  );
  console.log(
    `${version ?? 'no browser'}, ${rounds} rounds in ${about.seconds} s, load ${about.load.map((value) => value.toFixed(1)).join(' to ')}, ${about.newPage} µs a page of new memory\n`,
  );
  for (const text of [
    mainTable(results.cells),
    targetTable(results.cells),
    panel?.table,
    unmeasured(results, options.browser),
    leftOut.length > 0 && `Left out of a quick run: ${[...LONG_ROWS, ...LONG_CONTENDERS].join(' ')}`,
  ]) {
    if (text) console.log(`${text}\n`);
  }
  if (options.record) {
    record(options.browser, about, { ...results.cells, ...(panel && { panel: panelCells(panel.values) }) });
  }
}

/** s that each step took, all rounds together: what to shorten when a run takes too long. */
const spent = {};

const panelCells = (values) =>
  Object.fromEntries(Object.entries(values).map(([row, times]) => [row, { values: times, told: [] }]));

/** Everything but the sizes and the overlay, in rounds; answers the version of the browser. */
async function measurePages() {
  const wanted = contenders;
  const pages = new Map();
  for (const contender of wanted) {
    const { name, page = name, target, kind } = contender;
    if (kind === 'start') pages.set(name, await startPage(contender));
    // The overlay is never opened here; an exporter needs what is loaded late.
    else
      pages.set(name, await bundle(`test/bench/pages/${page}.js`, { target, external: [/\/panel\//], inline: true }));
  }
  const server = await servePages(pages);
  const browser = await launch(options.browser);
  const run = Object.assign(results, {
    browser,
    address: server.address,
    takeSpans: server.takeSpans,
    isQuick: options.quick,
    hasDevtools: options.browser === 'chromium',
  });
  try {
    for (let round = 0; round < rounds; round++) {
      // The other way round every second time, so that nobody always comes after the same neighbour.
      for (const contender of round % 2 === 0 ? wanted : wanted.toReversed()) {
        progress(`round ${round + 1} of ${rounds}: ${contender.name}`);
        for (const step of STEPS[contender.kind]) {
          const began = Date.now();
          await step(run, contender, round);
          spent[step.name] = (spent[step.name] ?? 0) + (Date.now() - began) / 1000;
        }
      }
    }
    results.compare();
    return await browser.version();
  } finally {
    await browser.close();
    server.close();
  }
}

/** One line that is written over; nothing where nobody watches. */
function progress(text) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
