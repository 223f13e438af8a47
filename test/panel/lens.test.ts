import { expect } from 'chai';
import { SpanStore } from '../../src/store/span-store.js';
import { addTrace, all, drawn, inside, type Node, names, type Opened, openPanel, press, text } from './records.js';

const T = 1_000_000;

let opened: Opened;

async function open(store: SpanStore) {
  opened = await openPanel(store);
  return inside(opened.panel, 'zonetrace-trace');
}

const item = (at: number, changes: Partial<Node> = {}): Node => ({
  name: 'GET /item',
  startTime: T + at * 10,
  endTime: T + at * 10 + 8,
  ...changes,
});

const LIST: Node = {
  name: 'click',
  children: [{ name: 'load list', children: [...Array(6)].map((_, at) => item(at)) }, { name: 'render' }],
};

function pressIn(tree: Element, code: string): void {
  press(all(tree, '.scroller')[0] as HTMLElement, code.slice(3).toLowerCase(), { code });
}

describe('what the reader leaves out of a tree', () => {
  afterEach(() => opened.close());

  it('takes names for one that differ by ids in their paths, as those of requests for the items of a list do', async () => {
    const store = new SpanStore();
    const ids = ['1', '22', '333', '4444', '0b31a2f4-93c1-4f6e-8a35-000000000001'];
    addTrace(store, { name: 'click', children: ids.map((id) => ({ name: `GET /products/${id}` })) });
    opened = await openPanel(store);
    const tree = inside(opened.panel, 'zonetrace-trace');
    const sign = all(tree, '.repeats')[0];
    expect(text(sign)).to.equal('5× GET /products/*');
    sign?.click();
    await drawn();
    expect(names(tree)).to.deep.equal(['click', 'GET /products/*']);
  });

  it('says where six siblings have one name, and makes one row of them', async () => {
    const store = new SpanStore();
    addTrace(store, LIST);
    const tree = await open(store);
    const [sign] = all(tree, '.repeats');
    expect(text(sign)).to.equal('6× GET /item');
    sign?.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true, composed: true }));
    sign?.click();
    await tree.updateComplete;
    expect(names(tree)).to.deep.equal(['click', 'load list', 'GET /item', 'render']);
    const group = all(tree, '.row')[2] as HTMLElement;
    expect(group.querySelectorAll('.bar').length).to.equal(6);
    expect(text(group.querySelector('.number'))).to.equal('48.0 ms');
    expect(group.getAttribute('aria-expanded')).to.equal('false');
    (group.querySelector('.toggle') as HTMLElement).click();
    await tree.updateComplete;
    expect(names(tree).length).to.equal(9);
  });

  it('has no sign for four, nor for spans of several names', async () => {
    const store = new SpanStore();
    addTrace(store, { name: 'click', children: [1, 2, 3, 4].map((at) => item(at)) });
    const tree = await open(store);
    expect(all(tree, '.repeats').length).to.equal(0);
  });

  it('groups by the key G, and shows an error that is in the group', async () => {
    const store = new SpanStore();
    const { rows } = addTrace(store, {
      name: 'load list',
      children: [...Array(5)].map((_, at) => item(at, at === 3 ? { status: 'ERROR' } : {})),
    });
    const tree = await open(store);
    tree.revealRow(rows['load list'] as number);
    await drawn();
    pressIn(tree, 'KeyG');
    await tree.updateComplete;
    expect(names(tree)).to.deep.equal(['load list', 'GET /item']);
    expect(all(tree, '.row')[1]?.classList.contains('failed')).to.equal(true);
  });

  it('shows a span as the whole by R, and everything again by Escape', async () => {
    const store = new SpanStore();
    const { rows } = addTrace(store, LIST);
    const tree = await open(store);
    tree.revealRow(rows['load list'] as number);
    await drawn();
    pressIn(tree, 'KeyR');
    await drawn();
    expect(names(tree)[0]).to.equal('load list');
    expect(names(tree)).not.to.include('render');
    expect(text(all(tree, '.head')[0])).to.include('Whole tree');
    press(all(tree, '.scroller')[0] as HTMLElement, 'Escape');
    await drawn();
    expect(names(tree)[0]).to.equal('click');
  });

  it('leaves out short spans that hold nothing longer', async () => {
    const store = new SpanStore();
    addTrace(store, {
      name: 'click',
      children: [
        { name: 'short', startTime: T, endTime: T + 1 },
        {
          name: 'starts work',
          startTime: T,
          endTime: T + 1,
          children: [{ name: 'work', startTime: T, endTime: T + 90 }],
        },
      ],
    });
    const tree = await open(store);
    const select = all(tree, 'select')[0] as HTMLSelectElement;
    select.value = '10';
    select.dispatchEvent(new Event('change'));
    await tree.updateComplete;
    expect(names(tree)).to.deep.equal(['click', 'starts work', 'work']);
  });

  it('shows nothing but matches and what is above them', async () => {
    const store = new SpanStore();
    addTrace(store, LIST);
    const tree = await open(store);
    tree.filter = ['render'];
    await tree.updateComplete;
    expect(names(tree).length).to.equal(9);
    all(tree, '.head .link')[0]?.click();
    await tree.updateComplete;
    expect(names(tree)).to.deep.equal(['click', 'render']);
  });

  it('draws the critical path once the trace has settled', async () => {
    const store = new SpanStore();
    const { trace, rows, records } = addTrace(store, {
      name: 'click',
      startTime: T,
      endTime: T + 100,
      children: [
        { name: 'fast', startTime: T + 10, endTime: T + 20 },
        { name: 'slow', startTime: T + 10, endTime: undefined },
      ],
    });
    const tree = await open(store);
    expect(all(tree, '.critical').length).to.equal(0);
    Object.assign(records['slow'] as object, { endTime: T + 90 });
    store.endSpan(rows['slow'] as number, records['slow'] as never);
    store.settleTrace(trace, 0);
    await drawn();
    const on = all(tree, '.row').map((row) => row.querySelectorAll('.critical').length);
    expect(on).to.deep.equal([2, 0, 1]);
  });
});
