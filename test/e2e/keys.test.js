import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { findBrowser } from '../../scripts/browsers.js';
import { servePanelPage } from './panel-page.js';
import { comes, launch } from './spans-page.js';

const wanted = (process.env.BROWSERS ?? 'chromium,firefox').split(',').filter(findBrowser);

/** Runs in the page: a trace of 100 ms whose spans are of 10 ms each but for the first, and an older one. */
function makeTraces() {
  const { startSpan } = window.zonetrace;
  window.seen = [];
  for (const type of ['keydown', 'wheel', 'dblclick']) {
    window.addEventListener(type, (event) => window.seen.push(`${event.key ?? type} ${event.defaultPrevented}`));
  }
  const T = Date.now();
  const older = startSpan('older', { root: true, startTime: T - 500 });
  older.end('OK', T - 450);
  const root = startSpan('root', { root: true, startTime: T });
  const add = (name, from, to, parent = root, status = 'OK') => {
    const span = startSpan(name, { parent, startTime: T + from });
    span.end(status, T + to);
    return span;
  };
  const box = startSpan('box', { parent: root, startTime: T + 20 });
  add('inner', 25, 30, box);
  box.end('OK', T + 40);
  for (let i = 0; i < 5; i++) add('item', 50 + i, 51 + i);
  add('failed', 60, 80, root, 'ERROR');
  for (const letter of 'abcdefghijklmnop') add(`step ${letter}`, 80, 90);
  root.end('OK', T + 100);
}

/** Runs in the page: what the reader sees. */
function look() {
  const panel = document.querySelector('zonetrace-panel')?.shadowRoot;
  if (!panel) return { open: false };
  const tree = panel.querySelector('zonetrace-trace')?.shadowRoot;
  const list = panel.querySelector('zonetrace-traces').shadowRoot;
  const selected = tree?.querySelector('[aria-selected=true]');
  const slider = tree?.querySelector('zonetrace-minimap')?.shadowRoot.querySelector('[role=slider]');
  const [from, to] = slider?.getAttribute('aria-valuetext').match(/[\d.]+/g) ?? [];
  let focus = document.activeElement;
  while (focus?.shadowRoot?.activeElement) focus = focus.shadowRoot.activeElement;
  return {
    open: true,
    span: selected?.querySelector('.cut').title,
    expanded: selected?.getAttribute('aria-expanded'),
    rows: Number(tree?.querySelector('[role=treegrid]')?.getAttribute('aria-rowcount')) - 1,
    trace: list.querySelector('[aria-selected=true] .cut')?.textContent,
    view: `${Math.round(from)}-${Math.round(to)}`,
    detail: panel.querySelector('zonetrace-detail') !== null,
    help: panel.querySelector('.help') !== null,
    compared: panel.querySelector('zonetrace-compare') !== null,
    filter: panel.querySelector('zonetrace-bar').shadowRoot.querySelector('input[type=search]').value,
    focus: focus?.getAttribute('aria-label') ?? focus?.localName,
  };
}

/** Runs in the page: where a part of the tree is; `x` is a part of its width. */
function placeOf(selector, text, x) {
  const tree = document.querySelector('zonetrace-panel').shadowRoot.querySelector('zonetrace-trace').shadowRoot;
  const element = [...tree.querySelectorAll(selector)].find((each) => each.textContent.includes(text));
  const { left, top, width, height } = element.getBoundingClientRect();
  return [left + width * x, top + height / 2];
}

/** Runs in the page: where the edge of a part is, and how large that is, across and down. */
function edgeOf([label, part]) {
  const panel = document.querySelector('zonetrace-panel');
  const roots = [panel.shadowRoot, panel.shadowRoot.querySelector('zonetrace-trace').shadowRoot];
  const find = (selector) => roots.map((root) => root.querySelector(selector)).find(Boolean);
  const { left, top, width, height } = find(`zonetrace-separator[label="${label}"]`).getBoundingClientRect();
  const { offsetWidth, offsetHeight } = find(part);
  return { at: [left + width / 2, top + height / 2], size: [offsetWidth, offsetHeight] };
}

/** Runs in the page: where the panel is, and whether its rows look as they should there. */
function placeOfPanel() {
  const target = window.documentPictureInPicture.window;
  const panel = (target ?? window).document.querySelector('zonetrace-panel');
  const tree = panel?.shadowRoot.querySelector('zonetrace-trace')?.shadowRoot;
  const row = tree?.querySelector('.row');
  const canvas = tree?.querySelector('zonetrace-minimap')?.shadowRoot.querySelector('canvas');
  const pixels = canvas?.width > 0 ? canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data : [];
  const first = pixels.findIndex((_, at) => at % 4 === 3 && pixels[at] === 255);
  const painted = `rgb(${pixels.slice(first - 3, first).join(', ')})`;
  const { backgroundColor } = row ? (target ?? window).getComputedStyle(row.querySelector('.swatch')) : {};
  return {
    popped: target !== null,
    here: document.querySelector('zonetrace-panel') !== null,
    row: row && (target ?? window).getComputedStyle(row).height,
    fills: panel?.offsetHeight === (target ?? window).innerHeight,
    isPaintedAlike: painted === backgroundColor,
    list: (panel?.shadowRoot.querySelector('zonetrace-traces')?.offsetWidth ?? 0) > 300,
  };
}

for (const name of wanted) {
  describe(`keys and gestures, in ${name}`, () => {
    let site;
    let browser;
    let page;
    before(async () => {
      site = await servePanelPage('<input id="field"><p style="height: 3000px">Page</p>');
      browser = await launch(name);
      page = await browser.newPage();
      await page.setViewport({ width: 1200, height: 800 });
      await page.goto(site.address);
      await page.waitForFunction(() => document.querySelector('zonetrace-panel')?.shadowRoot.querySelector('.areas'));
      await page.evaluate(makeTraces);
      await comes(async () => (await seen()).rows > 20);
    });
    after(async () => {
      await browser?.close();
      site?.close();
    });

    const seen = () => page.evaluate(look);
    const point = async (selector, text, x) => page.mouse.move(...(await page.evaluate(placeOf, selector, text, x)));
    const onAxis = (x, act) => async () => {
      await point('.head .axis', '', x);
      await act?.();
    };
    const holding = async (key, act) => {
      await page.keyboard.down(key);
      await act();
      await page.keyboard.up(key);
    };
    const press =
      (...keys) =>
      async () => {
        for (const key of keys) await page.keyboard.press(key);
      };
    const drag = async (from, to) => {
      await onAxis(from)();
      await page.mouse.down();
      await onAxis((from + to) / 2)();
      await onAxis(to)();
      await page.mouse.up();
    };
    const click = (text, options) => async () => {
      const [x, y] = await page.evaluate(placeOf, '.row .cut', text, 0.5);
      await page.mouse.click(x, y, options);
    };

    /** Does each thing, and waits for what it should do; in this order. */
    async function walk(steps) {
      for (const [what, act, wanted] of steps) {
        await act();
        let now;
        const isSo = async () => {
          now = await seen();
          return Object.entries(wanted).every(([key, value]) => now[key] === value);
        };
        if (!(await comes(isSo, 10_000)))
          assert.fail(`${what}: ${JSON.stringify(wanted)} wanted, ${JSON.stringify(now)} seen`);
      }
    }

    it('walk the tree', () =>
      walk([
        ['a click chooses', click('root'), { span: 'root', detail: true, focus: 'Spans' }],
        ['ArrowDown', press('ArrowDown'), { span: 'box', expanded: 'true' }],
        ['ArrowRight on an open one', press('ArrowRight'), { span: 'inner' }],
        ['ArrowLeft goes to the parent', press('ArrowLeft'), { span: 'box', expanded: 'true', rows: 25 }],
        ['ArrowLeft collapses', press('ArrowLeft'), { span: 'box', expanded: 'false', rows: 24 }],
        ['ArrowRight opens', press('ArrowRight'), { expanded: 'true', rows: 25 }],
        ['ArrowUp', press('ArrowUp'), { span: 'root' }],
        ['End', press('End'), { span: 'step p' }],
        ['Home', press('Home'), { span: 'root' }],
        ['PageDown, PageUp', press('PageDown', 'PageDown', 'PageDown', 'PageUp', 'PageUp', 'PageUp'), { span: 'root' }],
        ['PageDown', press('PageDown', 'PageDown', 'PageDown', 'PageDown', 'PageDown'), { span: 'step p' }],
        ['G', press('Home', 'KeyG'), { rows: 21 }],
        ['ArrowRight opens a group', press('ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowRight'), { rows: 25 }],
        ['R shows a span as the whole', press('Home', 'ArrowDown', 'KeyR'), { rows: 2, view: '20-40' }],
        ['Escape shows all again', press('Escape'), { rows: 25, view: '0-100' }],
        ['E goes to the error', press('KeyE'), { span: 'failed' }],
        ['Escape leaves the span', press('Escape'), { detail: false, focus: 'Spans' }],
      ]));

    it('zoom and pan', () =>
      walk([
        ['a click chooses', click('box'), { span: 'box' }],
        ['Enter zooms', press('Enter'), { view: '20-40' }],
        ['Enter again shows all', press('Enter'), { view: '0-100' }],
        ['F', press('KeyF'), { view: '20-40' }],
        ['0', press('Digit0'), { view: '0-100' }],
        ['a double click zooms', click('box', { count: 2 }), { view: '20-40' }],
        ['a double click shows all', click('box', { count: 2 }), { view: '0-100' }],
        ['W zooms at the pointer', onAxis(-0.02, press('KeyW')), { view: '0-75' }],
        ['D pans', press('KeyD'), { view: '11-86' }],
        ['A pans', press('KeyA'), { view: '0-75' }],
        ['S', press('KeyS'), { view: '0-100' }],
        [
          'Ctrl and the wheel zooms',
          onAxis(1, () => holding('Control', () => page.mouse.wheel({ deltaY: -100 }))),
          { view: '33-100' },
        ],
        [
          'Shift and the wheel pans',
          () => holding('Shift', () => page.mouse.wheel({ deltaY: -5000 })),
          { view: '0-67' },
        ],
        ['Escape shows all', press('Escape'), { view: '0-100', span: 'box' }],
        ['a drag shows a part', () => drag(0.25, 0.5), { view: '25-50', span: 'box' }],
        ['0 of the number pad', press('Numpad0'), { view: '0-100' }],
      ]));

    it('search, help, list and comparison', () =>
      walk([
        ['/', press('/'), { focus: 'Filter by name, service, attribute (key=value), event, status or id' }],
        ['what is typed is typed', press('KeyS', 'KeyT', 'KeyE', 'KeyP'), { filter: 'step', view: '0-100', rows: 25 }],
        ['Enter', press('Enter'), { span: 'step a' }],
        ['Enter again', press('Enter', 'Enter'), { span: 'step c' }],
        ['Shift+Enter', () => holding('Shift', press('Enter')), { span: 'step b' }],
        ['Escape clears the filter', press('Escape'), { filter: '', detail: true }],
        ['Escape leaves the span', press('Escape'), { detail: false, focus: 'Spans' }],
        ['?', press('?'), { help: true, focus: 'Keys' }],
        ['Escape puts the help away', press('Escape'), { help: false, focus: 'Spans' }],
        [
          'the list is walked',
          async () => {
            await page.evaluate(() =>
              document.querySelector('zonetrace-panel').shadowRoot.querySelector('zonetrace-traces').focusRows(),
            );
            await press('Home')();
            while ((await seen()).trace !== 'root') await press('ArrowDown')();
            await press('ArrowDown')();
          },
          { trace: 'older', rows: 1 },
        ],
        ['C compares', press('KeyC', 'ArrowUp'), { trace: 'root', compared: true }],
        ['C again does not', press('ArrowDown', 'KeyC'), { trace: 'older', compared: false }],
      ]));

    it('move edges with the pointer', async () => {
      for (const [edge, part, x, y, across, down] of [
        ['Size of the panel', '.panel', 0, -60, 0, 60],
        ['Size of the list of traces', 'zonetrace-traces', 40, 0, 40, 0],
        ['Width of the names', '.head > :first-child', -30, 0, -30, 0],
      ]) {
        const before = await page.evaluate(edgeOf, [edge, part]);
        await page.mouse.move(...before.at);
        await page.mouse.down();
        await page.mouse.move(before.at[0] + x / 2, before.at[1] + y / 2);
        await page.mouse.move(before.at[0] + x, before.at[1] + y);
        await page.mouse.up();
        await page.mouse.move(before.at[0] + 2 * x, before.at[1] + 2 * y); // no more
        const moved = async () => {
          const { size } = await page.evaluate(edgeOf, [edge, part]);
          return size.map((each, i) => each - before.size[i]);
        };
        const isSo = async () => {
          const [wide, high] = await moved();
          return Math.abs(wide - across) <= 1 && Math.abs(high - down) <= 1;
        };
        assert.ok(await comes(isSo, 10_000), `${edge}: ${await moved()}`);
      }
    });

    it('have no frame after the mouse, and one after Tab', async () => {
      const outlines = () =>
        page.evaluate(() => {
          const bar = document.querySelector('zonetrace-panel').shadowRoot.querySelector('zonetrace-bar').shadowRoot;
          return [...bar.querySelectorAll('button, label')].filter(
            (each) => getComputedStyle(each).outlineStyle !== 'none',
          ).length;
        });
      const [x, y] = await page.evaluate(() => {
        const bar = document.querySelector('zonetrace-panel').shadowRoot.querySelector('zonetrace-bar').shadowRoot;
        const { left, top } = bar.querySelector('[data-command=theme]').getBoundingClientRect();
        return [left + 5, top + 5];
      });
      for (let i = 0; i < 3; i++) await page.mouse.click(x, y);
      assert.equal(await outlines(), 0);
      await page.keyboard.press('Tab');
      assert.equal(await outlines(), 1);
    });

    it('leave the page alone where they are pressed in the panel, and the panel where in the page', async () => {
      const keys = 'KeyW KeyS KeyA KeyD KeyF KeyG KeyR KeyE KeyC Digit0 / ? ArrowDown End Enter Escape'.split(' ');
      assert.deepEqual(await page.evaluate(() => window.seen), [], 'the page heard what was pressed in the panel');
      await page.mouse.click(600, 60);
      const before = await seen();
      for (const key of keys) await page.keyboard.press(key);
      const { focus, ...after } = await seen();
      const { focus: _, ...expected } = before;
      assert.deepEqual(after, expected);
      assert.equal(focus, 'body');
      const heard = await page.evaluate(() => window.seen.splice(0));
      assert.equal(heard.length, keys.length);
      assert.deepEqual(
        heard.filter((each) => !each.endsWith('false')),
        [],
      );
    });

    it('Alt+Shift+Z closes and opens from anywhere, and the focus goes with it', async () => {
      const shortcut = () => holding('Alt', () => holding('Shift', press('KeyZ')));
      await page.focus('#field'); // no click: the page may still scroll from the keys before
      await walk([
        ['closes', shortcut, { open: false }],
        ['opens, and has the focus', shortcut, { open: true, focus: 'Traces' }],
      ]);
      await shortcut();
      const isBack = await comes(() => page.evaluate(() => document.activeElement.id === 'field'));
      assert.ok(isBack, `the focus is at ${JSON.stringify(await seen())}`);
      assert.equal(await page.evaluate(() => document.querySelector('#field').value), '');
    });

    it('a press brings it into a window above all others, from which it comes back; a load opens none by itself', {
      skip: name !== 'chromium' && 'only Chromium has Document Picture-in-Picture',
    }, async () => {
      await page.reload();
      await page.waitForFunction(() => document.querySelector('zonetrace-panel')?.shadowRoot.querySelector('.areas'));
      await page.evaluate(makeTraces);
      const becomes = async (state) => {
        let now;
        const isSo = async () => {
          now = await page.evaluate(placeOfPanel);
          return JSON.stringify(now) === JSON.stringify(state);
        };
        if (!(await comes(isSo, 10_000))) assert.deepEqual(now, state);
      };
      const inPage = { popped: false, here: true, row: '22px', fills: false, isPaintedAlike: true, list: true };
      const popped = { ...inPage, popped: true, here: false, fills: true };
      const resize = async (width) => {
        const pages = await browser.pages();
        const titles = await Promise.all(pages.map((each) => each.title()));
        await pages[titles.indexOf('zonetrace')].setViewport({ width, height: 600 });
      };
      const popOut = async () => {
        const at = await page.evaluate(() => {
          const bar = document.querySelector('zonetrace-panel').shadowRoot.querySelector('zonetrace-bar');
          const { left, top } = bar.shadowRoot.querySelector('[data-command=pop-out]').getBoundingClientRect();
          return [left + 5, top + 5];
        });
        await page.mouse.click(...at);
      };
      await becomes(inPage);
      await popOut();
      await resize(1200);
      await becomes(popped);
      await resize(660);
      await becomes({ ...popped, list: false });
      await page.evaluate(() => window.documentPictureInPicture.window.close());
      await becomes(inPage);
      await popOut();
      await resize(1200);
      await becomes(popped);
      await page.reload();
      await page.waitForFunction(() => document.querySelector('zonetrace-panel')?.shadowRoot.querySelector('.areas'));
      await page.evaluate(makeTraces);
      await becomes(inPage);
    });
  });
}
