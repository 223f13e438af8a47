import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { findBrowser } from '../../scripts/browsers.js';
import { closeTab, comes, figures, launch, makeSpans, openSite } from './spans-page.js';

const wanted = (process.env.BROWSERS ?? 'chromium,firefox').split(',').filter(findBrowser);
const table = [];

for (const name of wanted) {
  describe(`spans at the end of a page, in ${name}`, () => {
    let browser;
    let site;
    before(async () => {
      browser = await launch(name);
    });
    after(async () => {
      await browser.close();
      if (name === wanted.at(-1)) console.table(table);
    });

    /** A site of its own for each test, and at its end every span of it there exactly once. */
    const check = (what, run) =>
      it(what, async (test) => {
        site = await openSite(browser);
        try {
          const ids = await run(test);
          if (!ids) return;
          await comes(() => figures(ids, site.taken()).lost === 0, 10_000);
          const found = figures(ids, site.taken());
          table.push({ browser: name, what, ...found });
          assert.deepEqual(found, { sent: ids.length, received: ids.length, duplicated: 0, lost: 0 });
        } finally {
          await site.close();
        }
      });

    /** The offline queue is there, and the receiver was reached. */
    const ready = async (page) => {
      const ids = await makeSpans(page, 1);
      await comes(() => ids.every((id) => site.taken().has(id)));
      return ids;
    };

    check('arrive when the tab is closed at once', async () => {
      const page = await site.open();
      const ids = await makeSpans(page, 20);
      await closeTab(page, name);
      return ids;
    });

    check('arrive when the page is loaded again at once', async () => {
      const page = await site.open();
      const ids = await makeSpans(page, 20);
      await page.reload();
      return ids;
    });

    check('arrive when the page is left for another', async () => {
      const page = await site.open();
      const ids = await makeSpans(page, 20);
      await page.goto('about:blank');
      return ids;
    });

    check('arrive when the page is frozen', async (test) => {
      if (name !== 'chromium') return test.skip('only Chromium freezes pages on command');
      const page = await site.open();
      const ids = await makeSpans(page, 20);
      const session = await page.createCDPSession();
      await session.send('Page.setWebLifecycleState', { state: 'frozen' });
      return ids;
    });

    check('arrive after a time without a network', async (test) => {
      if (name !== 'chromium') return test.skip('puppeteer takes the network from Chromium only');
      const page = await site.open();
      const first = await ready(page);
      await page.setOfflineMode(true);
      const ids = await makeSpans(page, 20);
      await page.evaluate(() => window.zonetrace.tracing.flush());
      assert.equal(figures(ids, site.taken()).lost, 20);
      assert.equal((await page.evaluate(() => window.zonetrace.tracing.stats)).requests, 1);
      await page.setOfflineMode(false);
      return [...first, ...ids];
    });

    check('arrive in requests that fit where many are there when the tab is closed', async () => {
      const page = await site.open();
      const first = await ready(page);
      const ids = await makeSpans(page, 300, 512);
      await closeTab(page, name);
      // What did not fit into the keepalive budget is sent by the next page.
      assert.ok(await comes(() => site.requests().length >= 3));
      assert.ok(site.requests().every(({ bytes }) => bytes < 60_000));
      await site.open();
      return [...first, ...ids];
    });

    check('arrive by the next page where the receiver was down when the tab was closed', async () => {
      const page = await site.open();
      const first = await ready(page);
      await site.down();
      const tried = await makeSpans(page, 20);
      await page.evaluate(() => window.zonetrace.tracing.flush());
      const last = await makeSpans(page, 20);
      await closeTab(page, name);
      await site.up();
      assert.equal(figures([...tried, ...last], site.taken()).lost, 40);
      await site.open();
      return [...first, ...tried, ...last];
    });

    check('are sent once where two tabs share what is left to send', async () => {
      const pages = [await site.open(), await site.open()];
      const ids = [];
      for (const page of pages) ids.push(...(await ready(page)));
      await site.down();
      for (let round = 0; round < 5; round++) {
        for (const page of pages) {
          ids.push(...(await makeSpans(page, 4)));
          await page.evaluate(() => window.zonetrace.tracing.flush());
        }
      }
      await site.up();
      await comes(() => figures(ids, site.taken()).lost === 0);
      // Together the tabs count what was taken, their own spans of loading and the like too, and nothing twice.
      const exported = async () => {
        const stats = await Promise.all(pages.map((page) => page.evaluate(() => window.zonetrace.tracing.stats)));
        return stats.reduce((sum, each) => sum + each.exported, 0);
      };
      assert.ok(await comes(async () => (await exported()) === site.taken().size));
      assert.ok([...site.taken().values()].every((times) => times === 1));
      return ids;
    });
  });
}
