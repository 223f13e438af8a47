import { createServer } from 'node:http';
import { env } from 'node:process';
import puppeteer from 'puppeteer-core';
import { chromiumFlags, findBrowser } from '../../scripts/browsers.js';
import { bundle } from '../bench/bundle.js';

/** Text of the page below the panel. */
const PAGE = `<!doctype html><html lang="en"><meta charset="utf-8"><title>A page</title><link rel="icon" href="data:,">
<style>body { margin: 24px; font: 16px/1.5 sans-serif; color: #333; background: #fff }</style>
<h1>A page</h1><p>It is below the panel.</p><script type="module" src="/page.js"></script>`;

/** Opens test/visual/page.ts in Chromium, with more variables if wanted. Answers its page, the browser, and what closes both. */
export async function openPage(variables = {}) {
  const script = await bundle('test/visual/page.ts', { minify: false, inline: true });
  const server = createServer(({ url }, response) => {
    const isScript = url === '/page.js';
    response.setHeader('Content-Type', `text/${isScript ? 'javascript' : 'html'}; charset=utf-8`);
    response.end(isScript ? script : PAGE);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const browser = await puppeteer.launch({
    executablePath: findBrowser('chromium'),
    headless: true,
    env: { ...env, ...variables },
    protocolTimeout: 120_000,
    args: [
      ...chromiumFlags,
      '--force-color-profile=srgb',
      '--font-render-hinting=none',
      '--disable-lcd-text',
      '--hide-scrollbars',
      '--lang=en-US',
    ],
  });
  const page = await browser.newPage();
  page.on('pageerror', (error) => console.error(`in the page: ${error.message}`));
  await page.emulateTimezone('UTC');
  await page.emulateMediaFeatures([{ name: 'prefers-reduced-motion', value: 'reduce' }]);
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  await page.waitForFunction('window.show !== undefined');
  return {
    page,
    browser,
    show: (scene) => page.evaluate((each) => window.show(each), scene),
    async close() {
      await browser.close();
      server.closeAllConnections();
      server.close();
    },
  };
}
