/**
 * Records the overlay at work in the built demo into docs/overlay.webp: npm run build,
 * npx vite build --config demo/vite.config.ts, then node scripts/record-overlay.js. Needs ffmpeg with libwebp.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openShop } from '../test/e2e/open-shop.js';
import { handOn, SPAN } from '../test/e2e/reader-hand.js';

const FILE = fileURLToPath(new URL('../docs/overlay.webp', import.meta.url));
const SIZE = { width: 1280, height: 800 };

/** Frames a second at most: what changes faster is not read. */
const RATE = 10;

/** s that the last frame stays. */
const LAST = 2.5;

const folder = mkdtempSync(join(tmpdir(), 'zonetrace-recording-'));
const shop = await openShop();
const tab = await shop.open('/');
const { page } = tab;
await page.setViewport(SIZE);
await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'light' }]);
await page.waitForSelector(tab.byTestId('product'));
await delay(500);

const frames = [];
const session = await page.createCDPSession();
session.on('Page.screencastFrame', ({ data, metadata, sessionId }) => {
  session.send('Page.screencastFrameAck', { sessionId }).catch(() => {});
  const last = frames.at(-1);
  if (last && metadata.timestamp - last.at < 1 / RATE) frames.pop(); // the newer one of two stands for both
  const at = last && metadata.timestamp - last.at < 1 / RATE ? last.at : metadata.timestamp;
  frames.push({ at, data });
});
await session.send('Page.startScreencast', { format: 'png', everyNthFrame: 1 });

const hand = handOn(tab);
await delay(800);
await tab.click('add-to-cart');
await page.waitForSelector(tab.byTestId('cart-item'));
await delay(900);
await tab.tracesOf(async () => {
  await tab.click('pay');
  await page.waitForSelector(`${tab.byTestId('confirmation')}:not([hidden])`);
});
await delay(1000);
await hand.click(SPAN, 'place order');
await delay(1800);
await tab.click('add-to-cart');
await page.select(tab.byTestId('card'), '4000 0000 0000 0002');
await page.waitForFunction((pay) => !document.querySelector(pay).disabled, {}, tab.byTestId('pay'));
await tab.click('pay');
await tab.waitForText('checkout-error', 'declined');
await delay(900);
await hand.click('[data-command=next-error]');
await delay(1800);
await hand.click('.views button', 'Timeline');
await delay(700);
await session.send('Page.stopScreencast');
await shop.close();

const lines = frames.map(({ at, data }, index) => {
  const name = `${String(index).padStart(4, '0')}.png`;
  writeFileSync(join(folder, name), data, 'base64');
  const duration = index + 1 < frames.length ? frames[index + 1].at - at : LAST;
  return `file '${name}'\nduration ${duration.toFixed(3)}`;
});
writeFileSync(join(folder, 'frames.txt'), `${lines.join('\n')}\n`);
const input = ['-f', 'concat', '-i', join(folder, 'frames.txt'), '-vsync', 'vfr'];
const output = ['-c:v', 'libwebp_anim', '-quality', '85', '-compression_level', '6', '-loop', '0', FILE];
const { status, error } = spawnSync('ffmpeg', ['-v', 'error', '-y', ...input, ...output], { stdio: 'inherit' });
rmSync(folder, { recursive: true });
if (error || status !== 0) throw error ?? new Error(`ffmpeg ended with ${status}`);
console.log(`${FILE}: ${frames.length} frames`);
