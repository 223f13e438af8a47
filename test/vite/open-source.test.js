import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import puppeteer from 'puppeteer-core';
import { createServer } from 'vite';
import { zonetrace } from '../../dist/src/vite/index.js';
import { chromiumFlags, findBrowser } from '../../scripts/browsers.js';
import { makeApp } from './app.js';

/** ms; a slow machine needs some. */
const PATIENCE = 20_000;

/** The types take lines and columns away when it is served. */
const MAIN = `interface Cart {
  items: string[];
  total: number;
}

type Row = Cart['items'][number];

function check(cart: Cart, row: Row): void {
  if (!cart.items.includes(row)) throw new Error(\`no \${row} in the cart\`);
}

document.querySelector('#order')!.addEventListener('click', () => {
  performance.mark('clicked');
  check({ items: [], total: 0 }, 'lamp');
});
`;

const THROWS = MAIN.split('\n').findIndex((line) => line.includes('throw')) + 1;

/** Stands for the editor: notes what it was to open. */
const EDITOR = `#!${process.execPath}
const { renameSync, writeFileSync } = require('node:fs');
const [, script, ...args] = process.argv;
writeFileSync(script + '.new', JSON.stringify(args));
renameSync(script + '.new', script + '.opened');
`;

describe('a place of a source', { skip: process.platform === 'win32' && 'the editor is a script' }, () => {
  let app;
  let server;
  let browser;
  let page;
  let address;
  let editor;

  before(async () => {
    app = makeApp({
      'index.html': `<!doctype html><title>app</title><button id="order">Order</button>
<script type="module" src="/src/main.ts"></script>`,
      'src/main.ts': MAIN,
    });
    editor = join(app.root, 'editor.cjs');
    writeFileSync(editor, EDITOR, { mode: 0o755 });
    process.env.LAUNCH_EDITOR = editor;
    server = await createServer({
      root: app.root,
      configFile: false,
      logLevel: 'error',
      base: '/shop/',
      plugins: [zonetrace({ tracing: { panel: 'open' } })],
      server: { port: 0, host: '127.0.0.1' },
    });
    await server.listen();
    address = `http://127.0.0.1:${server.httpServer.address().port}/shop/`;
    browser = await puppeteer.launch({ executablePath: findBrowser('chromium'), headless: true, args: chromiumFlags });
    page = await browser.newPage();
    page.setDefaultTimeout(PATIENCE);
    await page.goto(address);
  });
  after(async () => {
    delete process.env.LAUNCH_EDITOR;
    await browser?.close();
    await server?.close();
    app?.remove();
  });
  beforeEach(() => rmSync(`${editor}.opened`, { force: true }));

  /** What the editor was to open: file, line, column. */
  async function opened() {
    const until = Date.now() + PATIENCE;
    while (!existsSync(`${editor}.opened`)) {
      assert.ok(Date.now() < until, 'no editor was opened');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return JSON.parse(readFileSync(`${editor}.opened`, 'utf8'));
  }

  /** Clicks the row of a view of the overlay that has a text, once there is one; a selector would not see it come. */
  async function clickRow(view, text) {
    const click = (name, wanted) => {
      const panel = document.querySelector('zonetrace-panel');
      const rows = panel?.shadowRoot.querySelector(name)?.shadowRoot.querySelectorAll('.row') ?? [];
      const row = [...rows].find((each) => each.textContent.includes(wanted));
      // By itself, not by the mouse: rows move while the page is still loading.
      row?.click();
      return row !== undefined;
    };
    await page.waitForFunction(click, { polling: 50 }, view, text);
  }

  const ask = (query, headers = { Origin: new URL(address).origin }) =>
    fetch(`${address}@zonetrace/open?${new URLSearchParams(query)}`, { method: 'POST', headers });

  it('in the stack of an error opens in the editor, where the developer wrote it, and the click is no span', async () => {
    await page.click('#order');
    await clickRow('zonetrace-traces', 'click "Order"');
    await clickRow('zonetrace-trace', 'listener');
    // The details are loaded now.
    const place = await page.waitForFunction(() =>
      document
        .querySelector('zonetrace-panel')
        .shadowRoot.querySelector('zonetrace-detail')
        ?.shadowRoot?.querySelector('.exception .source'),
    );
    assert.match(await place.evaluate((button) => button.textContent), /\/shop\/src\/main\.ts/);
    if (process.env.PICTURE) await page.screenshot({ path: process.env.PICTURE });
    await place.click();
    const [file, row, column] = await opened();
    assert.equal(file, join(app.root, 'src', 'main.ts'));
    assert.equal(Number(row), THROWS);
    assert.equal(
      MAIN.split('\n')
        [THROWS - 1].slice(Number(column) - 1)
        .split('(')[0],
      'new Error',
    );
  });

  it('opens by a path below the root, as a span of the page or of a service names it', async () => {
    for (const file of ['src/main.ts', join(app.root, 'src', 'main.ts'), `file://${app.root}/src/main.ts`]) {
      rmSync(`${editor}.opened`, { force: true });
      assert.equal((await ask({ file, line: 3 })).status, 200);
      assert.deepEqual(await opened(), [join(app.root, 'src', 'main.ts'), '3', '1']);
    }
  });

  it('opens by its distance from the beginning, as a long frame names it', async () => {
    const served = await (await fetch(`${address}src/main.ts`)).text();
    const offset = served.indexOf('performance.mark');
    assert.equal((await ask({ file: `${address}src/main.ts`, offset })).status, 200);
    const [, row] = await opened();
    assert.match(MAIN.split('\n')[row - 1], /performance\.mark/);
  });

  it('that is in no file here, or that another page asks for, is refused with a sentence', async () => {
    const missing = await ask({ file: 'https://cdn.example/lib.js', line: 1 });
    assert.equal(missing.status, 404);
    assert.equal(
      await missing.text(),
      'zonetrace: there is no file here for https://cdn.example/lib.js; open it where it was built',
    );
    for (const headers of [{ Origin: 'http://localhost:1' }, { Origin: 'null' }, {}]) {
      assert.equal((await ask({ file: 'src/main.ts' }, headers)).status, 403);
    }
    const { status } = await fetch(`${address}@zonetrace/open?file=src/main.ts`);
    assert.equal(status, 403);
    assert.ok(!existsSync(`${editor}.opened`));
  });
});
