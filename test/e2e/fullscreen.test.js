import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { findBrowser } from '../../scripts/browsers.js';
import { servePanelPage } from './panel-page.js';
import { comes, launch } from './spans-page.js';

const wanted = (process.env.BROWSERS ?? 'chromium,firefox').split(',').filter(findBrowser);

/** `<the-player>` fills the screen with something within its shadow root. */
const BODY = `<main><button data-fills="main">Fill</button><button data-fills="video">Video</button>
  <button data-fills="iframe">Frame</button><button data-fills="the-player">Player</button>
  <video width="40" height="40"></video><iframe width="40" height="40"></iframe><the-player></the-player></main>
  <script>
    document.querySelector('the-player').attachShadow({ mode: 'open' }).innerHTML = '<section>Player</section>';
    document.addEventListener('click', ({ target }) => {
      const filling = document.querySelector(target.dataset?.fills);
      (filling?.shadowRoot?.firstChild ?? filling)?.requestFullscreen();
    });
  </script>`;

/** Runs in the page: what fills the screen, and what the pointer hits in the middle of the panel, through shadow roots. */
function look() {
  const deepest = (root, key) => {
    const found = root[key];
    return (found?.shadowRoot?.[key] && deepest(found.shadowRoot, key)) ?? found;
  };
  const find = (root) =>
    root.querySelector('zonetrace-panel') ??
    [...root.querySelectorAll('*')].map((each) => each.shadowRoot && find(each.shadowRoot)).find(Boolean);
  const panel = find(document);
  const { left, top, width, height } = panel.getBoundingClientRect();
  const hit = panel.getRootNode().elementFromPoint(left + width / 2, top + height / 2);
  return {
    fills: deepest(document, 'fullscreenElement')?.localName ?? '',
    parent: panel.parentNode.localName ?? 'shadow root',
    hit: hit?.localName,
    isShown: height > 100,
  };
}

for (const name of wanted) {
  describe(`where something fills the screen, in ${name}`, () => {
    let site;
    let browser;
    let page;
    before(async () => {
      site = await servePanelPage(BODY);
      browser = await launch(name);
      page = await browser.newPage();
      if (name === 'chromium') await page.setViewport({ width: 1000, height: 800 });
      await page.goto(site.address);
      await page.waitForSelector('zonetrace-panel');
    });
    after(async () => {
      await browser?.close();
      site?.close();
    });

    async function becomes(state) {
      let seen;
      const isSo = async () => {
        seen = await page.evaluate(look);
        return JSON.stringify(seen) === JSON.stringify(state);
      };
      if (!(await comes(isSo))) assert.deepEqual(seen, state);
    }
    const outside = { fills: '', parent: 'html', hit: 'zonetrace-panel', isShown: true };
    const leave = () => page.evaluate(() => document.exitFullscreen());

    it('the panel can be used in it, and goes back afterwards', async () => {
      await becomes(outside);
      await page.click('[data-fills=main]');
      await becomes({ ...outside, fills: 'main', parent: 'main' });
      await page.evaluate(() => {
        const bar = document.querySelector('zonetrace-panel').shadowRoot.querySelector('zonetrace-bar');
        const { left, top } = bar.shadowRoot.querySelector('input[type=search]').getBoundingClientRect();
        window.at = [left + 20, top + 8];
      });
      await page.mouse.click(...(await page.evaluate(() => window.at)));
      await page.keyboard.type('typed');
      const filter = () =>
        page.evaluate(
          () =>
            document.querySelector('zonetrace-panel').shadowRoot.querySelector('zonetrace-bar').shadowRoot.activeElement
              ?.value,
        );
      assert.equal(await filter(), 'typed');
      await leave();
      await becomes(outside);
      assert.equal(await filter(), 'typed', 'the focus is lost');
    });

    it('the panel can be used in the shadow root of what fills it', async () => {
      await page.click('[data-fills=the-player]');
      await becomes({ ...outside, fills: 'section', parent: 'section' });
      await leave();
      await becomes(outside);
    });

    for (const childless of ['video', 'iframe']) {
      it(`the panel waits below it where it is ${childless}, which holds nothing`, async () => {
        await page.click(`[data-fills=${childless}]`);
        await becomes({ fills: childless, parent: 'html', hit: childless, isShown: true });
        await leave();
        await becomes(outside);
      });
    }
  });
}
