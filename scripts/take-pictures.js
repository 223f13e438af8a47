/** Takes the README's pictures of the built demo: npm run build, vite build of the demo, then node scripts/take-pictures.js */
import { fileURLToPath } from 'node:url';
import { openShop } from '../test/e2e/open-shop.js';

const folder = fileURLToPath(new URL('../docs/', import.meta.url));
const shop = await openShop();

/** Selects, in the overlay, the newest trace whose root has the name, and the span of a name in it. */
async function select(page, trace, span) {
  await page.evaluate(
    async (traceName, spanName) => {
      const find = (root, test) => {
        for (const element of root.querySelectorAll('*')) {
          if (test(element)) return element;
          const inside = element.shadowRoot && find(element.shadowRoot, test);
          if (inside) return inside;
        }
        return undefined;
      };
      const row = (name) => find(document, (each) => each.role === 'row' && each.textContent.includes(name));
      const frames = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      row(traceName)?.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true, composed: true }));
      row(traceName)?.click();
      await frames();
      if (spanName) {
        row(spanName)?.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true, composed: true }));
        row(spanName)?.click();
      }
      await frames();
    },
    trace,
    span,
  );
}

async function open(scheme) {
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

const light = await open('light');
await light.tracesOf(async () => {
  await light.click('pay');
  await light.page.waitForSelector(`${light.byTestId('confirmation')}:not([hidden])`);
});
await select(light.page, 'submit');
await light.page.evaluate(() => scrollTo(0, 0));
await light.page.screenshot({ path: `${folder}checkout.png` });

const dark = await open('dark');
await dark.page.select(dark.byTestId('card'), '4000 0000 0000 0002');
await dark.tracesOf(async () => {
  await dark.click('pay');
  await dark.waitForText('checkout-error', 'declined');
});
await select(dark.page, 'submit', 'place order');
await dark.page.evaluate(() => scrollTo(0, 0));
await dark.page.screenshot({ path: `${folder}declined.png` });
await shop.close();
