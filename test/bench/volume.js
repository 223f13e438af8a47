/** s that a Collector waits for the rest of a trace before it decides. */
const DECISION = 40;
/** Of a gateway's core, as is assumed. */
const SPANS_PER_CORE = 10_000;
/** How many times its JSON a span takes of a Collector's memory, as is assumed. */
const MEMORY = 3;
/** The share of traces that is stored. */
const KEPT = 0.1;
const DAY = 86_400;
/** Sampling Collectors: one may fail. */
const SAMPLERS = 3;
/** Of memory, over what the traces need. */
const RESERVE = 1.5;

const PAGES = [10_000, 1_000_000, 1_000_000 * 0.02];

const twoDigits = (value) => Number(value.toPrecision(2));
const count = (value) => twoDigits(value).toLocaleString('en');
const millions = (value) => (value >= 1e6 ? `${twoDigits(value / 1e6)} million` : count(value));

/** In the largest unit that leaves a digit before the point. */
function bytes(value, suffix = '') {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  const power = Math.min(Math.floor(Math.log10(value) / 3), units.length - 1);
  return `${twoDigits(value / 1000 ** power)} ${units[power]}${suffix}`;
}

/** What so many pages in use make, by a visit of the demo that was measured (test/bench/wire.js). */
export function volume({ rounds, spans, traces, seconds, requests, bytes: sent, uncompressed }) {
  const perSecond = (value) => value / seconds;
  const json = uncompressed / spans;
  const gateways = (pages) => Math.ceil((perSecond(spans) * pages) / SPANS_PER_CORE);
  const memory = (pages) => perSecond(uncompressed) * pages * DECISION * MEMORY;
  const gigabytes = Math.ceil((memory(PAGES[0]) * RESERVE) / SAMPLERS / 1e9);
  const perTrace = spans / traces;
  const row = (label, cell) => `| ${label} | ${PAGES.map(cell).join(' | ')} |`;
  return [
    'Measured on the demo shop, one visitor without a pause (`npm run build`, `npx vite build --config demo/vite.config.ts`,',
    `\`node test/bench/wire.js\`; medians of ${rounds} ${rounds === 1 ? 'visit' : 'visits'}, all sources of spans on):`,
    '',
    `| a visit of ${seconds} s | a span |`,
    '|---|---|',
    `| ${spans} spans in ${traces} traces, ${requests} requests, ${bytes(sent)} of bodies | ${Math.round(sent / spans)} bytes as sent, ${Math.round(json)} bytes of JSON |`,
    '',
    `So a page in use makes ${twoDigits(perSecond(spans))} spans, ${twoDigits(perSecond(traces))} traces, ${twoDigits(perSecond(requests))} requests and ${bytes(perSecond(sent))} a second. That is the ceiling: a page that is only open`,
    `makes nothing. On paper, with **all** pages in use at once, nothing sampled away in the page, and ${DECISION} s of waiting:`,
    '',
    '| | 10,000 pages | 1,000,000 pages | 1,000,000 pages, `sampler: { session: 0.02 }` |',
    '|---|---|---|---|',
    row('spans a second', (pages) => count(perSecond(spans) * pages)),
    row('requests a second', (pages) => count(perSecond(requests) * pages)),
    row('bodies as sent', (pages) => bytes(perSecond(sent) * pages, '/s')),
    row('JSON to decode', (pages) => bytes(perSecond(uncompressed) * pages, '/s')),
    row('new traces a second', (pages) => count(perSecond(traces) * pages)),
    row(`traces held for the decision (x ${DECISION} s)`, (pages) => millions(perSecond(traces) * pages * DECISION)),
    row(`memory for them, ${bytes(json * MEMORY)} a span (assumed: ${MEMORY} times its JSON)`, (pages) =>
      bytes(memory(pages)),
    ),
    row(`gateway cores at ${count(SPANS_PER_CORE)} spans/s each (assumed)`, (pages) => count(gateways(pages))),
    row(`stored, if a tenth is kept (${Math.round(json)} bytes a span)`, (pages) =>
      bytes(perSecond(uncompressed) * pages * KEPT * DAY, ' a day'),
    ),
    '',
    'The first six rows are the measured figures times the pages; the assumed ones depend on your machines, so measure them. Plan for',
    'twice the cores, one Collector more than needed, and `num_traces` of each sampling Collector at its share of the table and a half',
    `more. What this says: 10,000 pages are ${gateways(PAGES[0])} small gateways and ${SAMPLERS} sampling Collectors of ${gigabytes} GB. A million pages are sampled in`,
    'the page first, by session, with the tail option for what went wrong: then they are twice that. A tail of `perMinute: 10` could',
    `at worst, when everything fails at once, add 10 traces x ${twoDigits(perTrace)} spans a minute and page: ${millions((perTrace * 10 * 1e6) / 60)} spans a second from a million`,
    "pages; the gateways' memory limiter then answers 503, and the pages keep and wait.",
  ];
}
