/**
 * Takes the README's pictures of the built demo: npm run build, npx vite build --config demo/vite.config.ts, then
 * node scripts/take-pictures.js. Where pngquant is installed they become a third as large.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { openShop } from '../test/e2e/open-shop.js';
import { handOn, SPAN } from '../test/e2e/reader-hand.js';

const folder = fileURLToPath(new URL('../docs/', import.meta.url));
const shops = [];

/** A page with a tea in the cart, of a shop of its own: what the servers tell late of other pages would be in its list. */
async function open(scheme) {
  const shop = await openShop();
  shops.push(shop);
  const tab = await shop.open('/');
  await tab.page.setViewport({ width: 1280, height: 800 });
  await tab.page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
  await tab.page.waitForSelector(tab.byTestId('product'));
  await tab.tracesOf(async () => {
    await tab.click('add-to-cart');
    await tab.page.waitForSelector(tab.byTestId('cart-item'));
  });
  return tab;
}

async function take(tab, name) {
  await tab.page.mouse.move(1, 1);
  await tab.page.evaluate(() => scrollTo(0, 0));
  await tab.page.waitForFunction(() => !document.querySelector('.toast'));
  const path = `${folder}${name}.png`;
  await tab.page.screenshot({ path });
  spawnSync('pngquant', ['--force', '--skip-if-larger', '--output', path, '256', path], { stdio: 'inherit' });
}

const checkout = (tab) =>
  tab.tracesOf(async () => {
    await tab.click('pay');
    await tab.page.waitForSelector(`${tab.byTestId('confirmation')}:not([hidden])`);
  });

const light = await open('light');
await checkout(light);
await handOn(light).click(SPAN, 'POST /api/checkout/pay');
await take(light, 'checkout');

const dark = await open('dark');
await dark.page.select(dark.byTestId('card'), '4000 0000 0000 0002');
await dark.tracesOf(async () => {
  await dark.click('pay');
  await dark.waitForText('checkout-error', 'declined');
});
await handOn(dark).click('[data-command=next-error]');
await take(dark, 'declined');

const list = await open('light');
await list.tracesOf(async () => {
  await list.click('open-product');
  await list.page.waitForSelector(`${list.byTestId('recommendation')}:nth-child(6)`);
});
await handOn(list).click('.repeats');
await handOn(list).click(SPAN, '/api/products/*');
await take(list, 'item-by-item');

const all = await open('dark');
await all.tracesOf(async () => {
  await all.page.type(all.byTestId('search'), 'honey', { delay: 30 });
  await all.waitForText('catalogue-count', 'honey');
});
await checkout(all);
await handOn(all).click('.views button', 'Timeline');
await take(all, 'timeline');
for (const shop of shops) await shop.close();
