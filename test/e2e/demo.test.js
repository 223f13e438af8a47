import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { openShop } from './open-shop.js';

let shop;
before(async () => {
  shop = await openShop();
});
after(() => shop?.close());

/** The traces of an action that have a span of this name: the action has to have made one only. */
function onlyTraceWith(name, traces) {
  const found = traces.filter(({ spans }) => spans.some((span) => span.name === name));
  assert.equal(found.length, 1, `one trace with "${name}" among ${JSON.stringify(traces, null, 1)}`);
  return found[0];
}

function spanOf(trace, name) {
  const span = trace.spans.find((candidate) => candidate.name === name);
  assert.ok(span, `"${name}" is among ${trace.spans.map((other) => other.name).join(', ')}`);
  return span;
}

function parentsOf(trace, pattern) {
  return trace.spans.filter(({ name }) => pattern.test(name)).map(({ name, parent }) => [name, parent]);
}

/** What the browser has sent and what the server has seen is what the trace says. */
function assertServerSaw(trace, answers) {
  assert.ok(answers.length > 0, 'the API was asked');
  for (const { name, seenTraceId, traceparent } of answers) {
    assert.equal(seenTraceId, trace.traceId, `${name} belongs to the trace`);
    const [, traceId, spanId] = traceparent.split('-');
    assert.equal(traceId, trace.traceId);
    assert.equal(
      trace.spans.find((span) => span.spanId === spanId)?.name,
      name,
      `${name} names its own span as parent`,
    );
  }
}

describe('the shop', () => {
  let tab;
  before(async () => {
    tab = await shop.open('/');
    await tab.page.waitForSelector(tab.byTestId('product'));
  });
  after(async () => {
    await tab?.close();
  });

  it('lists teas, and turns the page in one trace', async () => {
    const { traces, answers } = await tab.tracesOf(async () => {
      await tab.click('next-page');
      await tab.waitForText('page-number', '2 of 5');
    });
    assert.equal(traces.length, 1);
    const [trace] = traces;
    assert.equal(spanOf(trace, 'GET /api/products').parent, spanOf(trace, 'render list').parent);
    assert.match(trace.spans[0].name, /^click/);
    assertServerSaw(trace, answers);
    await tab.picture('shop');
  });

  it('searches once for what was typed, in the trace of the last key', async () => {
    const { traces, answers } = await tab.tracesOf(async () => {
      // In one go: a slow machine would put pauses between the keys.
      await tab.page.$eval(tab.byTestId('search'), (input) => {
        for (const key of 'honey') {
          input.value += key;
          input.dispatchEvent(new InputEvent('input', { bubbles: true }));
        }
      });
      await tab.waitForText('catalogue-count', 'honey');
    });
    const trace = onlyTraceWith('GET /api/search', traces);
    assert.equal(spanOf(trace, 'GET /api/search').parent, 'search');
    assert.equal(spanOf(trace, 'render list').parent, 'search');
    assert.match(trace.spans[0].name, /^input/);
    assert.equal(answers.length, 1, 'the pause has kept the other keys from searching');
    assertServerSaw(trace, answers);
  });

  it('drops the answer to an older search', async () => {
    await tab.page.$eval(tab.byTestId('search'), (input) => {
      input.value = '';
    });
    const { traces } = await tab.tracesOf(async () => {
      await tab.page.evaluate(() => {
        const native = window.fetch;
        // The answer to the first search never comes.
        window.fetch = async (input, init) => {
          window.fetch = native;
          const held = native(input, init);
          held.catch(() => {});
          // Until it is overtaken, however slow the machine is.
          await new Promise((_, reject) => {
            init.signal.addEventListener('abort', () => reject(init.signal.reason));
            window.isHeld = true;
          });
          return held;
        };
        const input = document.querySelector('[data-testid=search]');
        input.value = 'mint';
        input.dispatchEvent(new InputEvent('input', { bubbles: true }));
      });
      await tab.page.waitForFunction(() => window.isHeld);
      await tab.page.type(tab.byTestId('search'), 'y');
      await tab.waitForText('catalogue-count', 'minty');
    });
    const searches = traces.flatMap(({ spans }) => spans).filter(({ name }) => name === 'search');
    assert.deepEqual(
      searches.map(({ attributes, status }) => [attributes['shop.query'], status]),
      [
        ['mint', 'OK'],
        ['minty', 'OK'],
      ],
    );
    assert.equal(searches[0].events[0].name, 'overtaken by a newer search');
  });

  it('adds to the cart in one trace', async () => {
    const { traces, answers } = await tab.tracesOf(async () => {
      await tab.click('add-to-cart');
      await tab.page.waitForSelector(tab.byTestId('cart-item'));
    });
    assert.equal(traces.length, 1);
    const [trace] = traces;
    const root = trace.spans[0];
    assert.match(root.name, /^click "Add .+ to the cart"$/);
    assert.equal(answers.length, 2, 'a new cart, then the item');
    const parents = new Set(parentsOf(trace, /^(POST|price cart)/).map(([, parent]) => parent));
    assert.equal(parents.size, 1, 'requests before and after an await are siblings');
    assertServerSaw(trace, answers);
  });

  it('shows a tea, and the requests for its recommendations one after the other', async () => {
    const { traces, answers } = await tab.tracesOf(async () => {
      await tab.click('open-product');
      await tab.page.waitForFunction(() => document.querySelectorAll('[data-testid="recommendation"]').length === 6);
    });
    assert.equal(traces.length, 1);
    const related = traces[0].spans.filter(
      ({ name, parent }) => parent === 'load recommendations' && / \/api\//.test(name),
    );
    assert.equal(related.length, 7);
    related.reduce((before, span) => {
      assert.ok(span.start >= before.end, 'each begins after the one before it has answered');
      return span;
    });
    assertServerSaw(traces[0], answers);
    await tab.click('close-product');
  });

  it('records what a declined card throws on its span, and keeps the cart', async () => {
    const { traces, answers } = await tab.tracesOf(async () => {
      await tab.page.select(tab.byTestId('card'), '4000 0000 0000 0002');
      await tab.click('pay');
      await tab.waitForText('checkout-error', 'declined');
    });
    const trace = onlyTraceWith('place order', traces);
    const order = spanOf(trace, 'place order');
    assert.equal(order.status, 'ERROR');
    const exception = order.events.find(({ name }) => name === 'exception');
    assert.equal(exception.attributes['exception.type'], 'ApiError');
    assert.match(exception.attributes['exception.message'], /declined/);
    const pay = spanOf(trace, 'POST /api/checkout/pay');
    assert.equal(pay.status, 'ERROR');
    assert.equal(pay.attributes['http.response.status_code'], 402);
    assertServerSaw(trace, answers);
    await tab.picture('shop-declined');
  });

  it('places an order: three requests at once, then the payment, then the status three times, all in one trace', async () => {
    const { traces, answers } = await tab.tracesOf(async () => {
      await tab.page.select(tab.byTestId('card'), '4242 4242 4242 4242');
      await tab.click('pay');
      await tab.waitForText('order-status', 'sent');
    });
    const trace = onlyTraceWith('place order', traces);
    assert.match(trace.spans[0].name, /^submit/);
    const requests = parentsOf(trace, /\/api\//);
    assert.equal(requests.length, 7);
    for (const [name, parent] of requests) assert.equal(parent, 'place order', name);
    const asked = ['reserve', 'price', 'shipping'].map((what) => spanOf(trace, `POST /api/checkout/${what}`));
    const lastStart = Math.max(...asked.map(({ start }) => start));
    const firstEnd = Math.min(...asked.map(({ end }) => end));
    assert.ok(lastStart < firstEnd, 'the three overlap');
    const pay = spanOf(trace, 'POST /api/checkout/pay');
    assert.ok(pay.start >= Math.max(...asked.map(({ end }) => end)), 'the payment waits for all three');
    assert.equal(trace.spans.filter(({ status }) => status === 'ERROR').length, 0);
    assertServerSaw(trace, answers);
    assert.equal(await tab.text('server-trace'), trace.traceId);
    await tab.picture('shop-paid');
  });

  it('shows the click down to the queries: page, API, payment and database in one tree, each with a colour', async () => {
    const pay = ['POST /api/checkout/pay', 'shop-api'];
    const [charge] = await tab
      .wholeTrace('place order', [['ask the bank', 'payment', 'POST /charges', 'payment']])
      .then((spans) => spans.filter(({ name, edge }) => edge[1] === 'shop-api' && /^POST 127/.test(name)));
    const spans = await tab.wholeTrace('place order', [
      [...pay, 'POST /api/checkout/pay', 'shop'],
      ['SELECT cart_items', 'shop-db', ...pay],
      [charge.name, 'shop-api', ...pay],
      ['POST /charges', 'payment', charge.name, 'shop-api'],
      ['ask the bank', 'payment', 'POST /charges', 'payment'],
      ['transaction', 'shop-db', ...pay],
      ['INSERT orders', 'shop-db', 'transaction', 'shop-db'],
      ['DELETE cart_items', 'shop-db', 'transaction', 'shop-db'],
      ['SELECT orders', 'shop-db', 'GET /api/orders/:id', 'shop-api'],
    ]);
    const of = (service, name) => spans.find((span) => span.edge[1] === service && span.name === name);
    // All of them hang on the click.
    assert.equal(spans.filter(({ edge: [, , parent] }) => !parent).length, 1);
    const insert = of('shop-db', 'INSERT orders');
    assert.equal(insert.attributes['db.system.name'], 'postgresql');
    assert.equal(insert.attributes['db.operation.name'], 'INSERT');
    assert.equal(insert.attributes['db.collection.name'], 'orders');
    assert.equal(
      insert.attributes['db.query.text'],
      'INSERT INTO orders (country, total_cents) VALUES ($1, $2) RETURNING id',
    );
    assert.equal(insert.attributes['db.response.returned_rows'], 1);
    assert.equal(of('payment', 'POST /charges').kind, 'SERVER');
    assert.equal(of('payment', 'POST /charges').attributes['http.response.status_code'], 201);
    for (const [inner, outer] of [
      [of('shop-api', pay[0]), of('shop', pay[0])],
      [of('payment', 'POST /charges'), charge],
      [insert, of('shop-db', 'transaction')],
    ]) {
      // A service may end its span after its answer has come.
      assert.ok(inner.start >= outer.start - 0.01 && inner.start <= outer.end, `${inner.name} in ${outer.name}`);
    }
    const colours = await tab.page.evaluate(() => {
      const list = document.querySelector('zonetrace-panel').shadowRoot.querySelector('zonetrace-traces');
      const swatches = [...list.shadowRoot.querySelectorAll('[aria-selected=true] .swatch')];
      return swatches.map((swatch) => getComputedStyle(swatch).backgroundColor);
    });
    assert.equal(colours.length, 4, 'a colour a service');
    assert.equal(new Set(colours).size, 4, `the services have the colours ${colours}`);
    await tab.picture('shop-servers');
  });

  it('keeps the trace of a slow report open until its last chunk', async () => {
    const { traces, answers } = await tab.tracesOf(async () => {
      await tab.click('open-report');
      await tab.waitForText('report-state', 'Done: 72 lines');
    });
    const trace = onlyTraceWith('sales report', traces);
    const request = spanOf(trace, 'GET /api/report');
    assert.equal(request.parent, 'sales report');
    assert.ok(spanOf(trace, 'sales report').end > request.end, 'the body comes after the headers');
    assertServerSaw(trace, answers);
    await tab.picture('shop-report');
    await tab.click('close-report');
  });

  it('shows the traces in the overlay, which makes none itself', async () => {
    await tab.page.waitForFunction(() => document.querySelector('zonetrace-panel')?.shadowRoot?.childElementCount > 0);
    const shown = await tab.overlayText();
    assert.match(shown, /Sales report/);
    assert.match(shown, /submit/);
    const before = await tab.page.evaluate(() => window.tracing.store.traces.at(-1).id);
    const { width, height } = tab.page.viewport();
    await tab.page.mouse.click(width / 4, height - 60); // a row of the list
    await tab.page.keyboard.press('ArrowUp');
    await delay(200);
    assert.equal(await tab.page.evaluate(() => window.tracing.store.traces.at(-1).id), before);
    await tab.picture('shop-overlay');
  });

  it('breaks no rule of its content security policy, and gives the library nothing to complain about', () => {
    assert.deepEqual(tab.faults, []);
  });
});

describe('the example pages', () => {
  async function openExample(name) {
    const tab = await shop.open(`/examples/${name}.html`);
    await tab.page.waitForFunction(() => window.exampleTrace !== undefined);
    const spans = await tab.page.evaluate(() =>
      window.exampleTrace.spans.map(({ name, parent, status, duration, events }) => ({
        name,
        parent: parent?.name,
        status,
        duration,
        events: events.map((event) => event.name),
      })),
    );
    const picture = await tab.page.$eval('[data-testid="trace-picture"] img', async (image) => {
      await image.decode();
      return { width: image.naturalWidth, source: decodeURIComponent(image.src) };
    });
    const printed = await tab.text('trace-console');
    await tab.picture(`example-${name}`);
    assert.deepEqual(tab.faults, []);
    await tab.close();
    for (const span of spans) {
      assert.ok(picture.source.includes(span.name), `the picture names ${span.name}`);
      assert.ok(printed.includes(span.name), `the console names ${span.name}`);
    }
    assert.ok(picture.width > 0, 'the picture can be drawn');
    return spans;
  }

  it('synchronous: the manual span is a sibling of the child that ended before it', async () => {
    const spans = await openExample('synchronous');
    const [main, child, manual] = spans;
    assert.equal(spans.length, 3);
    assert.deepEqual(
      spans.map(({ name, parent, status }) => [name, parent, status]),
      [
        ['main operation', undefined, 'OK'],
        ['child operation', 'main operation', 'OK'],
        ['manual operation', 'main operation', 'OK'],
      ],
    );
    assert.deepEqual(child.events, ['work starts', 'work done']);
    assert.ok(child.duration >= 99.9, `child: ${child.duration} ms`);
    assert.ok(manual.duration >= 49.9, `manual: ${manual.duration} ms`);
    assert.ok(main.duration >= child.duration + manual.duration - 0.1);
  });

  it('concurrent: each task keeps its own span while the others run', async () => {
    const spans = await openExample('concurrent');
    const tasks = ['task one', 'task two', 'task three'];
    assert.deepEqual(
      spans.filter(({ parent }) => parent === 'concurrent tasks').map(({ name }) => name),
      tasks,
    );
    for (const task of tasks) {
      assert.equal(spans.find(({ name }) => name === `finish ${task}`)?.parent, task);
    }
    const tab = await shop.open('/examples/concurrent.html');
    await tab.page.waitForFunction(() => window.exampleTrace !== undefined);
    const checks = await tab.page.$$eval('[data-testid="checks"] li', (items) => items.map((item) => item.textContent));
    await tab.close();
    assert.equal(checks.length, 9);
    for (const check of checks) assert.match(check, /^yes: /);
  });
});

describe('the page that is loaded by a script tag', () => {
  it('traces a click to the request, with nothing but the tag', async () => {
    const tab = await shop.open('/script-tag.html');
    await tab.page.evaluate(() => {
      window.tracing = window.zonetrace.tracing;
    });
    const { traces, answers } = await tab.tracesOf(async () => {
      await tab.click('count');
      await tab.waitForText('counted', '60 teas');
    });
    const trace = onlyTraceWith('count teas', traces);
    assert.equal(spanOf(trace, 'GET /api/products').parent, 'count teas');
    assert.match(trace.spans[0].name, /^click/);
    assertServerSaw(trace, answers);
    await tab.picture('script-tag');
    assert.deepEqual(tab.faults, []);
    await tab.close();
  });
});
