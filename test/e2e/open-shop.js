import { existsSync, mkdirSync } from 'node:fs';
import { createServer, request as forward } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import puppeteer from 'puppeteer-core';
import { serveDemo } from '../../demo/serve.js';
import { receiveSpans } from '../../demo/server/receive-spans.js';
import { startApi } from '../../demo/server/start-api.js';
import { chromiumFlags, findBrowser } from '../../scripts/browsers.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PICTURES = join(ROOT, 'test-output');

/** ms; a slow machine needs some, a broken page would wait for ever. */
const PATIENCE = 15_000;

/** ms: three times what the services wait with their spans. */
const SPANS_COME = 600;

function prepare() {
  for (const built of ['dist/demo/index.html', 'dist/zonetrace.script.js']) {
    if (!existsSync(join(ROOT, built))) throw new Error(`${built} is missing; run npm test, which builds it first`);
  }
  mkdirSync(PICTURES, { recursive: true });
}

function launchBrowser() {
  return puppeteer.launch({
    executablePath: findBrowser('chromium'),
    headless: true,
    args: chromiumFlags,
    defaultViewport: { width: 1280, height: 900 },
  });
}

/**
 * Starts services, whose database takes seconds, and a browser.
 *
 * @returns `open()` for a shop of them, one after another, of which none gets the spans that the services made for one before;
 *   and `close()`
 */
export async function startShops() {
  prepare();
  let receiver;
  let lastSpans = 0;
  const relay = createServer((request, response) => {
    lastSpans = Date.now();
    const { method, headers, url } = request;
    if (!receiver) request.resume().on('end', () => response.end());
    else
      request.pipe(
        forward(`${receiver}${url}`, { method, headers }, (answer) => {
          response.writeHead(answer.statusCode, answer.headers);
          answer.pipe(response);
        }).on('error', () => response.destroy()),
      );
  });
  await new Promise((resolve) => relay.listen(0, '127.0.0.1', resolve));
  const [api, browser] = await Promise.all([
    startApi({ endpoint: `http://127.0.0.1:${relay.address().port}` }),
    launchBrowser(),
  ]);
  return {
    async open() {
      while (Date.now() - lastSpans < SPANS_COME) await new Promise((resolve) => setTimeout(resolve, 50));
      const serverSpans = await receiveSpans();
      receiver = serverSpans.endpoint;
      const web = await serveDemo({ port: 0, apiPort: api.port, serveSpans: serverSpans.serve });
      return {
        open: (path) => openPage(browser, `http://127.0.0.1:${web.port}${path}`),
        async close() {
          receiver = undefined;
          lastSpans = Date.now();
          await web.close();
          await serverSpans.close();
        },
      };
    },
    async close() {
      await browser.close();
      await api.stop();
      relay.close();
      relay.closeAllConnections();
    },
  };
}

/**
 * Starts services, web server and browser on free ports.
 *
 * @returns what a test needs: `open(path)` for a page, and `close()`
 */
export async function openShop() {
  prepare();
  const serverSpans = await receiveSpans();
  const api = await startApi({ endpoint: serverSpans.endpoint });
  const web = await serveDemo({ port: 0, apiPort: api.port, serveSpans: serverSpans.serve });
  const browser = await launchBrowser();
  return {
    open: (path) => openPage(browser, `http://127.0.0.1:${web.port}${path}`),
    async close() {
      await browser.close();
      await web.close();
      await api.stop();
      await serverSpans.close();
    },
  };
}

/** A page with the questions that the tests ask it. */
async function openPage(browser, address) {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  const faults = [];
  const answers = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => {
    const text = message.text();
    if (/Content Security Policy|Trusted|zonetrace:/.test(text)) faults.push(text);
  });
  page.on('response', (response) => {
    const request = response.request();
    const { pathname } = new URL(response.url());
    if (!pathname.startsWith('/api/')) return;
    answers.push({
      name: `${request.method()} ${pathname}`,
      seenTraceId: response.headers()['x-trace-id'],
      traceparent: request.headers()['traceparent'],
    });
  });
  await page.goto(address);

  const byTestId = (id) => `[data-testid="${id}"]`;
  /** At the top of the window, where the overlay never is. */
  const click = async (id) => {
    const element = await page.waitForSelector(byTestId(id));
    await element.evaluate((target) => target.scrollIntoView({ block: 'start', behavior: 'instant' }));
    await element.click();
  };
  const text = (id) => page.$eval(byTestId(id), (element) => element.textContent);
  const waitForText = (id, wanted) =>
    page.waitForFunction(
      (selector, part) => document.querySelector(selector)?.textContent?.includes(part),
      {},
      byTestId(id),
      wanted,
    );

  /**
   * Does something, waits until every trace has settled, and answers what is new: traces, with the page's own spans, and
   * answers of the API.
   */
  async function tracesOf(action) {
    const known = await page.evaluate(() => window.tracing.store.traces.at(-1)?.id ?? 0);
    const from = answers.length;
    await action();
    await page.waitForFunction(
      (id) =>
        window.tracing.store.traces.at(-1)?.id > id && window.tracing.store.traces.every(({ settled }) => settled),
      {},
      known,
    );
    return { traces: await page.evaluate(readTraces, known), answers: answers.slice(from) };
  }

  /** The last trace that has a span of a name, once it has all edges: `[name, service, parent's name, its service]`. */
  async function wholeTrace(name, edges) {
    try {
      const found = await page.waitForFunction(readWhole, {}, name, edges);
      return await found.jsonValue();
    } catch (cause) {
      const there = await page.evaluate(readWhole, name, []);
      throw new Error(`the trace of "${name}" has only ${JSON.stringify(there, undefined, 1)}`, { cause });
    }
  }

  return {
    page,
    faults,
    wholeTrace,
    byTestId,
    click,
    text,
    waitForText,
    tracesOf,
    /** Everything that the overlay shows, through all its shadow roots. */
    overlayText: () => page.evaluate(readOverlay),
    /** Waits until the overlay shows something. */
    async shows(pattern) {
      const until = Date.now() + PATIENCE;
      let shown = '';
      while (!pattern.test(shown)) {
        if (Date.now() > until) throw new Error(`the overlay does not show ${pattern}, but ${shown}`);
        shown = await page.evaluate(readOverlay);
      }
    },
    picture: (name) => page.screenshot({ path: join(PICTURES, `${name}.png`) }),
    close: () => context.close(),
  };
}

/** Runs in the page: the traces behind an id, with the names of parents. */
function readTraces(known) {
  const { store } = window.tracing;
  return store.traces
    .filter((trace) => trace.id > known)
    .map((trace) => ({
      traceId: store.record(trace.rows[0]).context.traceId,
      spans: trace.rows
        .filter((row) => store.serviceOf(row) === 'shop')
        .map((row) => {
          const { name, status, statusMessage, context, events, attributes } = store.record(row);
          const parent = store.record(store.parents[row]);
          return {
            name,
            status,
            statusMessage,
            attributes,
            spanId: context.spanId,
            parent: parent?.name,
            events: events.map((event) => ({ name: event.name, attributes: event.attributes })),
            start: store.startTimes[row],
            end: store.endTimes[row],
          };
        }),
    }));
}

/** Runs in the page. */
function readWhole(wanted, edges) {
  const { store } = window.tracing;
  const trace = store.traces.findLast(({ rows }) => rows.some((row) => store.record(row).name === wanted));
  const spans = trace?.rows.map((row) => {
    const parent = store.parents[row];
    const { name, kind, attributes, status, events } = store.record(row);
    const edge = [
      name,
      store.serviceOf(row),
      store.record(parent)?.name,
      parent < 0 ? undefined : store.serviceOf(parent),
    ];
    return { name, edge, kind, attributes, status, events, start: store.startTimes[row], end: store.endTimes[row] };
  });
  return edges.every((edge) => spans?.some((span) => String(span.edge) === String(edge))) ? spans : undefined;
}

/** Runs in the page. */
function readOverlay() {
  const collect = (node) => {
    if (node.nodeType === Node.TEXT_NODE) return node.data;
    const children = [...(node.shadowRoot?.childNodes ?? []), ...node.childNodes];
    return node.localName === 'style' ? '' : children.map(collect).join(' ');
  };
  const panel = document.querySelector('zonetrace-panel');
  return panel ? collect(panel).replace(/\s+/g, ' ') : undefined;
}
