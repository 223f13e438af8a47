import { createServer } from 'node:http';
import { gunzipSync } from 'node:zlib';
import puppeteer from 'puppeteer-core';
import { chromiumFlags, findBrowser } from '../../scripts/browsers.js';

/**
 * Serves one page for each name, on loopback: of one script (its text), or of modules that are imported in the order of a
 * Map of their file names. Takes what pages export, too. Answers the address, how many spans have come, and the undo.
 */
export async function servePages(pages) {
  const bodies = [];
  const server = createServer(async (request, response) => {
    const { url, method, headers } = request;
    if (method === 'POST') {
      const parts = [];
      for await (const part of request) parts.push(part);
      response.writeHead(200, { 'Content-Type': 'application/json' }).end('{}');
      bodies.push({ body: Buffer.concat(parts), isCompressed: headers['content-encoding'] === 'gzip' });
      return;
    }
    if (url.startsWith('/data.json')) {
      response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"answer":42}');
      return;
    }
    const [, name, file] = /^\/([\w-]+)(?:\/([\w.-]+)|\.js)?(?:\?.*)?$/.exec(url) ?? [];
    const page = pages.get(name);
    const isScript = file !== undefined || url.startsWith(`/${name}.js`);
    const text = isScript ? scriptOf(page, file) : page && htmlOf(name, page);
    if (text === undefined) {
      response.writeHead(404).end();
      return;
    }
    response.setHeader('Content-Type', `text/${isScript ? 'javascript' : 'html'}; charset=utf-8`);
    // Only what can be in the HTTP cache gets a code cache.
    if (file !== undefined) response.setHeader('Cache-Control', 'max-age=3600');
    // The clock of an isolated page is fine enough (5 µs) to measure batches of some 100 µs.
    response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
    response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
    response.end(text);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${server.address().port}`,
    takeSpans: () => bodies.splice(0).reduce((sum, body) => sum + countSpans(body), 0),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function scriptOf(page, file) {
  return file === undefined ? page : page?.files.get(file);
}

function htmlOf(name, page) {
  const script =
    typeof page === 'string'
      ? `<script type="module" src="/${name}.js"></script>`
      : `<script type="module">${page.modules.map((file) => `import '/${name}/${file}';`).join('')}</script>`;
  return `<!doctype html><title>${name}</title><link rel="icon" href="data:,"><body>${script}`;
}

/** Spans of an OTLP request of spans that have no links. */
function countSpans({ body, isCompressed }) {
  const text = (isCompressed ? gunzipSync(body) : body).toString();
  return text.split('"traceId":').length - 1;
}

export async function launch(browser) {
  const executablePath = findBrowser(browser);
  if (!executablePath)
    throw new Error(`${browser} was not found; install it or set its path (see scripts/browsers.js)`);
  if (browser === 'firefox') return puppeteer.launch({ browser, executablePath, headless: true });
  return puppeteer.launch({
    executablePath,
    headless: true,
    protocolTimeout: 120_000,
    args: [
      ...chromiumFlags,
      '--disable-background-timer-throttling',
      '--disable-renderer-backgrounding',
      '--disable-backgrounding-occluded-windows',
    ],
  });
}

/** A page of its own for `use`, closed afterwards. What it throws or logs as an error is said here. */
export async function withPage(browser, url, use, prepare = async () => {}) {
  const page = await browser.newPage();
  page.on('pageerror', (error) => console.error(`${url}: ${error.message?.split('\n')[0] ?? error}`));
  try {
    const prepared = await prepare(page);
    await page.goto(url, { waitUntil: 'load' });
    await page.waitForFunction('globalThis.bench !== undefined', { timeout: 10_000 });
    return await use(page, prepared);
  } finally {
    await page.close();
  }
}
