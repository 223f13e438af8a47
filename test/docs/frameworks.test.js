import assert from 'node:assert/strict';
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import puppeteer from 'puppeteer-core';
import { rollup } from 'rollup';
import { createServer } from 'vite';
import { zonetrace } from '../../dist/src/vite/index.js';
import { chromiumFlags, findBrowser } from '../../scripts/browsers.js';
import { ROOT } from '../../scripts/setup.js';
import { makeApp } from '../vite/app.js';
import { readSamples } from './read-samples.js';

/** ms; a slow machine needs some. */
const PATIENCE = 20_000;

/** The files that a page of docs/frameworks shows, by their paths. */
function filesOf(page) {
  const samples = readSamples().filter((sample) => sample.page === join('docs', 'frameworks', page) && sample.about);
  return Object.fromEntries(samples.map(({ about, code }) => [about, code]));
}

/** What the frameworks' own plugins do. */
const compile = {
  name: 'compile',
  async transform(code, id) {
    if (id.endsWith('.svelte')) {
      const { compile: compileSvelte } = await import('svelte/compiler');
      const { js } = compileSvelte(code, { filename: id, generate: 'client', css: 'injected' });
      return { code: js.code, map: js.map };
    }
    if (id.endsWith('.vue')) {
      const { compileScript, parse } = await import('vue/compiler-sfc');
      const { descriptor } = parse(code, { filename: id });
      const { content, map } = compileScript(descriptor, { id: 'app', inlineTemplate: true });
      return { code: content, map };
    }
    return undefined;
  },
};

const answerCart = {
  name: 'answer-cart',
  configureServer({ middlewares }) {
    middlewares.use('/api/cart', (_, response) => response.end('two lamps'));
  },
};

const FRAMEWORKS = [
  {
    page: 'react.md',
    main: 'src/main.jsx',
    packages: ['react', 'react-dom', 'scheduler'],
    handler: 'Cart.onClick',
    file: 'src/main.jsx',
    line: 'async () => {',
  },
  {
    page: 'vue.md',
    main: 'src/main.js',
    packages: ['vue'],
    handler: 'save',
    file: 'src/App.vue',
    line: 'async function save',
  },
  {
    page: 'svelte.md',
    main: 'src/main.js',
    packages: ['svelte'],
    handler: 'save',
    file: 'src/App.svelte',
    line: 'async function save',
  },
  {
    page: 'angular.md',
    main: 'src/main.ts',
    packages: ['@angular', 'rxjs', 'tslib'],
    // Its own compiler works ahead; here it works in the page.
    before: '<script type="module">import "@angular/compiler";</script>',
    more: { 'tsconfig.json': '{ "compilerOptions": { "experimentalDecorators": true, "target": "ES2022" } }' },
    handler: '',
    file: 'src/main.ts',
  },
];

describe('the page about', () => {
  let browser;
  before(async () => {
    browser = await puppeteer.launch({ executablePath: findBrowser('chromium'), headless: true, args: chromiumFlags });
  });
  after(() => browser?.close());

  /** Clicks, and answers the spans of the click's trace: each with its parent's name and its attributes. */
  async function click(address) {
    const page = await browser.newPage();
    page.setDefaultTimeout(PATIENCE);
    const faults = [];
    page.on('pageerror', (error) => faults.push(String(error)));
    await page.goto(address);
    await page.waitForSelector('#save');
    await page.waitForFunction(() => document.querySelector('zonetrace-launcher'));
    await page.click('#save');
    await page.waitForFunction(() => document.querySelector('#save').textContent.includes('two lamps'));
    const found = await page.waitForFunction(() => {
      const { store } = globalThis[Symbol.for('zonetrace')].core.internals.tracer;
      const isClick = ({ rows, settled }) => settled && /^click/.test(store.record(rows[0]).name);
      return store?.traces.find(isClick)?.rows.map((row) => ({
        name: store.record(row).name,
        parent: store.record(store.parents[row])?.name,
        attributes: store.record(row).attributes,
      }));
    });
    assert.deepEqual(faults, []);
    const spans = await found.jsonValue();
    await page.close();
    return (name) => spans.find((span) => span.name.startsWith(name)) ?? assert.fail(JSON.stringify(spans, null, 1));
  }

  for (const { page, main, packages, handler, file, line, before: first, more } of FRAMEWORKS) {
    it(`${page} has code that runs as it says`, async () => {
      const files = filesOf(page);
      const app = makeApp({
        ...files,
        ...more,
        'index.html': `<!doctype html><title>app</title><link rel="icon" href="data:,"><div id="app"></div><app-root></app-root>${first ?? ''}<script type="module" src="/${main}"></script>`,
      });
      for (const name of packages)
        symlinkSync(join(ROOT, 'node_modules', name), join(app.root, 'node_modules', name), 'junction');
      const server = await createServer({
        root: app.root,
        configFile: false,
        logLevel: 'error',
        plugins: [compile, answerCart, zonetrace({ names: true, positions: true, tracing: { service: 'shop' } })],
        server: { port: 0, host: '127.0.0.1' },
      });
      try {
        await server.listen();
        const of = await click(`http://127.0.0.1:${server.httpServer.address().port}/`);
        const listener = of(`listener ${handler}`.trim());
        assert.match(listener.parent, /^click/);
        assert.equal(of('GET /api/cart').parent, listener.name);
        assert.equal(of('show the cart').parent, listener.name);
        assert.equal(of('show the cart').attributes['code.file.path'], file);
        if (!line) return; // it is the framework's
        assert.equal(listener.attributes['code.file.path'], file);
        const rows = files[file].split('\n');
        assert.match(
          rows[listener.attributes['code.line.number'] - 1],
          new RegExp(RegExp.escape?.(line) ?? line.replace(/[()]/g, '\\$&')),
        );
      } finally {
        await server.close();
        app.remove();
      }
    });
  }

  it('plain pages has a page that runs as it says, without a build', async () => {
    const { 'index.html': code } = filesOf('plain.md');
    const server = createHttpServer((request, response) => {
      const { pathname } = new URL(request.url, 'http://localhost');
      const file = join(ROOT, pathname.replace('/node_modules/zonetrace/', '/'));
      if (pathname === '/')
        response.setHeader('Content-Type', 'text/html').end(`<link rel="icon" href="data:,">${code}`);
      else if (pathname === '/api/cart') response.end('two lamps');
      else if (existsSync(file)) response.setHeader('Content-Type', 'text/javascript').end(readFileSync(file));
      else response.writeHead(404).end();
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const of = await click(`http://127.0.0.1:${server.address().port}/`);
      assert.equal(of('GET /api/cart').parent, of('listener').name);
      assert.equal(of('show the cart').parent, of('listener').name);
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });

  it('bundlers has code that Rollup builds, with the overlay apart', async () => {
    const app = makeApp({
      ...filesOf('bundlers.md'),
      'index.html': '<script type="module" src="/src/main.js"></script>',
    });
    let server;
    try {
      const bundle = await rollup({
        input: join(app.root, 'src', 'main.js'),
        plugins: [nodeResolve({ exportConditions: ['production', 'browser'] })],
        onwarn() {},
      });
      await bundle.write({ dir: join(app.root, 'out'), format: 'es' });
      server = createHttpServer((request, response) => {
        const { pathname } = new URL(request.url, 'http://localhost');
        const file = join(app.root, 'out', pathname);
        if (pathname === '/') {
          response.setHeader('Content-Type', 'text/html');
          response.end(
            '<link rel="icon" href="data:,"><button id="save">empty</button><script type="module" src="/main.js"></script>',
          );
        } else if (pathname === '/api/cart') response.end('two lamps');
        else if (existsSync(file)) response.setHeader('Content-Type', 'text/javascript').end(readFileSync(file));
        else response.writeHead(404).end();
      });
      await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
      const of = await click(`http://127.0.0.1:${server.address().port}/`);
      assert.equal(of('show the cart').parent, of('listener').name);
      assert.doesNotMatch(readFileSync(join(app.root, 'out', 'main.js'), 'utf8'), /zonetrace-timeline/);
    } finally {
      server?.close();
      server?.closeAllConnections();
      app.remove();
    }
  });
});
