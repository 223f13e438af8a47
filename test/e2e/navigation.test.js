import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, it } from 'node:test';
import puppeteer from 'puppeteer-core';
import { chromiumFlags, findBrowser } from '../../scripts/browsers.js';
import { bundle } from '../bench/bundle.js';

/** What the page does as soon as it traces. */
const AT_ONCE = `<script type="module">zonetrace.withSpan('at once', { root: true }, () => {})</script>`;
/** The page that is prerendered tells of itself: who drives the browser loses its frame as it comes to the front. */
const REPORT = `<script type="module">(${async function reportLoad() {
  await fetch('/prerendered'); // nobody has opened it yet, and its first code has run
  const isLoaded = () => window.collector.ended.some(({ name }) => name === 'load /target');
  while (!isLoaded()) await new Promise((resolve) => setTimeout(resolve, 20));
  const { activationStart, loadEventEnd } = performance.getEntriesByType('navigation')[0];
  const { attributes, events } = window.collector.named('load /target');
  const atOnce = window.collector.named('at once').attributes;
  const now = window.zonetrace.withSpan('now', { root: true }, (span) => span.attributes);
  const told = { activationStart, loadEventEnd, attributes, events: events.map(({ name }) => name), atOnce, now };
  navigator.sendBeacon('/told', JSON.stringify(told));
}})()</script>`;
const PRERENDER = '{"prerender":[{"source":"list","urls":["/target"]}]}';

let server;
let address;
let browser;
let whenPrerendered;
let whenReported;

before(async () => {
  const external = [/panel\/(index|launcher)\.js$/];
  const code = await bundle('test/fixtures/traced-page.ts', { minify: false, inline: true, external });
  server = createServer(async (request, response) => {
    const { url } = request;
    if (url === '/told') {
      whenReported(JSON.parse((await request.setEncoding('utf8').toArray()).join('')));
      return response.end();
    }
    if (url === '/prerendered') {
      whenPrerendered();
      return response.end();
    }
    if (url === '/traced-page.js') return response.writeHead(200, { 'content-type': 'text/javascript' }).end(code);
    const rules = url === '/rules' ? `<script type="speculationrules">${PRERENDER}</script>` : '';
    return response
      .writeHead(200, { 'content-type': 'text/html' })
      .end(
        `<!doctype html>${rules}<script type="module" src="/traced-page.js"></script>${AT_ONCE}${url === '/target' ? REPORT : ''}<a href="/target">Target</a>`,
      );
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${server.address().port}`;
  browser = await puppeteer.launch({
    executablePath: findBrowser('chromium'),
    headless: true,
    args: chromiumFlags,
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
  });
});

after(async () => {
  await browser?.close();
  server?.closeAllConnections();
  server?.close();
});

/** By a timer: a hidden page has no frames. */
const tracing = (page) =>
  page.waitForFunction('window.collector?.ended.some(({ name }) => name.startsWith("load /"))', { polling: 50 });

it('makes a trace of the return from the back/forward cache, with what the page does then', async () => {
  const page = await browser.newPage();
  await page.goto(`${address}/one`);
  await tracing(page);
  await page.evaluate(() => {
    addEventListener('pageshow', ({ persisted }) => persisted && window.zonetrace.withSpan('refresh', () => {}));
  });
  await page.goto(`${address}/two`);
  await page.goBack();
  await page.waitForFunction('window.collector?.ended.some(({ name }) => name === "restore /one")');
  const told = await page.evaluate(() => {
    const restore = window.collector.named('restore /one');
    return {
      parentSpanId: restore.parentSpanId,
      refresh: window.collector.named('refresh').parent?.name,
      isPage: window.pageContext() === restore.context,
      loads: window.collector.started.filter(({ name }) => name.startsWith('load /')).length,
    };
  });
  assert.deepEqual(told, { refresh: 'restore /one', isPage: true, loads: 1 });
  await page.close();
});

it('says in a trace that the page was hidden', async () => {
  const page = await browser.newPage();
  await page.goto(`${address}/seen`);
  await tracing(page);
  await page.evaluate(() => {
    window.open1 = window.zonetrace.startSpan('open');
  });
  const other = await browser.newPage();
  await other.bringToFront();
  await page.waitForFunction(() => document.hidden, { polling: 50 });
  const attributes = await page.evaluate(() => {
    const span = window.zonetrace.startSpan('in the back', { root: true });
    span.end();
    return span.attributes;
  });
  assert.deepEqual(attributes, { 'zonetrace.page.hidden': true });
  await other.close();
  await page.bringToFront();
  await page.waitForFunction(() => !document.hidden, { polling: 50 });
  const events = await page.evaluate(() => window.open1.events.map(({ name }) => name));
  assert.deepEqual(events, ['page hidden', 'page visible']);
  await page.close();
});

it('says of a load that began hidden that it did', async () => {
  const loaded = browser.waitForTarget((target) => target.url().endsWith('/behind'));
  const session = await browser.target().createCDPSession();
  await session.send('Target.createTarget', { url: `${address}/behind`, background: true });
  const page = await (await loaded).page();
  await tracing(page);
  const attributes = await page.evaluate(() => window.collector.named('load /behind').attributes);
  assert.equal(attributes['zonetrace.page.hidden'], true);
  await page.close();
});

it('tells the load of a prerendered page once it is seen, with the time of its activation, and what began hidden', async () => {
  const page = await browser.newPage();
  const prerendered = new Promise((resolve) => {
    whenPrerendered = resolve;
  });
  const report = new Promise((resolve) => {
    whenReported = resolve;
  });
  await page.goto(`${address}/rules`);
  await prerendered;
  // What it answers is lost where its frame gives way first.
  await page.evaluate(() => document.querySelector('a').click()).catch(() => {});
  const told = await report;
  assert.ok(told.activationStart > 0, 'it was prerendered');
  assert.deepEqual(told.events, ['page activated']);
  assert.deepEqual([told.atOnce, told.now], [{ 'zonetrace.page.hidden': true }, {}]);
  const since = Math.max(0, told.loadEventEnd - told.activationStart);
  assert.equal(told.attributes['zonetrace.load.since_activation'], since);
});
