import { createServer } from 'node:http';
import puppeteer from 'puppeteer-core';
import { chromiumFlags, findBrowser } from '../../scripts/browsers.js';

/** Serves one page for each script, on loopback. Answers the address and the undo. */
export async function servePages(scripts) {
  const server = createServer(({ url }, response) => {
    if (url.startsWith('/data.json')) {
      response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"answer":42}');
      return;
    }
    const [, name, extension] = /^\/([\w-]+)(\.js)?$/.exec(url) ?? [];
    const script = scripts.get(name);
    if (script === undefined) {
      response.writeHead(404).end();
      return;
    }
    response.setHeader('Content-Type', `text/${extension ? 'javascript' : 'html'}; charset=utf-8`);
    // The clock of an isolated page is fine enough (5 µs) to measure batches of some 100 µs.
    response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
    response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
    response.end(
      extension
        ? script
        : `<!doctype html><title>${name}</title><link rel="icon" href="data:,"><body><script type="module" src="/${name}.js"></script>`,
    );
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${server.address().port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
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
export async function withPage(browser, url, use) {
  const page = await browser.newPage();
  page.on('pageerror', (error) => console.error(`${url}: ${error.message?.split('\n')[0] ?? error}`));
  try {
    await page.goto(url, { waitUntil: 'load' });
    await page.waitForFunction('globalThis.bench !== undefined', { timeout: 10_000 });
    return await use(page);
  } finally {
    await page.close();
  }
}
