import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { serveDemo } from '../../demo/serve.js';
import { startApi } from '../../demo/server/start-api.js';
import { findBrowser } from '../../scripts/browsers.js';
import { startFaultServer } from '../fault-server.js';
import { closeTab, comes, figures, launch } from './spans-page.js';

const wanted = (process.env.BROWSERS ?? 'chromium,firefox').split(',').filter(findBrowser);

describe('a shop that is closed in the middle of a checkout, with the Collector down', () => {
  const records = new Map();
  let api;
  let collector;
  let web;
  before(async () => {
    api = await startApi();
    collector = await startFaultServer({ records });
    web = await serveDemo({ port: 0, apiPort: api.port, collectorPort: collector.port });
  });
  after(async () => {
    await web?.close();
    await api?.stop();
    await collector?.close();
  });

  const taken = () => {
    const times = new Map();
    for (const { spanId } of records.get('/v1/traces')?.taken ?? []) times.set(spanId, (times.get(spanId) ?? 0) + 1);
    return times;
  };

  for (const name of wanted) {
    it(`has every span at the Collector exactly once when it is opened again, in ${name}`, async () => {
      const browser = await launch(name);
      try {
        const address = `http://127.0.0.1:${web.port}/?otlp`;
        const page = await browser.newPage();
        await page.setViewport({ width: 1280, height: 1600 });
        await page.goto(address);
        await page.waitForSelector('[data-testid=product]');
        assert.ok(await comes(() => page.evaluate(() => window.tracing.stats.destinations[1].exported > 0)));

        const { port } = collector;
        await collector.close();
        // Through the page's own code: the overlay covers a part of the window.
        const press = (selector) => page.$eval(selector, (element) => element.click());
        await press('[data-testid=add-to-cart]');
        await page.waitForSelector('[data-testid=pay]:not([disabled])');
        assert.ok(await comes(() => page.evaluate(() => window.tracing.stats.destinations[1].stored > 0)));

        const ids = await page.evaluate(
          () =>
            new Promise((resolve) => {
              document.querySelector('[data-testid=pay]').click();
              const { store } = window.tracing;
              const look = () => {
                const rows = store.traces.flatMap((trace) => trace.rows);
                const spans = rows.map((row) => store.record(row));
                // The quote is there, and the payment is on its way.
                if (!spans.some((span) => span.name === 'POST /api/checkout/pay')) return setTimeout(look, 5);
                const names = spans.filter(({ endTime }) => endTime === undefined).map((span) => span.name);
                resolve({ all: spans.map((span) => span.context.spanId), open: names });
              };
              look();
            }),
        );
        await closeTab(page, name);
        assert.ok(ids.open.includes('place order'), `in the middle: ${ids.open.join(', ')}`);
        assert.ok(figures(ids.all, taken()).lost > 5, 'the Collector has not seen them');

        collector = await startFaultServer({ port, records });
        const again = await browser.newPage();
        await again.goto(address);
        await comes(() => figures(ids.all, taken()).lost === 0);
        const found = figures(ids.all, taken());
        console.log(`${name}: ${JSON.stringify(found)}; open when it was closed: ${ids.open.join(', ')}`);
        assert.deepEqual(found, { sent: ids.all.length, received: ids.all.length, duplicated: 0, lost: 0 });
        assert.ok([...taken().values()].every((times) => times === 1));
        // The tree is whole: every parent is there.
        const spans = records.get('/v1/traces').taken;
        const order = spans.find((span) => span.name === 'place order' && ids.all.includes(span.spanId));
        const isUnfinished = order.attributes.some(({ key }) => key === 'zonetrace.unfinished');
        // Left by navigation, its requests fail first, and the order with them.
        assert.ok(isUnfinished || order.status.code === 2, JSON.stringify(order));
        for (const { name: child, traceId, parentSpanId } of spans) {
          if (traceId === order.traceId) assert.ok(!parentSpanId || taken().has(parentSpanId), child);
        }
      } finally {
        await browser.close();
      }
    });
  }
});
