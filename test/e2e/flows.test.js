import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startShops } from './open-shop.js';
import { handOn, SPAN, TRACE } from './reader-hand.js';

/**
 * What a reader wants to know, asked of the panel beside the shop by the mouse alone. Each test prints how many clicks it took
 * from the moment when the page had done its part, and fails where it takes more than it should.
 */

let shops;
before(async () => {
  shops = await startShops();
});
after(() => shops?.close());

/** A test of a page with a tea in the cart. */
function flow(name, run) {
  it(name, async () => {
    const shop = await shops.open();
    try {
      const tab = await shop.open('/');
      await tab.page.waitForSelector(tab.byTestId('product'));
      await tab.tracesOf(async () => {
        await tab.click('add-to-cart');
        await tab.page.waitForSelector(tab.byTestId('cart-item'));
      });
      await run(tab);
      await tab.close();
    } finally {
      await shop.close();
    }
  });
}

const checkout = (tab) =>
  tab.tracesOf(async () => {
    await tab.click('pay');
    await tab.page.waitForSelector(`${tab.byTestId('confirmation')}:not([hidden])`);
  });

async function decline(tab) {
  await tab.page.select(tab.byTestId('card'), '4000 0000 0000 0002');
  await tab.tracesOf(async () => {
    await tab.click('pay');
    await tab.waitForText('checkout-error', 'declined');
  });
}

/** What the panel says has all the parts, as soon as all of it is loaded; tells the counts. */
async function assertAnswered(tab, hand, question, most, ...parts) {
  for (const part of parts) await tab.shows(part);
  const { clicks } = hand;
  console.log(`${question}: ${clicks} clicks`);
  assert.ok(clicks <= most, `${question}: ${clicks} clicks, at most ${most} wanted`);
  await tab.picture(`flow ${question.replace(/\W+/g, ' ').trim()}`);
}

describe('a reader finds out', () => {
  flow('which request made this click slow', async (tab) => {
    await checkout(tab);
    const hand = handOn(tab);
    // The newest trace is shown already, and its critical path marks what it waited for: a look at that is a click.
    await hand.click(SPAN, 'POST /api/checkout/reserve');
    await assertAnswered(tab, hand, 'which request made this click slow', 1, /Critical path/, /Phases/);
  });

  flow('which of 60 traces failed, and why', async (tab) => {
    await tab.page.evaluate(async () => {
      const { store } = window.tracing;
      const pause = () => new Promise((resolve) => setTimeout(resolve, 10));
      while (store.traces.length < 58) {
        for (const button of ['next-page', 'previous-page']) {
          document.querySelector(`[data-testid=${button}]`).click(); // none while it is disabled
          await pause();
        }
      }
    });
    await decline(tab);
    await tab.page.evaluate(() => document.querySelector('[data-testid=next-page]').click());
    await tab.page.waitForFunction(() => window.tracing.store.traces.every(({ settled }) => settled));
    const traces = await tab.page.evaluate(() => window.tracing.store.traces.length);
    assert.ok(traces >= 60, `${traces} traces`);
    const hand = handOn(tab);
    await hand.click('[data-command=next-error]');
    await assertAnswered(tab, hand, `which of ${traces} traces failed and why`, 1, /declined/, /ApiError|Error/);
  });

  flow('what ran after the await that was forgotten', async (tab) => {
    await checkout(tab);
    const hand = handOn(tab);
    await hand.click('input[type=search]');
    await tab.page.keyboard.type('orders');
    await tab.page.keyboard.press('Enter');
    await assertAnswered(
      tab,
      hand,
      'what ran after the await that I forgot (and a word typed)',
      1,
      /\d+ ?matches/,
      /into the trace/,
    );
  });

  flow('whether a list is fetched item by item', async (tab) => {
    await tab.tracesOf(async () => {
      await tab.click('open-product');
      await tab.page.waitForSelector(tab.byTestId('recommendation'));
    });
    const hand = handOn(tab);
    await assertAnswered(tab, hand, 'is this list fetched N+1 times', 0, /\d+ ?× ?GET \/api\/products\/\*/);
  });

  flow('how to hand a trace to a colleague of the backend', async (tab) => {
    await checkout(tab);
    await tab.page
      .browserContext()
      .overridePermissions(new URL(tab.page.url()).origin, ['clipboard-read', 'clipboard-write']);
    const hand = handOn(tab);
    await hand.click(SPAN, 'place order');
    await hand.click('button', 'Trace id');
    const copied = await tab.page.evaluate(() => navigator.clipboard.readText());
    assert.match(copied, /^[0-9a-f]{32}$/);
    await assertAnswered(tab, hand, 'hand this trace to a backend colleague', 2, /place order/);
  });

  flow('what a change did to the same click', async (tab) => {
    await checkout(tab);
    await tab.tracesOf(async () => {
      await tab.click('add-to-cart');
      await tab.page.waitForFunction((pay) => !document.querySelector(pay).disabled, {}, tab.byTestId('pay'));
    });
    await checkout(tab);
    const hand = handOn(tab);
    // The newest is chosen already.
    await hand.click(TRACE, 'submit', { nth: 1, holding: 'Control' });
    await assertAnswered(
      tab,
      hand,
      'compare the same click before and after a change',
      1,
      /Before ?: submit/,
      /After ?: submit/,
      /place order \d/,
      /POST \/api\/checkout\/pay/,
    );
  });
});
