import { bundle } from './bundle.js';
import { launch, servePages, withPage } from './pages.js';

/** What is measured, with the ms that it may take; of frames the longest, and the longest script in one. */
const ROWS = [
  ['openRested', 'open, to the first paint', 150],
  ['open', '  right after the spans were made', 150],
  ['openSmall', '  with 50 spans in the store', ''],
  ['openAgain', '  again, once closed', ''],
  ['sort', 'sort the list of traces', 50],
  ['filter', 'filter, to the first answer', 50],
  ['collapse', 'collapse a trace', 50],
  ['scroll', 'scroll the tree: the longest frame', 32],
  ['timeline', 'open the timeline', 150],
  ['zoom', 'zoom the timeline: the longest frame', 32],
  ['pan', 'pan the timeline: the longest frame', 32],
  ['live', '2,000 spans a second, tree: the longest frame', 32],
  ['liveTimeline', '2,000 spans a second, timeline: the longest frame', 32],
];

/** Spans in all and a trace: a busy page, and one very large trace. */
const STORES = [
  [100_000, 50],
  [100_000, 10_000],
];

/**
 * ms from when the spans are made until the panel opens, as in use they come over minutes and their garbage is gone; and from
 * then until something is done in it.
 */
const REST = 1000;

/** Rounds, at least: one frame of many that the machine was late with says little. */
export const PANEL_ROUNDS = 3;

/** Spans of a file. */
const FILE = 1_000_000;

/** Formats of files, what they are called, and the word of their values. */
const FORMATS = [
  ['chrome', "Chrome's events", 'file'],
  ['otlp', 'OTLP', 'otlp'],
];

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

/** Opens a large file once: how long it takes, what the page does meanwhile, and what a span takes of the memory. */
async function measureLargeFile(browser, url, browserName, [format, name, word]) {
  return withPage(browser, url, async (page) => {
    const session = browserName === 'chromium' ? await page.createCDPSession() : undefined;
    const heap = async () => {
      if (!session) return 0;
      await session.send('HeapProfiler.enable');
      await session.send('HeapProfiler.collectGarbage');
      const { usedSize, backingStorageSize } = await session.send('Runtime.getHeapUsage');
      return usedSize + backingStorageSize;
    };
    const before = await heap();
    const { open, longest, timeline, pan, zoom } = JSON.parse(
      await page.evaluate(
        async (...given) => JSON.stringify(await globalThis.bench.measureFile(...given)),
        format,
        FILE,
      ),
    );
    const row = (label, most, value) => `${label.padEnd(52)}${String(most).padStart(9)}${value.padStart(18)}`;
    const frame = ({ longest: ms, busiest }) => `${ms.toFixed(0)} (${busiest.toFixed(0)})`;
    const lines = [
      row(`open a file of ${FILE.toLocaleString('en')} spans (${name}), once`, 2000, open.toFixed(0)),
      row('meanwhile: the longest frame', '', longest.toFixed(0)),
      row('open its timeline', '', timeline.toFixed(0)),
      row('pan in it: the longest frame', 32, frame(pan)),
      row('zoom in it: the longest frame', 32, frame(zoom)),
      row('bytes of memory a span', '', session ? (((await heap()) - before) / FILE).toFixed(0) : 'by DevTools only'),
    ];
    const values = { [`${word}Open`]: [open], [`${word}Pan`]: [pan.longest], [`${word}Zoom`]: [zoom.longest] };
    return { lines, values };
  });
}

/** One round with a store, each part in a page of its own. */
async function measureRound(browser, url, spans, perTrace) {
  const run = (name, ...args) =>
    withPage(browser, url, async (page) =>
      JSON.parse(
        await page.evaluate(async (fn, rest) => JSON.stringify(await globalThis.bench[fn](...rest)), name, args),
      ),
    );
  const large = await run('measureOpen', spans, perTrace, REST);
  const small = await run('measureOpen', 50, 50, REST);
  const open = { openRested: large.first, openSmall: small.first, openAgain: large.again };
  return { ...open, ...(await run('measurePanel', spans, perTrace, REST)) };
}

/**
 * Measures the overlay with 100,000 spans in a browser. Answers a table, and the values (ms) by row and spans a trace, as
 * `open50`.
 */
export async function measurePanel(rounds, browserName) {
  const values = {};
  const scripts = new Map([['panel', await bundle('test/bench/pages/panel.js', { inline: true })]]);
  const server = await servePages(scripts);
  const browser = await launch(browserName);
  const lines = [
    `${'the overlay, ms'.padEnd(52)}${'at most'.padStart(9)}${STORES.map(([n, per]) => `${n / 1000}k by ${per}`.padStart(18)).join('')}`,
  ];
  try {
    const measured = [];
    for (const [spans, perTrace] of STORES) {
      const results = [];
      for (let round = 0; round < rounds; round++) {
        results.push(await measureRound(browser, `${server.address}/panel`, spans, perTrace));
      }
      measured.push(results);
    }
    for (const [key, label, most] of ROWS) {
      const cells = measured.map((results, store) => {
        const times = results.map((result) => result[key].longest ?? result[key]);
        values[key + STORES[store][1]] = times;
        const busy =
          results[0][key].busiest === undefined
            ? ''
            : ` (${median(results.map((result) => result[key].busiest)).toFixed(0)})`;
        return `${median(times).toFixed(0)}${busy}`.padStart(18);
      });
      lines.push(`${label.padEnd(52)}${String(most).padStart(9)}${cells.join('')}`);
    }
    for (const format of FORMATS) {
      const file = await measureLargeFile(browser, `${server.address}/panel`, browserName, format);
      lines.push(...file.lines);
      Object.assign(values, file.values);
    }
  } finally {
    await browser.close();
    server.close();
  }
  lines.push(
    'Medians of the rounds; of a row of frames the longest of a round. In brackets: the longest script of a frame; the rest is',
    'style, layout, paint and waiting for the next frame.',
    'Open: from the call to behind the first frame that shows it, with up to a frame of waiting, in a page that was just loaded:',
    'nothing of the panel is compiled and no letter has been drawn, so that the first font is loaded in it as well.',
  );
  return { table: lines.join('\n'), values };
}
