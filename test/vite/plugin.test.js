import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import puppeteer from 'puppeteer-core';
import { build, createServer } from 'vite';
import { zonetrace } from '../../dist/src/vite/index.js';
import { chromiumFlags, findBrowser } from '../../scripts/browsers.js';
import { requestOf } from '../receiver/receiver-server.js';
import { startServices } from '../receiver/services.js';
import { makeApp } from './app.js';

/** ms; a slow machine needs some. */
const PATIENCE = 20_000;

/** Puts the parent that the address names into the page, as a server does that renders it. */
const renderParent = {
  name: 'render-parent',
  transformIndexHtml(_, { originalUrl }) {
    const content = new URL(originalUrl ?? '/', 'http://localhost').searchParams.get('parent');
    return content ? [{ tag: 'meta', attrs: { name: 'traceparent', content } }] : [];
  },
};

describe('a page of the dev server', () => {
  let app;
  let server;
  let services;
  let browser;
  let address;

  /** Everything below /api goes to the service. */
  const proxy = {
    name: 'proxy',
    configureServer({ middlewares }) {
      middlewares.use('/api', async (request, response) => {
        const { traceparent } = request.headers;
        const answer = await fetch(services.url + request.url, { headers: traceparent ? { traceparent } : {} });
        response.end(await answer.text());
      });
    },
  };

  before(async () => {
    app = makeApp();
    server = await createServer({
      root: app.root,
      configFile: false,
      logLevel: 'error',
      base: '/shop/',
      plugins: [zonetrace({ tracing: { service: 'app', panel: 'open' } }), renderParent, proxy],
      server: { port: 0, host: '127.0.0.1' },
    });
    await server.listen();
    const { port } = server.httpServer.address();
    address = `http://127.0.0.1:${port}/shop/`;
    services = await startServices(`http://127.0.0.1:${port}`);
    browser = await puppeteer.launch({ executablePath: findBrowser('chromium'), headless: true, args: chromiumFlags });
  });
  after(async () => {
    await browser?.close();
    await services?.close();
    await server?.close();
    app?.remove();
  });

  async function open(query = '') {
    const page = await browser.newPage();
    page.setDefaultTimeout(PATIENCE);
    const faults = [];
    page.on('pageerror', (error) => faults.push(String(error)));
    page.on('console', (message) => {
      if (/zonetrace:/.test(message.text())) faults.push(message.text());
    });
    await page.goto(address + query);
    await page.waitForFunction(() => globalThis[Symbol.for('zonetrace')]);
    await page.evaluate(() => {
      window.store = globalThis[Symbol.for('zonetrace')].core.internals.tracer.store;
    });
    return { page, faults };
  }

  /** Clicks the button, and answers the click's trace once it has as many spans of the services. */
  async function order(page) {
    await page.click('#order');
    await page.waitForFunction(() => document.title === 'in stock');
    return traceOf(page, 'click', 4);
  }

  it('shows the spans of both services below the click, moved by what their clocks are off', async () => {
    const { page, faults } = await open();
    const spans = await order(page);
    const [fetch, server, client, stock, query] = ['app', 'orders', 'orders', 'stock', 'stock'].map((service, i) =>
      spans.find(
        (span) =>
          span.service === service && [/GET \/api/, /GET \/orders/, /GET stock/, /GET \//, /SELECT/][i].test(span.name),
      ),
    );
    for (const [child, parent] of [
      [server, fetch],
      [client, server],
      [stock, client],
      [query, stock],
    ]) {
      assert.equal(child?.parent, parent?.name, JSON.stringify(spans, undefined, 1));
      assert.ok(child.start >= parent.start - 0.01, `${child.name} begins before ${parent.name}`);
      assert.ok(child.end <= parent.end + 0.01, `${child.name} ends after ${parent.name}`);
    }
    for (const [span, minutes] of [
      [server, -5],
      [client, -5],
      [stock, 3],
      [query, 3],
    ]) {
      const off = span.attributes['zonetrace.clock_offset'] - minutes * 60_000;
      assert.ok(Math.abs(off) < 5000, `${span.name} was moved by ${off} ms more than its clock is off`);
    }
    assert.equal(fetch.attributes['zonetrace.clock_offset'], undefined);
    await page.waitForFunction(readOverlayHas, {}, ['orders', 'stock']);
    assert.deepEqual(faults, []);
    await page.close();
  });

  it('that opens late gets what came before it, and its clicks are whole as well', async () => {
    const parent = await services.report('render /');
    const { page, faults } = await open(`?parent=00-${parent.traceId}-${parent.spanId}-01`);
    const load = await traceOf(page, 'render /', 1);
    const document = load.find(({ service, parent: above }) => service === 'app' && above === 'render /');
    assert.ok(document, `no span of the page is below the server's: ${JSON.stringify(load)}`);
    const rendered = load.find(({ service }) => service === 'orders');
    const off = rendered.attributes['zonetrace.clock_offset'] + 5 * 60_000;
    assert.ok(Math.abs(off) < 10_000, `the server's span was moved by ${off} ms more than its clock is off`);
    const spans = await order(page);
    assert.deepEqual([...new Set(spans.map(({ service }) => service))].sort(), ['app', 'orders', 'stock']);
    assert.deepEqual(faults, []);
    await page.close();
  });

  it('gets nothing twice when its own spans or a sender come again', async () => {
    const { page } = await open();
    const url = new URL('/v1/traces', address);
    const send = () =>
      globalThis.fetch(url, { method: 'POST', body: requestOf(3), headers: { 'Content-Type': 'application/json' } });
    for (let i = 0; i < 3; i++) assert.equal((await send()).status, 200);
    const last = requestOf(1, 0, 'last').replace('5b8efff7', 'aaaaaaaa');
    await globalThis.fetch(url, { method: 'POST', body: last, headers: { 'Content-Type': 'application/json' } });
    await page.waitForFunction(() => window.store.services.includes('last'));
    const count = await page.evaluate(
      () =>
        window.store.traces.flatMap(({ rows }) => rows).filter((row) => window.store.serviceOf(row) === 'api').length,
    );
    assert.equal(count, 3);
    await page.close();
  });
});

describe('a build', () => {
  let app;
  before(() => {
    app = makeApp();
  });
  after(() => app.remove());

  async function bundle(options) {
    await build({ root: app.root, configFile: false, logLevel: 'error', plugins: [zonetrace(options)] });
    const folder = join(app.root, 'dist');
    const files = readdirSync(folder, { recursive: true }).filter((file) => /\.(js|html)$/.test(file));
    return files.map((file) => readFileSync(join(folder, file), 'utf8')).join('\n');
  }

  it('has nothing of zonetrace in it', async () => {
    assert.doesNotMatch(await bundle(), /zonetrace/i);
  });

  it('has tracing in it where it is asked for, and nothing of the dev server', async () => {
    const text = await bundle({ build: true, tracing: { service: 'built-app' } });
    assert.match(text, /built-app/);
    assert.match(text, /traceparent/);
    assert.doesNotMatch(text, /zonetrace:spans|node:http/);
  });

  it('is refused with a sentence where an option cannot be written into a page', () => {
    assert.throws(() => zonetrace({ tracing: { redact: () => 'x' } }), /cannot be written into a page, at redact/);
    assert.throws(() => zonetrace({ tracing: { ignoreUrls: [/x/] } }), /call startTracing/);
  });
});

/** The trace that has a span of a name and as many spans of services, once it is there and has settled. */
async function traceOf(page, name, count) {
  try {
    const found = await page.waitForFunction(readTrace, {}, name, count);
    return await found.jsonValue();
  } catch (cause) {
    const seen = await page.evaluate(() =>
      window.store.traces.map(({ rows }) => rows.map((row) => window.store.record(row)?.name)),
    );
    throw new Error(`no trace with ${name} and ${count} spans of services came: ${JSON.stringify(seen)}`, { cause });
  }
}

/** Runs in the page. */
function readTrace(name, count) {
  const { store } = window;
  for (const trace of store.traces) {
    const spans = trace.rows.map((row) => {
      const record = store.record(row);
      return {
        name: record.name,
        service: store.serviceOf(row),
        kind: record.kind,
        attributes: record.attributes,
        parent: store.record(store.parents[row])?.name,
        start: store.startTimes[row],
        end: store.endTimes[row],
      };
    });
    if (!spans.some((span) => span.name.startsWith(name))) continue;
    if (trace.settled && spans.filter(({ service }) => service !== 'app').length >= count) return spans;
  }
  return undefined;
}

/** Runs in the page: the overlay shows all the words. */
function readOverlayHas(words) {
  const collect = (node) =>
    node.nodeType === Node.TEXT_NODE
      ? node.data
      : [...(node.shadowRoot?.childNodes ?? []), ...node.childNodes].map(collect).join(' ');
  const panel = document.querySelector('zonetrace-panel');
  const text = panel ? collect(panel) : '';
  return words.every((word) => text.includes(word));
}
