import { expect } from 'chai';
import { ViewEvent } from '../../panel/events.js';
import { SpanStore } from '../../src/store/span-store.js';
import { addTrace, all, command, drawn, inside, type Opened, openPanel, record, text } from './records.js';

let opened: Opened | undefined;

async function open(dir = '') {
  document.documentElement.dir = dir;
  const store = new SpanStore();
  addTrace(store, { name: 'click', children: [{ name: 'fetch', status: 'ERROR' }, { name: 'render' }] });
  opened = await openPanel(store);
  return opened.panel;
}

/** The size of the panel, as that of a window of this width would be: of the test's own the runner alone decides. */
async function narrow(panel: HTMLElement, width: number) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`:host { width: ${width}px !important; height: 460px !important }`);
  panel.shadowRoot?.adoptedStyleSheets.push(sheet);
  await drawn();
  await drawn();
}

function boxes(panel: Opened['panel'], ...selectors: string[]): DOMRect[] {
  return selectors.map((selector) => panel.shadowRoot?.querySelector(selector)?.getBoundingClientRect() as DOMRect);
}

/** Each cell that is shown holds what is in it, names apart: those end in dots. */
function expectNothingCut(list: Element) {
  const cells = all(list, '.row .number').filter((cell) => cell.offsetWidth > 0);
  expect(cells.length).to.be.greaterThan(5);
  for (const cell of cells) expect(cell.scrollWidth).to.be.at.most(cell.clientWidth);
}

describe('in a narrow window', () => {
  afterEach(() => {
    opened?.close();
    opened = undefined;
    document.documentElement.dir = '';
  });

  it('the list stands above the tree, and all controls are within the panel', async () => {
    const panel = await open();
    await narrow(panel, 390);
    const [list, tree] = boxes(panel, 'zonetrace-traces', 'zonetrace-trace') as [DOMRect, DOMRect];
    expect(list.bottom).to.be.at.most(tree.top + 1);
    expect([list.width, tree.width]).to.deep.equal([390, 390]);
    expect(tree.height).to.be.greaterThan(100);
    const counts = all(inside(panel, 'zonetrace-bar'), '.counts')[0] as HTMLElement;
    expect(text(counts)).to.equal('1 error 1 trace 3 spans');
    expect(counts.offsetWidth).to.be.greaterThan(100);
    for (const control of all(inside(panel, 'zonetrace-bar'), 'button, label')) {
      const { left, right, bottom } = control.getBoundingClientRect();
      expect(left).to.be.at.least(0);
      expect(right).to.be.at.most(390);
      expect(bottom).to.be.at.most(list.top);
    }
  });

  it('the details take the place of the list, and the durations give theirs to the bars', async () => {
    const panel = await open();
    await narrow(panel, 390);
    const tree = inside(panel, 'zonetrace-trace');
    expect(all(tree, '.row .number')[0]?.offsetWidth).to.equal(0);
    all(tree, '.row')[1]?.click();
    await drawn();
    const [list, main, detail] = boxes(panel, 'zonetrace-traces', 'zonetrace-trace', 'zonetrace-detail') as DOMRect[];
    expect(list?.height).to.equal(0);
    expect(main?.bottom).to.be.at.most((detail?.top ?? 0) + 1);
    expect(detail?.width).to.equal(390);
    expect(main?.height).to.be.greaterThan(120);
  });

  it('the axis says where it ends, too, and no label lies over another', async () => {
    const panel = await open();
    for (const width of [300, 390, 460, 700]) {
      await narrow(panel, width);
      const axis = all(inside(panel, 'zonetrace-trace'), '.head .axis')[0] as HTMLElement;
      const labels = [...axis.querySelectorAll('.tick > span')]
        .filter((label) => label.textContent !== '')
        .map((label) => label.getBoundingClientRect());
      expect(labels.length, `${width} px`).to.be.at.least(2);
      for (const [at, { left }] of labels.entries()) expect(left).to.be.greaterThan((labels[at - 1]?.right ?? 0) + 12);
      expect(labels.at(-1)?.right).to.be.at.most(axis.getBoundingClientRect().right + 12);
      const { scrollWidth, clientWidth } = all(inside(panel, 'zonetrace-trace'), '.scroller')[0] as HTMLElement;
      expect(scrollWidth, 'nothing is scrolled to').to.equal(clientWidth);
    }
  });

  it('the sign of many siblings keeps its count, and those without children begin below those that have some', async () => {
    const store = new SpanStore();
    const items = [...Array(7)].map(() => ({ name: 'SELECT price of a product' }));
    addTrace(store, { name: 'click', children: [{ name: 'a list of prices', children: items }, { name: 'render' }] });
    opened = await openPanel(store);
    await narrow(opened.panel, 390);
    const tree = inside(opened.panel, 'zonetrace-trace');
    const [count, name] = [...(all(tree, '.repeats')[0] as HTMLElement).children] as [HTMLElement, HTMLElement];
    expect(text(count)).to.equal('7×');
    expect(count.scrollWidth).to.be.at.most(count.clientWidth);
    expect(name.scrollWidth).to.be.greaterThan(name.clientWidth);
    const lefts = all(tree, '[aria-level="2"] .swatch').map((swatch) => swatch.getBoundingClientRect().left);
    expect(Math.abs((lefts[0] as number) - (lefts[1] as number))).to.be.below(1);
  });

  it('a name that has room is not cut for a hair where a sign behind it has to give way', async () => {
    const store = new SpanStore();
    const kind = { kind: 'load', name: '/a/long/address/of/a/page at 09:30:12' } as const;
    store.addForeignSpan(record('load /cart'), 'web', kind);
    const items = [...Array(7)].map(() => ({ name: 'SELECT price of a product by its number' }));
    addTrace(store, { name: 'click', children: [{ name: 'prices', children: items }] });
    opened = await openPanel(store);
    const { panel } = opened;
    for (const width of [700, 760, 820]) {
      await narrow(panel, width);
      for (const [part, sign] of [
        ['zonetrace-traces', '.source'],
        ['zonetrace-trace', '.repeats span'],
      ] as const) {
        const [behind] = all(inside(panel, part), sign) as [HTMLElement];
        expect(behind.scrollWidth, sign).to.be.greaterThan(behind.clientWidth);
        const name = behind.closest('.name')?.querySelector('.cut') as HTMLElement;
        const range = new Range();
        range.selectNodeContents(name);
        expect(
          range.getBoundingClientRect().width - name.getBoundingClientRect().width,
          `${part} ${width}`,
        ).to.be.at.most(0);
      }
    }
  });

  it('a comparison says when both began and how long they took, whatever their names', async () => {
    const store = new SpanStore();
    for (const each of ['before', 'after']) addTrace(store, { name: `click on something with a long name ${each}` });
    opened = await openPanel(store);
    const { panel } = opened;
    const [first, second] = all(inside(panel, 'zonetrace-traces'), '.row') as [HTMLElement, HTMLElement];
    first.click();
    await drawn();
    second.dispatchEvent(new MouseEvent('click', { bubbles: true, composed: true, ctrlKey: true }));
    await narrow(panel, 390);
    const comparison = inside(panel, 'zonetrace-compare');
    const [what] = all(comparison, '.what') as [HTMLElement];
    expect(what.scrollWidth).to.equal(what.clientWidth);
    const times = all(comparison, '.one > .muted:last-child');
    expect(times.map((each) => text(each).replace(/^[\d:]+/, ''))).to.deep.equal([', 100 ms', ', 100 ms']);
    for (const time of times)
      expect(time.getBoundingClientRect().right).to.be.below(what.getBoundingClientRect().right);
  });

  it('no number of statistics and comparison is cut or lies over another', async () => {
    const panel = await open();
    addTrace(panel.panel?.store as SpanStore, {
      name: 'click on something with a long name',
      endTime: 1_000_888,
      children: [{ name: 'GET /api/orders/with/a/long/path', endTime: 1_000_777 }],
    });
    await drawn();
    all(inside(panel, 'zonetrace-traces'), '.row')[1]?.dispatchEvent(
      new MouseEvent('click', { bubbles: true, composed: true, ctrlKey: true }),
    );
    const bar = inside(panel, 'zonetrace-bar');
    for (const width of [390, 512, 600, 720, 1024]) {
      await narrow(panel, width);
      bar.dispatchEvent(new ViewEvent('statistics'));
      await drawn();
      expectNothingCut(inside(panel, 'zonetrace-statistics'));
      bar.dispatchEvent(new ViewEvent('trace'));
      await drawn();
      const comparison = inside(panel, 'zonetrace-compare');
      expectNothingCut(comparison);
      const scroller = all(comparison, '.scroller')[0] as HTMLElement;
      expect(scroller.scrollWidth).to.equal(scroller.clientWidth);
    }
  });

  it('all statistics are there to be scrolled to, beside their names', async () => {
    const panel = await open();
    await narrow(panel, 390);
    inside(panel, 'zonetrace-bar').dispatchEvent(new ViewEvent('statistics'));
    await drawn();
    const statistics = inside(panel, 'zonetrace-statistics');
    const scroller = all(statistics, '.scroller')[0] as HTMLElement;
    const [row] = all(statistics, '.row') as [HTMLElement];
    const [name, ...numbers] = [...row.children] as [Element, ...Element[]];
    expect(numbers.length).to.equal(7);
    scroller.scrollLeft = scroller.scrollWidth;
    await drawn();
    const { left, right } = scroller.getBoundingClientRect();
    const last = (numbers.at(-1) as Element).getBoundingClientRect();
    expect(last.right).to.be.at.most(right);
    expect(last.left).to.be.greaterThan(name.getBoundingClientRect().right);
    expect(name.getBoundingClientRect().left).to.equal(left);
  });

  it('the keys stand one below the other, and none at the side', async () => {
    const panel = await open();
    await narrow(panel, 390);
    command(panel, 'help');
    await drawn();
    const help = panel.shadowRoot?.querySelector('.help') as HTMLElement;
    expect(help.scrollHeight).to.be.greaterThan(help.clientHeight);
    expect(help.scrollWidth).to.equal(help.clientWidth);
  });

  it('names have room in the list beside all three, and its time is read out and sorts', async () => {
    const panel = await open();
    await narrow(panel, 819);
    all(inside(panel, 'zonetrace-trace'), '.row')[1]?.click();
    await drawn();
    const list = inside(panel, 'zonetrace-traces');
    expect(list.offsetWidth).to.be.below(240);
    expect(all(list, '.row .name')[0]?.offsetWidth).to.be.at.least(110);
    expect(all(list, '.row [role=gridcell]').filter((cell) => cell.getClientRects().length > 0).length).to.equal(4);
    const time = all(list, '.head button')[0] as HTMLElement;
    expect(time.offsetWidth).to.be.greaterThan(20);
    time.click();
    await drawn();
    expect(all(list, '.head [aria-sort]')[0]?.ariaSort).to.equal('ascending');
  });

  it('a name of mixed directions keeps the beginning of each, and loses the end of what runs against the first', async () => {
    const [turned, plain] = ['הוספה לעגלה של המוצרים ', 'add to the basket '].map((each) => each.repeat(9).trim());
    for (const [before, after] of [
      ['click "', turned],
      ['לחיצה "', plain],
    ] as const) {
      const store = new SpanStore();
      addTrace(store, { name: `${before}${after}"`, children: [{ name: 'fetch' }] });
      opened = await openPanel(store);
      await narrow(opened.panel, 700);
      const cuts = ['traces', 'trace'].map((part) =>
        all(inside(opened?.panel as Opened['panel'], `zonetrace-${part as 'trace'}`), '.row .cut'),
      );
      for (const [cut] of cuts as [HTMLElement][]) {
        const { left, right } = cut.getBoundingClientRect();
        const nodes = document.createTreeWalker(cut, NodeFilter.SHOW_TEXT);
        const whole: [string, DOMRect][] = [];
        while (nodes.nextNode()) {
          for (const [at, letter] of [...(nodes.currentNode as Text).data].entries()) {
            const range = new Range();
            range.setStart(nodes.currentNode, at);
            range.setEnd(nodes.currentNode, at + 1);
            if (letter.trim()) whole.push([letter, range.getBoundingClientRect()]);
          }
        }
        const said = whole.map(([letter]) => letter).join('');
        expect(said).to.equal(`${before}${after}"`.replaceAll(' ', ''));
        // WebKit gives what is cut off a box without a width, at the place of the cut.
        const inSight = whole.map(([, box]) => box.width > 0 && box.left >= left - 1 && box.right <= right + 1);
        const first = before.replaceAll(' ', '').length;
        expect(inSight.slice(0, first + 3), said).to.deep.equal(Array(first + 3).fill(true));
        expect(inSight.at(-1), 'the last quote').to.equal(true);
        expect(inSight.at(-2), 'the end of the name').to.equal(false);
      }
      opened.close();
    }
  });

  it('wider, the details take the place of the list beside the tree, then stand at its other side', async () => {
    const panel = await open();
    await narrow(panel, 760);
    all(inside(panel, 'zonetrace-trace'), '.row')[1]?.click();
    await drawn();
    for (const [width, listed] of [
      [760, false],
      [900, true],
    ] as const) {
      await narrow(panel, width);
      const [list, tree, detail] = boxes(panel, 'zonetrace-traces', 'zonetrace-trace', 'zonetrace-detail') as DOMRect[];
      expect((list?.width ?? 0) > 0).to.equal(listed);
      expect(tree?.width).to.be.at.least(358);
      expect(detail?.left).to.be.at.least(tree?.right ?? 0);
    }
  });

  it('and wide again, they stand side by side', async () => {
    const panel = await open();
    await narrow(panel, 390);
    await narrow(panel, 800);
    const [list, tree] = boxes(panel, 'zonetrace-traces', 'zonetrace-trace') as [DOMRect, DOMRect];
    expect(list.right).to.be.at.most(tree.left + 1);
    expect(list.top).to.equal(tree.top);
    expect(all(inside(panel, 'zonetrace-trace'), '.row .number')[0]?.offsetWidth).to.equal(68);
  });

  it('of a page that is read from right to left, the panel is as elsewhere', async () => {
    const panel = await open('rtl');
    const [list, tree] = boxes(panel, 'zonetrace-traces', 'zonetrace-trace') as [DOMRect, DOMRect];
    expect(list.left).to.equal(0);
    expect(tree.left).to.be.at.least(list.right);
    const [name, bar] = ['.row .name', '.row .axis'].map((each) =>
      all(inside(panel, 'zonetrace-trace'), each)[0]?.getBoundingClientRect(),
    );
    expect(name?.right).to.be.at.most(bar?.left as number);
  });
});
