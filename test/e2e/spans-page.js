import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import puppeteer from 'puppeteer-core';
import { chromiumFlags, findBrowser } from '../../scripts/browsers.js';
import { startFaultServer } from '../fault-server.js';

const DIST = fileURLToPath(new URL('../../dist', import.meta.url));

/** ms; a slow machine needs some. */
const PATIENCE = 20_000;

export function launch(browser) {
  const options = { executablePath: findBrowser(browser), headless: true };
  if (browser === 'firefox') return puppeteer.launch({ ...options, browser: 'firefox' });
  return puppeteer.launch({ ...options, args: chromiumFlags });
}

/** Waits for what happens in its own time; false where it does not. */
export async function comes(isTrue, patience = PATIENCE) {
  const end = Date.now() + patience;
  while (!(await isTrue())) {
    if (Date.now() > end) return false;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return true;
}

/**
 * A page with the script tag, at an origin of its own, which sends to a receiver that can be stopped and started again.
 * `sendChunk` answers what is loaded after the script; `scriptOrigin`: where the script is, if elsewhere.
 */
export async function openSite(
  browser,
  { sendChunk = (response, chunk) => response.end(chunk), scriptOrigin = '' } = {},
) {
  const records = new Map();
  let receiver = await startFaultServer({ records });
  const { port, address } = receiver;
  const script = await readFile(join(DIST, 'zonetrace.script.js'));
  const chunk = await readFile(join(DIST, 'zonetrace.late.js'));
  const server = createServer((request, response) => {
    const isScript = request.url === '/zonetrace.script.js';
    const isChunk = request.url === '/zonetrace.late.js';
    response.setHeader('Content-Type', isScript || isChunk ? 'text/javascript' : 'text/html');
    response.setHeader('Access-Control-Allow-Origin', '*');
    if (isChunk) return sendChunk(response, chunk);
    response.end(
      isScript
        ? script
        : `<!doctype html><title>spans</title><script src="${scriptOrigin}/zonetrace.script.js" data-service="site"
            data-otlp="${address}/site" data-panel="false"></script>`,
    );
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${server.address().port}`;

  return {
    async open(path = '/') {
      const page = await browser.newPage();
      await page.goto(origin + path);
      return page;
    },
    origin,
    /** How often each span was taken, by its id. */
    taken() {
      const times = new Map();
      for (const { spanId } of records.get('/site')?.taken ?? []) times.set(spanId, (times.get(spanId) ?? 0) + 1);
      return times;
    },
    requests: () => records.get('/site')?.requests ?? [],
    async down() {
      await receiver.close();
    },
    async up() {
      receiver = await startFaultServer({ port, records });
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await receiver.close();
    },
  };
}

/**
 * Closes a tab so that its page is told. Firefox, closed by WebDriver, sometimes ends the process before a single listener
 * of `pagehide` or `visibilitychange` has run (one in nine here), so it leaves the page first.
 */
export async function closeTab(page, browser) {
  if (browser === 'firefox') await page.goto('about:blank');
  await page.close();
}

/** Makes spans in a page, and answers their ids. */
export function makeSpans(page, count, size = 0) {
  return page.evaluate(
    (many, bytes) =>
      Array.from({ length: many }, (_, i) =>
        window.zonetrace.withSpan(`span ${i}`, (span) => {
          // Text that does not compress, as the ids of a shop.
          if (bytes > 0)
            span.setAttribute('text', Array.from({ length: bytes / 32 }, window.zonetrace.generateTraceId).join(''));
          return span.context.spanId;
        }),
      ),
    count,
    size,
  );
}

/** What became of spans: how many were made, came, came again, and never came. */
export function figures(ids, taken) {
  const times = ids.map((id) => taken.get(id) ?? 0);
  return {
    sent: ids.length,
    received: times.filter((count) => count > 0).length,
    duplicated: times.filter((count) => count > 1).length,
    lost: times.filter((count) => count === 0).length,
  };
}
