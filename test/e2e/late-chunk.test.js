import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { findBrowser } from '../../scripts/browsers.js';
import { closeTab, comes, figures, launch, makeSpans, openSite } from './spans-page.js';

const wanted = (process.env.BROWSERS ?? 'chromium,firefox').split(',').filter(findBrowser);

/** The names of all spans of a page. */
const namesOf = (page) =>
  page.evaluate(() => {
    const { store } = window.zonetrace.tracing;
    return store.traces.flatMap(({ rows }) => rows.map((row) => store.record(row).name));
  });

for (const name of wanted) {
  describe(`what the script tag loads later, in ${name}`, () => {
    let browser;
    before(async () => {
      browser = await launch(name);
    });
    after(() => browser.close());

    it('loses no span of a page that is left before it has come', async (t) => {
      const site = await openSite(browser, { sendChunk() {} }); // for ever under way
      t.after(() => site.close());
      const page = await site.open();
      const ids = await makeSpans(page, 20);
      await closeTab(page, name);
      await comes(() => figures(ids, site.taken()).lost === 0);
      assert.deepEqual(figures(ids, site.taken()), { sent: 20, received: 20, duplicated: 0, lost: 0 });
    });

    it('traces and sends without it, and says once what is missing', async (t) => {
      const site = await openSite(browser, { sendChunk: (response) => response.writeHead(404).end() });
      t.after(() => site.close());
      const page = await browser.newPage();
      const warnings = [];
      page.on('console', (message) => message.text().includes('zonetrace:') && warnings.push(message.text()));
      await page.goto(site.origin);
      const ids = await makeSpans(page, 20);
      const stats = await page.evaluate(async () => {
        await window.zonetrace.tracing.flush();
        return JSON.parse(JSON.stringify(window.zonetrace.tracing.stats));
      });
      assert.deepEqual(figures(ids, site.taken()), { sent: 20, received: 20, duplicated: 0, lost: 0 });
      assert.deepEqual(stats.dropped, {});
      assert.equal(warnings.length, 1, warnings.join('\n'));
      assert.match(warnings[0], /a part of zonetrace could not be loaded/);

      await site.down();
      const lost = await makeSpans(page, 5);
      const dropped = await page.evaluate(async () => {
        await window.zonetrace.tracing.flush();
        return { ...window.zonetrace.tracing.stats.dropped };
      });
      assert.equal(dropped.failed >= lost.length, true, `dropped: ${JSON.stringify(dropped)}`);
    });

    it('tells what happened before it came', async (t) => {
      let send;
      const site = await openSite(browser, {
        sendChunk(response, chunk) {
          send = () => response.end(chunk);
        },
      });
      t.after(() => site.close());
      const page = await site.open();
      await comes(() => send);
      assert.deepEqual((await namesOf(page)).includes('document request'), false);
      send();
      assert.ok(await comes(async () => (await namesOf(page)).includes('document request')), 'the load is told');
      assert.ok(await comes(async () => (await namesOf(page)).includes('web vital TTFB')), 'the vitals are told');
    });

    it('needs nobody else to leave the name of Zone.js alone', async (t) => {
      const site = await openSite(browser);
      t.after(() => site.close());
      for (const zone of ['window.Zone = class {}', 'class Zone {}', 'var Zone', 'delete window.Zone']) {
        const page = await site.open();
        await page.addScriptTag({ content: zone });
        const seen = await page.evaluate(() =>
          window.zonetrace.withSpan('work', async () => {
            await new Promise((resolve) => setTimeout(resolve, 1));
            document.body.addEventListener('click', () => {});
            return window.zonetrace.getCurrentSpan()?.name;
          }),
        );
        assert.equal(seen, 'work', zone);
        await page.close();
      }
    });

    it('comes from the origin of the script, whichever that is', async (t) => {
      const other = await openSite(browser);
      t.after(() => other.close());
      const site = await openSite(browser, { scriptOrigin: other.origin });
      t.after(() => site.close());
      const page = await site.open();
      assert.ok(await comes(async () => (await namesOf(page)).includes('document request')), 'the load is told');
    });
  });
}
