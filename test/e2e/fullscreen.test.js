import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openShop } from './open-shop.js';

/** Runs in the page: what a press in the middle of the panel would meet. */
function underThePointer() {
  const { left, top, width, height } = document.querySelector('zonetrace-panel').getBoundingClientRect();
  return document.elementFromPoint(left + width / 2, top + height / 2)?.localName;
}

let shop;
before(async () => {
  shop = await openShop();
});
after(() => shop?.close());

test('the panel stays in reach while a part of the page is fullscreen, and after it', async () => {
  const tab = await shop.open('/');
  const { page } = tab;
  await page.waitForSelector(tab.byTestId('product'));
  await page.waitForFunction(() => document.querySelector('zonetrace-panel')?.matches(':popover-open'));
  await page.evaluate(() => {
    // Only a gesture may ask for it.
    document.querySelector('main').addEventListener('dblclick', (event) => event.currentTarget.requestFullscreen(), {
      once: true,
    });
  });
  await page.mouse.click(200, 60, { count: 2 });
  await page.waitForFunction(() => document.fullscreenElement?.localName === 'main');
  await page.waitForFunction(underThePointer);
  assert.equal(await page.evaluate(underThePointer), 'zonetrace-panel');

  await page.evaluate(() => document.exitFullscreen());
  await page.waitForFunction(() => !document.fullscreenElement);
  assert.equal(await page.evaluate(underThePointer), 'zonetrace-panel');
  assert.deepEqual(tab.faults, []);
});
