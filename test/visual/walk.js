/**
 * Takes a picture of every view with every kind of data in three sizes and both themes, for somebody to look at:
 * node test/visual/walk.js [part of a name …]. They come into test-output/walk, several on a sheet.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { argv } from 'node:process';
import { ROOT } from '../bench/bundle.js';
import { openPage } from './open-page.js';

const FOLDER = join(ROOT, 'test-output', 'walk');

const SIZES = { wide: [1440, 900], middle: [1024, 768], phone: [390, 844] };
const THEMES = ['light', 'dark'];
const KINDS = ['empty', 'small', 'errors', 'long', 'rightToLeft', 'deep', 'many'];
const VIEWS = {
  trace: {},
  detail: { span: 1 },
  timeline: { view: 'timeline' },
  statistics: { view: 'statistics' },
  diagnostics: { view: 'diagnostics' },
  compare: { view: 'compare' },
};
const MORE = {
  filter: { data: 'small', filter: 'api' },
  'filter of nothing': { data: 'small', filter: 'qwertz' },
  help: { data: 'small', view: 'help' },
  right: { data: 'small', dock: 'right', span: 1 },
  left: { data: 'errors', dock: 'left', span: 1 },
  float: { data: 'small', dock: 'float', span: 1 },
  launcher: { data: 'errors', view: 'launcher' },
  'right to left page': { data: 'small', rtl: true, span: 1 },
};
/** px: what one can still read. */
const SHEET_HEIGHT = 1500;

const scenes = [
  ...KINDS.flatMap((data) => Object.entries(VIEWS).map(([view, scene]) => [`${data} ${view}`, { data, ...scene }])),
  ...Object.entries(MORE),
];
const parts = argv.slice(2);
mkdirSync(FOLDER, { recursive: true });
const { page, browser, show, close } = await openPage();

for (const [size, [width, height]] of Object.entries(SIZES)) {
  await page.setViewport({ width, height });
  for (const theme of THEMES) {
    let sheet = [];
    let used = 0;
    let sheets = 0;
    const finish = async () => {
      if (sheet.length > 0) await save(`${size}-${theme}-${++sheets}`, sheet, size === 'phone');
      sheet = [];
      used = 0;
    };
    for (const [name, scene] of scenes) {
      const full = `${size} ${theme} ${name}`;
      if (parts.length > 0 && !parts.every((part) => full.includes(part))) continue;
      await show({ theme, ...scene });
      const clip =
        size === 'phone' || scene.dock || scene.view === 'launcher'
          ? undefined
          : { x: 0, y: height - 344, width, height: 344 };
      const picture = await page.screenshot({ encoding: 'base64', ...(clip && { clip }) });
      const taken = size === 'phone' ? height / 4 : (clip?.height ?? height);
      if (used + taken > SHEET_HEIGHT) await finish();
      used += taken;
      sheet.push([full, picture]);
    }
    await finish();
  }
}
await close();

async function save(name, pictures, isAcross) {
  const tab = await browser.newPage();
  const width = isAcross ? 1640 : Number(await page.evaluate('innerWidth'));
  await tab.setViewport({ width, height: 100 });
  await tab.setContent(
    `<style>body{margin:0;background:#888;font:13px sans-serif}figure{margin:0;${isAcross ? 'display:inline-block;width:390px;margin:5px' : ''}}img{display:block;max-width:100%}</style>${pictures
      .map(([title, picture]) => `<figure>${title}<img src="data:image/png;base64,${picture}"></figure>`)
      .join('')}`,
  );
  writeFileSync(join(FOLDER, `${name}.png`), await tab.screenshot({ fullPage: true }));
  await tab.close();
  console.log(join('test-output', 'walk', `${name}.png`));
}
