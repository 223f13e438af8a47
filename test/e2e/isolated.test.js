import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, it } from 'node:test';
import puppeteer from 'puppeteer-core';
import { chromiumFlags, findBrowser } from '../../scripts/browsers.js';
import { bundle } from '../bench/bundle.js';

/** What only a page may do that is isolated from other origins, and what only a service worker sees. */
let server;
let address;
let browser;

const SERVICE_WORKER = `
  addEventListener('install', () => skipWaiting());
  addEventListener('activate', (event) => event.waitUntil(clients.claim()));
  addEventListener('fetch', (event) => {
    const { pathname } = new URL(event.request.url);
    if (pathname === '/made') {
      event.respondWith(new Response(JSON.stringify(Object.fromEntries(event.request.headers))));
    } else if (pathname === '/headers') event.respondWith(fetch(event.request));
  });`;

before(async () => {
  const external = [/panel\/(index|launcher)\.js$/];
  const make = (path) => bundle(path, { minify: false, inline: true, external });
  const scripts = {
    '/traced-page.js': await make('test/fixtures/traced-page.ts'),
    '/worker.js': await make('test/fixtures/worker/shared-memory.ts'),
    '/service-worker.js': SERVICE_WORKER,
  };
  server = createServer(({ url, headers }, response) => {
    response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
    response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
    const script = scripts[url];
    if (script) return response.writeHead(200, { 'content-type': 'text/javascript' }).end(script);
    if (url === '/headers') return response.end(JSON.stringify(headers));
    return response
      .writeHead(200, { 'content-type': 'text/html' })
      .end('<!doctype html><title>isolated</title><script type="module" src="/traced-page.js"></script>');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${server.address().port}`;
  browser = await puppeteer.launch({ executablePath: findBrowser('chromium'), headless: true, args: chromiumFlags });
});

after(async () => {
  await browser?.close();
  server?.closeAllConnections();
  server?.close();
});

async function open() {
  const page = await browser.newPage();
  await page.goto(`${address}/?options=${encodeURIComponent(JSON.stringify({ instrument: { worker: true } }))}`);
  await page.waitForFunction('window.collector');
  return page;
}

it('shares memory with a worker as without tracing, and makes its spans children of the sender', async () => {
  const page = await open();
  const told = await page.evaluate(async () => {
    const worker = new Worker('/worker.js', { type: 'module' });
    const answered = new Promise((resolve) => worker.addEventListener('message', resolve));
    const memory = new Int32Array(new SharedArrayBuffer(8));
    const sender = window.zonetrace.withSpan('send', (span) => {
      worker.postMessage({ memory });
      return span.context.spanId;
    });
    const { data } = await answered;
    return { value: Atomics.load(memory, 0), isShared: data.memory.buffer instanceof SharedArrayBuffer, sender };
  });
  await page.waitForFunction('window.collector.ended.some(({ name }) => name === "add")');
  const parent = await page.evaluate(() => window.collector.named('add').parentSpanId);
  assert.deepEqual(told, { value: 42, isShared: true, sender: parent });
  await page.close();
});

it('passes requests through a service worker, header and all', async () => {
  const page = await open();
  const told = await page.evaluate(async () => {
    await navigator.serviceWorker.register('/service-worker.js');
    await navigator.serviceWorker.ready;
    while (!navigator.serviceWorker.controller) await new Promise((resolve) => setTimeout(resolve, 10));
    const read = (path) =>
      window.zonetrace.withSpan(`load ${path}`, { root: true }, async ({ context }) => {
        const response = await fetch(path, { headers: { 'x-mine': '1' } });
        const headers = await response.json();
        return { traceId: context.traceId, seen: headers.traceparent?.split('-')[1], mine: headers['x-mine'] };
      });
    return [await read('/headers'), await read('/made')];
  });
  for (const { traceId, seen, mine } of told) assert.deepEqual([seen, mine], [traceId, '1']);
  await page.close();
});
