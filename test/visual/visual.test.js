/**
 * The main views of the panel beside the pictures in test/visual/golden. They are pinned to one browser: another major
 * version of Chromium draws letters and boxes otherwise, and then this says so and skips. Fonts are DejaVu's without hinting
 * (fonts.conf), which Debian's fontconfig brings along.
 *
 * UPDATE_GOLDEN=1 node --test test/visual/visual.test.js takes them anew; look at them before you commit them. What a failed
 * comparison has seen is in test-output/visual.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { env } from 'node:process';
import { after, before, describe, it } from 'node:test';
import { ROOT } from '../bench/bundle.js';
import { openPage } from './open-page.js';

const GOLDEN = join(ROOT, 'test', 'visual', 'golden');
const SEEN = join(ROOT, 'test-output', 'visual');
const MADE_WITH = join(GOLDEN, 'chromium.json');

/** Of 255: what another rounding of a blended colour differs by, at most. */
const SAME_COLOUR = 24;

/** Of all pixels: edges of letters that another build of the same version may draw otherwise. A row that moves is 2% and more. */
const MAY_DIFFER = 0.001;

const WIDE = { width: 1024, height: 360 };
const PHONE = { width: 390, height: 700 };

const SCENES = {
  trace: { data: 'small', theme: 'light', size: WIDE },
  'trace in the dark, with details of an error': { data: 'errors', theme: 'dark', span: 1, choose: 1, size: WIDE },
  timeline: { data: 'small', theme: 'dark', view: 'timeline', size: WIDE },
  statistics: { data: 'small', theme: 'light', view: 'statistics', size: WIDE },
  diagnostics: { data: 'errors', theme: 'light', view: 'diagnostics', size: WIDE },
  comparison: { data: 'small', theme: 'light', view: 'compare', size: WIDE },
  keys: { data: 'small', theme: 'dark', view: 'help', size: WIDE },
  'names from right to left': { data: 'rightToLeft', theme: 'light', size: WIDE },
  phone: { data: 'small', theme: 'light', span: 1, size: PHONE },
  'nothing yet': { data: 'empty', theme: 'light', size: WIDE },
  // The last one, as that stays.
  'colours that the reader forces': { data: 'errors', span: 1, choose: 1, filter: 'pay', forced: true, size: WIDE },
};

/** Runs in the page: the part of all pixels in which two pictures differ. */
async function differenceOf(one, other, sameColour) {
  const pixels = async (base64) => {
    const image = new Image();
    image.src = `data:image/png;base64,${base64}`;
    await image.decode();
    const canvas = new OffscreenCanvas(image.width, image.height);
    const context = canvas.getContext('2d');
    context.drawImage(image, 0, 0);
    return context.getImageData(0, 0, image.width, image.height);
  };
  const [a, b] = [await pixels(one), await pixels(other)];
  if (a.width !== b.width || a.height !== b.height) return 1;
  let different = 0;
  for (let at = 0; at < a.data.length; at += 4) {
    const channels = [0, 1, 2].map((channel) => Math.abs(a.data[at + channel] - b.data[at + channel]));
    if (Math.max(...channels) > sameColour) different++;
  }
  return different / (a.width * a.height);
}

describe('a view of the panel looks as it did', () => {
  let opened;
  let reason = '';

  before(async () => {
    opened = await openPage({ FONTCONFIG_FILE: join(ROOT, 'test', 'visual', 'fonts.conf') });
    const made = {
      chromium: (await opened.browser.version()).match(/\d+/)[0],
      letters: await opened.page.evaluate(lettersOf),
    };
    mkdirSync(SEEN, { recursive: true });
    mkdirSync(GOLDEN, { recursive: true });
    if (env.UPDATE_GOLDEN) {
      writeFileSync(MADE_WITH, `{ "chromium": "${made.chromium}", "letters": "${made.letters}" }\n`);
      return;
    }
    const wanted = JSON.parse(readFileSync(MADE_WITH, 'utf8'));
    if (made.chromium !== wanted.chromium)
      reason = `the pictures are of Chromium ${wanted.chromium}, and this is ${made.chromium}`;
    else if (made.letters !== wanted.letters)
      reason = `the letters are not those of DejaVu Sans (${made.letters} px wide instead of ${wanted.letters}): install fonts-dejavu-core`;
    if (reason) console.log(`visual regression skipped: ${reason}`);
  });
  after(() => opened?.close());

  for (const [name, { size, forced, ...scene }] of Object.entries(SCENES)) {
    it(name, async (test) => {
      if (reason) return test.skip(reason);
      const { page, show } = opened;
      if (forced) await forceColours(page);
      await page.setViewport(size);
      await page.reload(); // ids begin anew
      await page.waitForFunction('window.show !== undefined');
      await show(scene);
      const seen = await page.screenshot({ encoding: 'base64' });
      const path = join(GOLDEN, `${name.replaceAll(/[ ,]+/g, '-')}.png`);
      if (env.UPDATE_GOLDEN) {
        writeFileSync(path, seen, 'base64');
        return;
      }
      assert.ok(existsSync(path), `${path} is there`);
      const difference = await page.evaluate(differenceOf, seen, readFileSync(path, 'base64'), SAME_COLOUR);
      if (difference > MAY_DIFFER) writeFileSync(join(SEEN, `${name}.png`), seen, 'base64');
      assert.ok(
        difference <= MAY_DIFFER,
        `${(difference * 100).toFixed(2)}% of the pixels differ, at most ${MAY_DIFFER * 100}% may; see test-output/visual/${name}.png`,
      );
    });
  }
});

/** For the rest of the page's life: Puppeteer's `emulateMediaFeatures` does not know this one. */
async function forceColours(page) {
  const session = await page.createCDPSession();
  await session.send('Emulation.setEmulatedMedia', {
    features: [
      { name: 'forced-colors', value: 'active' },
      { name: 'prefers-reduced-motion', value: 'reduce' },
    ],
  });
}

/** Runs in the page: px of a text in both fonts of the panel. */
function lettersOf() {
  const context = new OffscreenCanvas(1, 1).getContext('2d');
  return ['12px system-ui', '11px monospace']
    .map((font) => {
      context.font = font;
      return Math.round(context.measureText('The spans of a trace, 0123456789').width);
    })
    .join(' and ');
}
