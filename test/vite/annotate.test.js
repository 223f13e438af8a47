import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import puppeteer from 'puppeteer-core';
import { createServer, parseAst } from 'vite';
import { annotate } from '../../dist/src/vite/annotate.js';
import { zonetrace } from '../../dist/src/vite/index.js';
import { chromiumFlags, findBrowser } from '../../scripts/browsers.js';
import { makeApp } from './app.js';

/** ms; a slow machine needs some. */
const PATIENCE = 20_000;

function write(code, options = {}) {
  const placeOf = (offset) => ({ line: code.slice(0, offset).split('\n').length, column: 1 });
  const text = annotate(code, parseAst(code), {
    names: true,
    positions: true,
    file: 'src/cart.js',
    placeOf,
    ...options,
  });
  return text?.toString();
}

/** Runs code with the helpers in place; answers what it put into `out`, and what handlers said of themselves. */
function run(code) {
  const entered = [];
  const module = (write(code) ?? code).replace(/\n;import\{.*$/, '').replace(/^import .*$/gm, '');
  const enter = (...place) => entered.push(place);
  const at = (place, args) => [...args, place];
  const out = [];
  new Function('out', '__zonetrace_enter', '__zonetrace_at', 'withSpan', 'traced', module)(
    out,
    enter,
    at,
    (...args) => out.push(args),
    (...args) => args,
  );
  return { out, entered };
}

/** Values that differ where a function has lost its name, length, identity, `this` or result. */
const FUNCTIONS = [
  'const target = { addEventListener(type, fn) { this.fn = fn; } }; target.addEventListener("click", (a, b) => a + b); out.push(target.fn.name, target.fn.length, target.fn(1, 2));',
  'const fn = function named(a) { return [this.x, a, arguments.length]; }; const o = { onClick: fn, x: 1 }; out.push(o.onClick === fn, fn.name, fn.length, o.onClick(2));',
  'const o = { onClick: () => ({ a: 1 }), onclick() { return 2; }, "on:click": async () => 3 }; out.push(o.onClick.name, o.onClick(), o.onclick.name, o.onclick(), o["on:click"].name);',
  'const o = {}; o.onclick = () => (1, 2); out.push(o.onclick.name, o.onclick());',
  'const o = { onClick: () => (x) => x }; out.push(o.onClick()(4), o.onClick().name);',
  'out.push(o().onClick()); function o() { return { onClick: save }; } function save() { "use strict"\n return this === undefined; }',
  'const o = { onClick: function (a = 1, { b } = { b: 2 }) { "use strict"; return a + b; } }; out.push(o.onClick(), o.onClick.length);'.replace(
    ' "use strict";',
    '',
  ),
];

describe('what is written into a source', () => {
  for (const code of FUNCTIONS) {
    it(`leaves functions as they were: ${code.slice(0, 70)}`, () => {
      const plain = [];
      new Function('out', code)(plain);
      const { out, entered } = run(code);
      assert.deepEqual(out.map(String), plain.map(String));
      assert.ok(entered.length > 0, 'nothing was written');
      assert.equal(write(code).split('\n').length, code.split('\n').length + 1, 'a line has moved');
    });
  }

  const names = (code) => [...write(code).matchAll(/_enter\("([^"]*)"/g)].map(([, name]) => name);

  it('names handlers by themselves, or by what they stand in and handle', () => {
    assert.deepEqual(names('document.addEventListener("click", () => go());'), ['cart.onclick']);
    assert.deepEqual(names('function Cart() { return h("b", { onClick: () => go() }); }'), ['Cart.onClick']);
    assert.deepEqual(names('const Cart = () => { b.onclick = async function () {}; };'), ['Cart.onclick']);
    assert.deepEqual(names('class Cart { open() { b.addEventListener(type, () => {}); } }'), ['open.onEvent']);
    assert.deepEqual(names('const save = () => {}; b.addEventListener("click", save);'), ['save']);
    assert.deepEqual(names('const save = useCallback(() => {}, []); h("b", { onClick: save });'), ['save']);
    assert.deepEqual(names('h("b", { onClick: c[0] || (c[0] = withModifiers(() => go(), ["stop"])) });'), [
      'cart.onClick',
    ]);
    assert.deepEqual(names('var b = root(); $.delegated("click", b, () => $.update(count));'), ['cart.onclick']);
  });

  it('is nothing where a name may be another function’s, or there is nothing to say', () => {
    assert.equal(write('const x = { once: () => 1 }; function* gen() {} b.addEventListener("click", gen);'), undefined);
    assert.equal(
      write('const save = () => 1; { const save = () => 2; b.addEventListener("click", save); }'),
      undefined,
    );
    assert.equal(write('let save = () => {}; save = other; b.addEventListener("click", save);'), undefined);
    assert.equal(write('import { withSpan } from "zonetrace"; function f(withSpan) { withSpan("x", f); }'), undefined);
    assert.equal(write('import { withSpan } from "other"; withSpan("x", f);'), undefined);
    assert.equal(write('import { withSpan } from "zonetrace"; withSpan("x", f);', { positions: false }), undefined);
  });

  it('passes on the arguments of calls that start spans, with their place', () => {
    const { out } = run(
      'import { withSpan } from "zonetrace";\nfunction load() {\n  withSpan /* ( */ ("a", 1, );\n  withSpan("b", ...[1, 2]);\n}\nload();',
    );
    assert.deepEqual(out, [
      ['a', 1, ['load', 'src/cart.js', 3, 1]],
      ['b', 1, 2, ['load', 'src/cart.js', 4, 1]],
    ]);
  });
});

const MAIN = `import { withSpan } from 'zonetrace';

interface Row {
  name: string;
}

function Cart(rows: Row[]): void {
  document.querySelector('#order')!.addEventListener('click', async () => {
    await withSpan('load rows', async () => rows.length);
  });
}
Cart([]);
`;

describe('a page of the dev server with names and positions', () => {
  let app;
  let server;
  let browser;
  before(async () => {
    app = makeApp({
      'index.html': `<!doctype html><title>app</title><button id="order">Order</button>
<script type="module" src="/src/main.ts"></script>`,
      'src/main.ts': MAIN,
    });
    server = await createServer({
      root: app.root,
      configFile: false,
      logLevel: 'error',
      plugins: [zonetrace({ names: true, positions: true })],
      server: { port: 0, host: '127.0.0.1' },
    });
    await server.listen();
    browser = await puppeteer.launch({ executablePath: findBrowser('chromium'), headless: true, args: chromiumFlags });
  });
  after(async () => {
    await browser?.close();
    await server?.close();
    app?.remove();
  });

  it('has spans that say where the developer wrote them', async () => {
    const page = await browser.newPage();
    page.setDefaultTimeout(PATIENCE);
    const faults = [];
    page.on('pageerror', (error) => faults.push(String(error)));
    await page.goto(`http://127.0.0.1:${server.httpServer.address().port}/`);
    await page.waitForFunction(() => document.querySelector('zonetrace-launcher'));
    await page.click('#order');
    const found = await page.waitForFunction(() => {
      const { store } = globalThis[Symbol.for('zonetrace')].core.internals.tracer;
      const trace = store?.traces.find(({ rows, settled }) => settled && /^click/.test(store.record(rows[0]).name));
      return trace?.rows.map((row) => ({ name: store.record(row).name, ...store.record(row).attributes }));
    });
    const spans = await found.jsonValue();
    const of = (name) => spans.find((span) => span.name === name) ?? assert.fail(JSON.stringify(spans));
    const line = (text) => MAIN.split('\n').findIndex((each) => each.includes(text)) + 1;
    assert.deepEqual(
      [of('listener Cart.onclick'), of('load rows')].map((span) => [
        span['code.function.name'],
        span['code.file.path'],
        span['code.line.number'],
      ]),
      [
        ['Cart.onclick', join('src', 'main.ts'), line('addEventListener')],
        ['Cart', join('src', 'main.ts'), line("withSpan('load")],
      ],
    );
    assert.deepEqual(faults, []);
    await page.close();
  });
});
