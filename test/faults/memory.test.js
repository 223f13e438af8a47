import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import puppeteer from 'puppeteer-core';
import { chromiumFlags, findBrowser } from '../../scripts/browsers.js';
import { openSite } from '../e2e/spans-page.js';

/** MB that the page's scripts may use: too little for all the spans that are made. */
const HEAP = 64;

/** `store.maxSpans`; those of the default alone would fill the heap. */
const MAX_SPANS = 20_000;

/** `LIMITS.storedBatches`. */
const STORED_BATCHES = 100;

const ROUNDS = 100;
const SPANS_A_ROUND = 1000;

describe('faults: memory pressure', () => {
  let browser;
  let site;

  before(async () => {
    const args = [...chromiumFlags, `--js-flags=--max-old-space-size=${HEAP}`];
    browser = await puppeteer.launch({ executablePath: findBrowser('chromium'), headless: true, args });
    site = await openSite(browser);
  });
  after(async () => {
    await browser.close();
    await site.close();
  });

  it('a page near the limit of its heap, told so by the system again and again, lives on, is traced within bounds, and all is counted', async () => {
    const page = await site.open();
    let crashed = false;
    page.on('error', () => {
      crashed = true;
    });
    const system = await page.createCDPSession();
    await site.down(); // nothing can leave: the queues fill
    await page.evaluate((maxSpans) => {
      window.zonetrace.tracing.store.maxSpans = maxSpans;
    }, MAX_SPANS);
    for (let round = 0; round < ROUNDS; round++) {
      await page.evaluate(
        async (count) => {
          for (let i = 0; i < count; i++) {
            window.zonetrace.withSpan(`span ${i}`, { root: i % 10 === 0 }, (span) => {
              span.setAttribute('text', crypto.randomUUID().repeat(4)).addEvent('event', { i });
            });
          }
          if (count % 2 === 0) await window.zonetrace.tracing.flush(); // else the queue in memory is all that fills
        },
        SPANS_A_ROUND + (round % 2),
      );
      if (round % 20 === 0) {
        await system.send('Memory.simulatePressureNotification', { level: round % 40 ? 'moderate' : 'critical' });
        await system.send('HeapProfiler.collectGarbage');
      }
    }
    assert.equal(crashed, false);
    const { store, stats, works, batches } = await page.evaluate(async () => {
      const { tracing, withSpan } = window.zonetrace;
      await tracing.flush(); // what is being put into the offline queue is there then, and counted
      const wait = (request) =>
        new Promise((resolve) => {
          request.onsuccess = () => resolve(request.result);
        });
      const database = await wait(indexedDB.open('zonetrace'));
      const batches = await wait(database.transaction('batches').objectStore('batches').count());
      const { size, maxSpans, droppedSpans } = tracing.store;
      return {
        store: { size, maxSpans, droppedSpans },
        stats: tracing.stats,
        works: withSpan('afterwards', (span) => span.recording),
        batches,
      };
    });
    const made = ROUNDS * SPANS_A_ROUND + ROUNDS / 2;
    assert.equal(works, true);
    assert.ok(store.size > 0 && store.size <= store.maxSpans, JSON.stringify(store));
    assert.ok(store.size + store.droppedSpans >= made, JSON.stringify(store));
    assert.ok(stats.recorded >= made, JSON.stringify(stats));
    const dropped = Object.values(stats.dropped).reduce((sum, count) => sum + count, 0);
    const kept = stats.queued + stats.stored - stats.restored;
    assert.equal(stats.exported + dropped + kept, stats.recorded, JSON.stringify(stats));
    assert.ok(dropped > made / 4, JSON.stringify(stats));
    assert.ok(batches <= STORED_BATCHES, `${batches} batches in the offline queue: ${JSON.stringify(stats)}`);
    await site.up();
    await page.close();
  });
});
