import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import puppeteer from 'puppeteer-core';
import { chromiumFlags, findBrowser } from '../../scripts/browsers.js';
import { requestOf } from '../receiver/receiver-server.js';
import { startServices } from '../receiver/services.js';
import { makeFolder, startCli } from './start-cli.js';

const PICTURES = fileURLToPath(new URL('../../test-output/', import.meta.url));

/** ms; a slow machine needs some. */
const PATIENCE = 30_000;

describe('the page of npx zonetrace', () => {
  let kept;
  let file;
  let cli;
  let services;
  let browser;
  let page;
  const faults = [];
  before(async () => {
    mkdirSync(PICTURES, { recursive: true });
    kept = makeFolder();
    file = join(kept.folder, 'saved.json');
    writeFileSync(file, requestOf(7, 0, 'of the file'));
    cli = await startCli(join(kept.folder, 'data'), file);
    services = await startServices(cli.url);
    await ask('/before');
    await services.report('last before');
    browser = await puppeteer.launch({ executablePath: findBrowser('chromium'), headless: true, args: chromiumFlags });
    page = await browser.newPage();
    await page.setViewport({ width: 1280, height: 720 });
    page.setDefaultTimeout(PATIENCE);
    page.on('pageerror', (error) => faults.push(String(error)));
    page.on('console', (message) => {
      if (/Content Security Policy|Trusted|zonetrace:/.test(message.text())) faults.push(message.text());
    });
    await page.goto(cli.url);
    await page.waitForSelector('zonetrace-panel');
  });
  after(async () => {
    await browser?.close();
    await services?.close();
    await cli?.end();
    kept?.remove();
  });

  const ask = async (path) => assert.equal(await (await fetch(services.url + path)).text(), 'in stock');

  /** The trace whose root has a name, once it has so many spans: name, service, parent and times of each. */
  async function traceOf(name, count) {
    const found = await page.waitForFunction(readTrace, {}, name, count);
    return found.jsonValue();
  }

  it('fills its window, and has what came before it was opened, and the files of the command line', async () => {
    const size = await page.$eval('zonetrace-panel', (panel) => {
      const { left, top, width, height } = panel.getBoundingClientRect();
      return [left, top, width, height];
    });
    assert.deepEqual(size, [0, 0, 1280, 720]);
    await traceOf('GET /before', 4);
    await traceOf('span 0', 7);
  });

  it('shows what comes while it is open, both services in one tree and on one clock', async () => {
    await ask('/live');
    const spans = await traceOf('GET /live', 4);
    assert.deepEqual(spans.map(({ name, service, parent }) => [name, service, parent]).sort(), [
      ['GET /', 'stock', 'GET stock'],
      ['GET /live', 'orders', undefined],
      ['GET stock', 'orders', 'GET /live'],
      ['SELECT stock', 'stock', 'GET /'],
    ]);
    const of = (name) => spans.find((span) => span.name === name);
    assert.ok(of('GET /').start >= of('GET stock').start - 0.01);
    assert.ok(of('GET /').end <= of('GET stock').end + 0.01);
    await page.screenshot({ path: join(PICTURES, 'cli.png') });
  });

  it('goes on when the command was killed and started again, with nothing twice', async () => {
    const before = await page.evaluate(() => document.querySelector('zonetrace-panel').panel.store.size);
    await cli.end('SIGKILL');
    cli = await startCli(join(kept.folder, 'data'), file, '--port', String(cli.port));
    await ask('/after');
    await traceOf('GET /after', 4);
    assert.equal(await page.evaluate(() => document.querySelector('zonetrace-panel').panel.store.size), before + 4);
  });

  it('has nothing more when it was cleared, also when it is opened again', async () => {
    await page.evaluate(() => {
      const bar = document.querySelector('zonetrace-panel').shadowRoot.querySelector('zonetrace-bar');
      bar.shadowRoot.querySelector('[data-command=clear]').click();
    });
    await page.waitForFunction(() => document.querySelector('zonetrace-panel').panel.stats().kept === 0);
    await ask('/cleared');
    await traceOf('GET /cleared', 4);
    await page.reload();
    await traceOf('GET /cleared', 4);
    await traceOf('span 0', 7); // the file is still there
    assert.equal(await page.evaluate(() => document.querySelector('zonetrace-panel').panel.store.size), 4 + 7);
    assert.deepEqual(faults, []);
  });
});

/** Runs in the page. */
function readTrace(name, count) {
  const store = document.querySelector('zonetrace-panel')?.panel?.store;
  for (const trace of store?.traces ?? []) {
    if (store.record(trace.rootRow)?.name !== name || trace.rows.length < count) continue;
    return trace.rows.map((row) => ({
      name: store.record(row).name,
      service: store.serviceOf(row),
      parent: store.record(store.parents[row])?.name,
      start: store.startTimes[row],
      end: store.endTimes[row],
    }));
  }
  return undefined;
}
