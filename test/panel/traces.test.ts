import { expect } from 'chai';
import fc from 'fast-check';
import { shapeOf } from '../../panel/layout/shape.js';
import { SpanStore } from '../../src/store/span-store.js';
import { addTrace, all, drawn, inside, names, type Opened, openPanel, press, text } from './records.js';

const T = 1_000_000;

let opened: Opened;

async function open() {
  const store = new SpanStore();
  const before = addTrace(store, { name: 'save', endTime: T + 100, children: [{ name: 'sql', endTime: T + 20 }] });
  const after = addTrace(store, {
    name: 'save',
    startTime: T + 1000,
    endTime: T + 1300,
    children: [
      { name: 'sql', startTime: T + 1000, endTime: T + 1020 },
      { name: 'sql', startTime: T + 1020, endTime: T + 1200 },
      { name: 'render', startTime: T + 1200, endTime: T + 1230 },
    ],
  });
  addTrace(store, { name: 'open', startTime: T + 2000, endTime: T + 2050, status: 'ERROR' });
  opened = await openPanel(store);
  return { store, before, after, list: inside(opened.panel, 'zonetrace-traces') };
}

describe('the list of traces', () => {
  afterEach(() => opened.close());

  it('is sorted by any of its columns, both ways', async () => {
    const { list } = await open();
    const click = async (at: number) => {
      const button = all(list, '.head button')[at] as HTMLElement;
      button.click();
      await list.updateComplete;
      return `${names(list).join()} ${button.parentElement?.getAttribute('aria-sort')}`;
    };
    expect(await click(2)).to.equal('save,save,open descending');
    expect(await click(2)).to.equal('open,save,save ascending');
    expect(await click(1)).to.equal('open,save,save ascending');
    expect(await click(4)).to.equal('open,save,save descending');
    expect(await click(0)).to.equal('open,save,save descending');
    expect(await click(0)).to.equal('save,save,open ascending');
  });

  it('has the colours of services behind the names, which all begin below each other', async () => {
    const store = new SpanStore();
    addTrace(store, { name: 'click', children: [{ name: 'GET', service: 'api' }] });
    addTrace(store, { name: 'load' });
    opened = await openPanel(store);
    const list = inside(opened.panel, 'zonetrace-traces');
    expect(all(list, '.row').map((row) => row.querySelectorAll('.swatch').length)).to.deep.equal([1, 2]);
    const [first, second] = all(list, '.row .cut').map((name) => name.getBoundingClientRect()) as [DOMRect, DOMRect];
    expect(first.left).to.equal(second.left);
    const swatch = all(list, '.swatch')[0]?.getBoundingClientRect() as DOMRect;
    expect(swatch.left).to.be.greaterThan(first.right);
  });

  it('draws the shape of traces with more than one span', async () => {
    const { list } = await open();
    expect(all(list, '.row').map((row) => row.querySelectorAll('.shape path').length)).to.deep.equal([0, 1, 1]);
  });

  it('compares two traces by the names of their spans, by the mouse', async () => {
    const { list, before, after } = await open();
    const row = (id: number) => list.shadowRoot?.getElementById(`t${id}`) as HTMLElement;
    row(after.trace.id).click();
    await drawn();
    row(before.trace.id).dispatchEvent(new MouseEvent('click', { bubbles: true, composed: true, ctrlKey: true }));
    await drawn();
    const table = inside(opened.panel, 'zonetrace-compare');
    expect(all(table, '.row').map((each) => [...each.children].map(text).join('|'))).to.deep.equal([
      // What took longer, then what it is a part of.
      'sql|1|20.0 ms|2|200 ms|+180 ms|+180 ms',
      'render||none|1|30.0 ms|+30.0 ms|+30.0 ms',
      'save|1|100 ms|1|300 ms|+200 ms|−10.0 ms',
    ]);
    expect(row(before.trace.id).querySelector('[aria-label=compared]')).not.to.equal(null);
    all(table, '.link')[0]?.click();
    await drawn();
    expect(inside(opened.panel, 'zonetrace-compare')).to.equal(null);
  });

  it('compares what is done to one thing with what is done to another: names that differ by ids are one', async () => {
    const store = new SpanStore();
    const add = (order: number, at: number, ms: number) => {
      const status = (i: number) => ({
        name: `GET /api/orders/${order}`,
        startTime: T + at + i * ms,
        endTime: T + at + (i + 1) * ms,
      });
      const product = { name: 'GET /api/products/1', startTime: T + at + 90, endTime: T + at + 95 };
      return addTrace(store, {
        name: 'order',
        startTime: T + at,
        endTime: T + at + 100,
        children: [status(0), status(1), product],
      });
    };
    const before = add(4, 0, 10);
    const after = add(5, 1000, 30);
    opened = await openPanel(store);
    const list = inside(opened.panel, 'zonetrace-traces');
    list.shadowRoot?.getElementById(`t${after.trace.id}`)?.click();
    await drawn();
    list.shadowRoot
      ?.getElementById(`t${before.trace.id}`)
      ?.dispatchEvent(new MouseEvent('click', { bubbles: true, composed: true, ctrlKey: true }));
    await drawn();
    const table = inside(opened.panel, 'zonetrace-compare');
    expect(all(table, '.row').map((each) => [...each.children].map(text).join('|'))).to.deep.equal([
      'GET /api/orders/*|2|20.0 ms|2|60.0 ms|+40.0 ms|+40.0 ms',
      'order|1|100 ms|1|100 ms|=|−40.0 ms',
      'GET /api/products/1|1|5.00 ms|1|5.00 ms|=|=',
    ]);
    all(table, '.row')[0]?.click();
    await drawn();
    expect(all(inside(opened.panel, 'zonetrace-bar'), 'input')[0]).to.have.property('value', '"GET /api/orders/"');
    expect(names(list).length).to.equal(2);
    all(table, '.row')[2]?.click();
    await drawn();
    expect(all(inside(opened.panel, 'zonetrace-bar'), 'input')[0]).to.have.property('value', '"GET /api/products/1"');
  });

  it('compares by the keys', async () => {
    const { list, after } = await open();
    list.shadowRoot?.getElementById(`t${after.trace.id}`)?.click();
    await drawn();
    const grid = all(list, '.scroller')[0] as HTMLElement;
    press(grid, 'c');
    press(grid, 'ArrowDown');
    await drawn();
    const table = inside(opened.panel, 'zonetrace-compare');
    expect(all(table, '.row').length).to.equal(3);
    const rows = all(table, '.scroller')[0] as HTMLElement;
    for (const key of ['End', 'ArrowUp', 'Enter']) {
      press(rows, key);
      await drawn();
    }
    expect(text(all(table, '[aria-selected=true] .cut')[0])).to.equal('render');
    expect(all(inside(opened.panel, 'zonetrace-bar'), 'input')[0]).to.have.property('value', '"render"');
  });
});

describe('shapeOf', () => {
  it('counts what is open in each part', () => {
    const shape = shapeOf([0, 1], [0, 5], (row) => [10, 9][row] as number, { start: 0, end: 10 }, 4);
    expect(shape).to.deep.equal([0.5, 0.5, 1, 1]);
  });

  it('of very many spans is that of a part of them, from the first to the last', () => {
    const starts = Array.from({ length: 10_000 }, (_, i) => (i < 5000 ? i / 1000 : 10 + i / 1000));
    const shape = shapeOf(
      [...starts.keys()],
      starts,
      (row) => (starts[row] as number) + 0.01,
      { start: 0, end: 20 },
      4,
    );
    expect(shape.map((height) => height.toFixed(1))).to.deep.equal(['1.0', '0.0', '0.0', '1.0']);
  });

  it('lies between 0 and 1, and reaches 1', () => {
    const spans = fc.array(fc.tuple(fc.nat(100), fc.nat(100)), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(spans, (given) => {
        const starts = given.map(([start]) => start);
        const ends = given.map(([start, took]) => start + took);
        const range = { start: Math.min(...starts), end: Math.max(...ends) };
        const shape = shapeOf([...given.keys()], starts, (row) => ends[row] as number, range, 8);
        expect(Math.max(...shape)).to.equal(1);
        expect(Math.min(...shape)).to.be.at.least(0);
      }),
    );
  });
});
