import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './bundle.js';
import { Figures, short } from './figures.js';
import { PANEL_ROUNDS } from './panel.js';
import { readRecord } from './record.js';
import { volume } from './volume.js';

/** The rows of the README's table: what is measured, the word for --only, and the cells of ours, OpenTelemetry, Sentry and bare. */
const TABLE = [
  row('`withSpan`, empty, a trace of its own', 'empty', ['zonetrace', 'opentelemetry', 'sentry'], 'µs'),
  row('the same, with the microtasks that it queues', 'emptyDrained', ['zonetrace', 'opentelemetry', 'sentry'], 'µs'),
  row('the same, with all that it causes later (CPU time)', 'emptyCpu', ['zonetrace', 'opentelemetry', 'sentry'], 'µs'),
  row(
    'each of the first 1,000 of a page, with its microtasks',
    'emptyFirst',
    ['zonetrace', 'opentelemetry', 'sentry', 'bare'],
    'µs',
  ),
  row('the least: an object with two clock reads, kept', 'leastKept', ['', '', '', 'bare'], 'µs'),
  row('a span of a trace of 10', 'spans10Drained', ['zonetrace', 'opentelemetry', 'sentry'], 'µs'),
  row('a span of a trace of 100,000', 'spans100000Drained', ['zonetrace', 'opentelemetry'], 'µs'),
  row('a trace that waits, 1 at a time', 'open1', ['zonetrace', 'opentelemetry', 'sentry', 'bare'], 'µs'),
  row('the same, 10,000 at once', 'open10000', ['zonetrace', 'opentelemetry', 'sentry', 'bare'], 'µs'),
  row('`setAttribute`', 'attribute', ['zonetrace', 'opentelemetry', 'sentry'], 'µs'),
  row('current span after native `await`, two spans at once', 'context', ['zonetrace', 'opentelemetry', 'sentry']),
  row(
    '`await` of an async function, in a span',
    'awaitAsyncInside',
    ['zonetrace', 'opentelemetry', 'sentry', 'bare'],
    'µs',
  ),
  row('the same, outside any span', 'awaitAsync', ['zonetrace', 'opentelemetry', 'sentry', 'bare'], 'µs'),
  row('`then`, in a span', 'thenInside', ['zonetrace', 'opentelemetry', 'sentry', 'bare'], 'µs'),
  row('the same, outside any span', 'then', ['zonetrace', 'opentelemetry', 'sentry', 'bare'], 'µs'),
  row('a click with 10 listeners, interactions traced', 'dispatch10Traced', ['zonetrace', 'opentelemetry'], 'µs'),
  row('a page of 2,000 listeners and 1,000 requests, as a multiple of the bare page', 'pageRatio', [
    'zonetrace',
    'opentelemetry',
    'sentry',
  ]),
  row('the call of `fetch`, in a span', 'fetchCallInside', ['zonetrace', 'opentelemetry', 'sentry', 'bare'], 'µs'),
  row('a span encoded as OTLP/JSON', 'encode', ['zonetrace', 'opentelemetry'], 'µs'),
  row('spans a second from their beginning to `fetch`', 'exportRate', ['zonetrace', 'opentelemetry']),
  row('memory of an open span', 'memoryLive', ['zonetrace', 'opentelemetry', 'sentry', 'bare'], 'bytes'),
  row('memory of an ended span that is kept', 'memoryEnded', ['zonetrace', 'opentelemetry'], 'bytes'),
  row('zones after 20,000 rounds of polling', 'pollDepth', ['zonetrace', 'opentelemetry']),
  row('cancelling its timer', 'pollCancel', ['zonetrace', 'opentelemetry']),
  row('heap kept a round', 'pollHeapCleared', ['zonetrace', 'opentelemetry'], 'bytes'),
  row('start: evaluating all scripts, zone.js too', 'startEvaluate', ['zonetrace', 'opentelemetry', 'sentry'], 'ms'),
  row('start: CPU time of the first second', 'startCpu', ['zonetrace', 'opentelemetry', 'sentry'], 'ms'),
  {
    label: 'gzip, everything that is on by default and OTLP, without zone.js: at first / with what is loaded later',
    only: 'size',
    cells: (figures) => [
      `${figures.kilobytes('sizeAll')} / ${figures.kilobytes('sizeAllLate')} KB`,
      `${figures.kilobytes('sizeAll', 'opentelemetry')} KB: requests, interactions, load`,
      `${figures.kilobytes('sizeAll', 'sentry')} KB`,
    ],
  },
  { label: 'gzip, zones, tracer and model', only: 'size', cells: (figures) => [`${figures.kilobytes('sizeCore')} KB`] },
  {
    label: 'gzip, the overlay with Lit: when it is opened / with all that is loaded on demand',
    only: 'size',
    cells: (figures) => [
      `${figures.kilobytes('sizePanel')} / ${figures.kilobytes('sizePanelLate')} KB`,
      'nothing like it',
      'nothing like it',
    ],
  },
];

function row(label, key, columns, unit) {
  return {
    label,
    only: key,
    cells: (figures) => columns.map((column) => (column ? figures.text(key, column, unit) : '')),
  };
}

function line(cells, columns) {
  return `|${Array.from({ length: columns }, (_, i) => (cells[i] ? ` ${cells[i]} |` : ' |')).join('')}`;
}

function measured(figures) {
  const lines = TABLE.map(({ label, cells }) => line([label, ...cells(figures)], 5));
  const { browser, rounds, cores, newPage } = figures.about;
  const floor = figures.text('floor', 'bare', 'µs');
  const overlay = (key) => short(figures.value(`${key}50`, 'panel'));
  const deep = (key) => short(figures.value(`${key}10000`, 'panel'));
  const largest = (...keys) => short(Math.max(...keys.map((key) => figures.value(`${key}50`, 'panel'))));
  const text = [
    '',
    `Ours has in its ${figures.kilobytes('sizeAllLate')} KB what the peers' builds have not: web vitals, long frames, input delays, errors, navigations, sockets,`,
    'workers, frames, and the offline queue. It is more than we want; `instrument` switches sources off, but does not make the',
    'bundle smaller.',
    '',
    `The overlay with 100,000 spans (\`npm run bench -- --only panel\`, ${Math.max(rounds, PANEL_ROUNDS)} rounds): opens in ${overlay('openRested')} ms, right after the spans were made in`,
    `${overlay('open')} ms (${deep('openRested')} and ${deep('open')} ms where a trace has 10,000); sorts, filters and collapses in ${largest('sort', 'filter', 'collapse')} ms at most; the longest`,
    `frame while it scrolls, pans, zooms and takes 2,000 spans a second has ${largest('scroll', 'pan', 'zoom', 'live', 'liveTimeline')} ms. A file of a million spans opens in`,
    `${short(figures.value('fileOpen', 'panel') / 1000)} s where they are Chrome's events, in ${short(figures.value('otlpOpen', 'panel') / 1000)} s where they are OTLP.`,
  ];
  return [
    '`npm run bench` measures all of this beside the peers in one run, each operation until it gets no faster, and',
    '`npm run bench -- --readme` writes this part;',
    `medians of ${rounds} ${rounds === 1 ? 'round' : 'rounds'} in ${browser.replace('/', ' ').replace(/\.\d+\.\d+\.\d+$/, '')} on a machine of ${cores} cores, where two clock reads take ${floor} and a page of new memory ${newPage} µs (${figures.days}; [each figure's command](docs/claims.md)):`,
    '',
    '| | zonetrace | OpenTelemetry web, ZoneContextManager | Sentry browser | bare platform |',
    '|---|---|---|---|---|',
    ...lines,
    ...text,
  ];
}

function claims() {
  return [
    '| figure | command |',
    '|---|---|',
    ...TABLE.map(({ label, only }) => `| ${label} | \`npm run bench -- --only ${only}\` |`),
  ];
}

function costs(figures, { firefox }) {
  const us = (row, column) => figures.text(row, column, 'µs');
  return [
    `- **A span** takes ${us('empty')} of the code that it is in, ${us('emptyCpu')} with all that it causes later, once its code is`,
    `  compiled; the first thousand of a page take ${us('emptyFirst')} each. An object with two readings of the clock, kept, takes ${us('leastKept', 'bare')}. A span costs ${us('spans10Drained')} in a trace of 10 and ${us('spans100000Drained')} in one of`,
    `  100,000; a trace that waits for something ${us('open1')} alone and ${us('open10000')} beside 10,000 others.`,
    `- **\`await\`** of an async function takes ${us('awaitAsyncInside')} inside a span, ${us('awaitAsync')} outside any, ${us('awaitAsync', 'bare')} without zonetrace.`,
    `- **The start** takes ${figures.text('startEvaluate', 'zonetrace', 'ms')} of the page's thread, zone.js and all sources included, and ${figures.text('startCpu', 'zonetrace', 'ms')} with what is loaded later.`,
    `- **Memory**: ${figures.text('memoryLive')} bytes an open span, ${figures.text('memoryEnded')} an ended one that is kept for the overlay (${figures.text('memoryEndedDescribed')} with five`,
    '  attributes and an event). It is bounded everywhere: 100,000 spans for the overlay (where it is shown at all) with a hundred',
    '  million characters in what they hold, 10,000 in a trace, 2,048 with twenty million characters in the queue to each exporter, 100',
    '  requests in the offline queue. What had to go is counted.',
    `- **New memory** takes ${figures.about.newPage} µs a page of 4 KB on that machine, when it is first written to. What needs much of`,
    '  it costs more there than where it takes less: the start, the first thousand spans, spans that are kept.',
    ...costsInFirefox(new Figures(firefox)),
  ];
}

function costsInFirefox(figures) {
  const us = (row, column) => figures.text(row, column, 'µs');
  return [
    `- **Firefox** takes longer, and more than with OpenTelemetry: a span ${us('empty')} (${us('empty', 'opentelemetry')}), ${us('emptyDrained')} with its microtasks (${us('emptyDrained', 'opentelemetry')}), \`await\``,
    `  of an async function ${us('awaitAsyncInside')} inside a span, ${us('awaitAsync')} outside any, ${us('awaitAsync', 'bare')} without zonetrace. A page of 2,000 listeners and`,
    `  1,000 requests takes ${figures.text('pageRatio')} times as long as without tracing (${figures.text('pageRatio', 'opentelemetry')}).`,
  ];
}

/** What the bytes are for, the largest first. */
const SIZES = {
  sizeRoomZones: 'the zones: what carries the current span through `await` and every callback',
  sizeRoomSpans: 'spans, traces, ids, clock, limits, the verbs of the API',
  sizeRoomRequests: '`fetch`, XHR, beacons, their phases; `traceparent`, who gets it, what a server refuses',
  sizeRoomMessages: 'workers, frames, channels, sockets: spans on both sides of a message',
  sizeRoomExport: 'sampling, queues, delivery with retries, OTLP',
  sizeRoomInteractions: 'clicks, forms, keys, slow inputs, errors',
  sizeRoomRest: 'options, starting and undoing all of it',
  sizeRoomStore: "the overlay's store",
  sizeRoomPages: 'the load, navigations, the session',
};

function sizes(figures) {
  const kilobytes = (row) => figures.kilobytes(row);
  const zones = figures.kilobytes('sizeZone', 'zonetrace-zone');
  const needed = ['Zones', 'Spans', 'Export', 'Requests'].reduce(
    (sum, room) => sum + figures.value(`sizeRoom${room}`),
    0,
  );
  return [
    `Of the ${kilobytes('sizeAll')} KB that are loaded first (gzip, without zone.js), so many would be saved without:`,
    '',
    '| KB | |',
    '|---|---|',
    ...Object.entries(SIZES).map(([row, text]) => `| ${kilobytes(row)} | ${text} |`),
    '',
    `What is said twice compresses, so the sum is less than the whole. The zones alone are ${zones} KB, and with spans and tracer`,
    `${kilobytes('sizeCore')} KB: a build of 7 KB would have no room for a tracer. Zones, spans, export and requests are at least ${needed.toFixed(1)} KB,`,
    'which is more than the 18 KB that were aimed at; web vitals, long frames, retries and the offline queue are',
    `loaded later (${kilobytes('sizeAllLate')} KB in all). \`npm run bench -- --parts All\` tells it by module.`,
  ];
}

/** The generated parts of texts: file, name of the part, its lines. */
const PARTS = [
  { file: 'README.md', name: 'measured', lines: measured },
  { file: 'docs/claims.md', name: 'measured', lines: claims },
  { file: 'docs/guides/performance.md', name: 'costs', lines: costs },
  { file: 'docs/guides/performance.md', name: 'sizes', lines: sizes },
  { file: 'docs/deploy.md', name: 'volume', lines: (_figures, { visit }) => volume(visit) },
];

export const FILES = [...new Set(PARTS.map(({ file }) => file))];

const isPart = (name) => new RegExp(`(<!-- ${name}: [^\\n]*-->\\n)[^]*?(<!-- ${name} end -->)`);

/** A text of the project as it should be: its generated parts from the figures of results.json. */
export function rendered(file) {
  let text = readFileSync(join(ROOT, file), 'utf8');
  for (const part of PARTS.filter((other) => other.file === file)) {
    const place = isPart(part.name);
    if (!place.test(text)) throw new Error(`${file} has no part "${part.name}"; see test/bench/readme.js`);
    const record = readRecord();
    const lines = part.lines(new Figures(record.chromium), record).join('\n');
    text = text.replace(place, (_, begin, end) => `${begin}${lines}\n${end}`);
  }
  return text;
}

/** Writes the recorded figures into the README and the guides. */
export function writeReadme() {
  for (const file of FILES) writeFileSync(join(ROOT, file), rendered(file));
}
