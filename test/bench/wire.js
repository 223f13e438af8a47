import { gzipSync } from 'node:zlib';
import { serveDemo } from '../../demo/serve.js';
import { startApi } from '../../demo/server/start-api.js';
import { findBrowser } from '../../scripts/browsers.js';
import { comes, launch } from '../e2e/spans-page.js';
import { startFaultServer } from '../fault-server.js';
import { readRecord, writeRecord } from './record.js';

/**
 * What a visit costs on the wire: `node test/bench/wire.js [rounds] [--record]`, after `npm run build` and the build of the demo.
 * One visit opens the shop, turns a page, searches, looks at a tea, buys it, and closes the tab; a person takes some 30 s.
 */
const rounds = Number(process.argv[2]) || 3;

const api = await startApi();
const collector = await startFaultServer();
const web = await serveDemo({ port: 0, apiPort: api.port, collectorPort: collector.port });
const browser = await launch(findBrowser('chromium') ? 'chromium' : 'firefox');
const pause = () => new Promise((resolve) => setTimeout(resolve, 3000));

async function visit() {
  const page = await browser.newPage();
  await page.setViewport({ width: 1280, height: 1600 });
  await page.goto(`http://127.0.0.1:${web.port}/?otlp`);
  const press = async (testId) => {
    await page.waitForSelector(`[data-testid=${testId}]:not([disabled])`);
    await page.$eval(`[data-testid=${testId}]`, (element) => element.click());
    await pause();
  };
  await press('next-page');
  await page.type('[data-testid=search]', 'honey', { delay: 80 });
  await pause();
  await press('open-product');
  await page.$eval('#close-product', (element) => element.click());
  await press('add-to-cart');
  await press('pay');
  await pause();
  const spans = await page.evaluate(() => window.tracing.stats.recorded);
  await page.close();
  return spans;
}

const record = () => collector.records.get('/v1/traces') ?? { requests: [], taken: [] };
const sums = [];
for (let round = 0; round < rounds; round++) {
  const before = { requests: record().requests.length, taken: record().taken.length };
  const began = Date.now();
  const spans = await visit();
  const seconds = (Date.now() - began) / 1000;
  await comes(() => record().taken.length - before.taken >= spans);
  const requests = record().requests.slice(before.requests);
  const taken = record().taken.slice(before.taken);
  sums.push({
    spans: taken.length,
    traces: new Set(taken.map(({ traceId }) => traceId)).size,
    seconds: Math.round(seconds),
    requests: requests.length,
    bytes: requests.reduce((sum, { bytes }) => sum + bytes, 0),
    uncompressed: taken.reduce((sum, span) => sum + JSON.stringify({ ...span, resource: undefined }).length, 0),
    all: gzipSync(JSON.stringify(taken.map((span) => ({ ...span, resource: undefined })))).length,
  });
}
await browser.close();
await web.close();
await api.stop();
await collector.close();

const median = (key) => sums.map((sum) => sum[key]).sort((a, b) => a - b)[Math.floor(sums.length / 2)];
const [spans, traces, seconds, requests, bytes, uncompressed, all] = [
  'spans',
  'traces',
  'seconds',
  'requests',
  'bytes',
  'uncompressed',
  'all',
].map(median);
console.table(sums);
console.log(
  `a visit of ${seconds} s: ${spans} spans in ${traces} traces, ${requests} requests, ${bytes} bytes of bodies as sent`,
);
console.log(
  `a span: ${Math.round(bytes / spans)} bytes as sent, ${Math.round(uncompressed / spans)} bytes of JSON, ${Math.round(all / spans)} if a whole visit were compressed at once`,
);
if (process.argv.includes('--record')) {
  const date = new Date().toISOString().slice(0, 10);
  writeRecord({ ...readRecord(), visit: { date, rounds, spans, traces, seconds, requests, bytes, uncompressed } });
}
process.exit();
