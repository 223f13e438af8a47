import { expect } from 'chai';
import { SpanStore } from '../../src/store/span-store.js';
import {
  addTrace,
  all,
  drawn,
  frame,
  inside,
  type Node,
  names,
  type Opened,
  openPanel,
  press,
  record,
  text,
} from './records.js';

const T = 1_000_000;

let opened: Opened;

async function open(store: SpanStore) {
  opened = await openPanel(store);
  return inside(opened.panel, 'zonetrace-trace');
}

const CHECKOUT = {
  name: 'click',
  children: [
    {
      name: 'cart',
      startTime: T + 10,
      endTime: T + 40,
      children: [{ name: 'sql', startTime: T + 20, endTime: T + 30 }],
    },
    { name: 'render', startTime: T + 50, endTime: T + 90 },
  ],
};

describe('the tree of a trace', () => {
  afterEach(() => opened.close());

  it('shows each span in a row with its level, place and number of siblings', async () => {
    const store = new SpanStore();
    addTrace(store, CHECKOUT);
    const tree = await open(store);
    const rows = all(tree, '.row');
    expect(names(tree)).to.deep.equal(['click', 'cart', 'sql', 'render']);
    const said = rows.map((row) =>
      ['level', 'posinset', 'setsize', 'rowindex', 'expanded']
        .map((name) => row.getAttribute(`aria-${name}`))
        .join(' '),
    );
    expect(said).to.deep.equal(['1 1 1 2 true', '2 1 2 3 true', '3 1 1 4 ', '2 2 2 5 ']);
    expect(all(tree, '[role=treegrid]')[0]?.getAttribute('aria-rowcount')).to.equal('5');
  });

  it('draws a bar where the span lies on the axis', async () => {
    const store = new SpanStore();
    addTrace(store, CHECKOUT);
    const tree = await open(store);
    const axis = all(tree, '.row .axis')[0]?.getBoundingClientRect() as DOMRect;
    const [root, , , render] = all(tree, '.bar').map((bar) => bar.getBoundingClientRect());
    const width = root?.width as number;
    expect(width).to.be.closeTo(axis.width - 24, 1);
    expect(((render?.left as number) - (root?.left as number)) / width).to.be.closeTo(0.5, 0.02);
    expect((render?.width as number) / width).to.be.closeTo(0.4, 0.02);
  });

  it('marks events where they were, exceptions in the colour of errors, and a bar that is too short to be seen', async () => {
    const store = new SpanStore();
    const event = (name: string, at: number) => ({ name, time: T + at, attributes: {} });
    addTrace(store, {
      name: 'click',
      events: [event('sent', 25), event('exception', 50)],
      children: [{ name: 'short', startTime: T + 50, endTime: T + 50.001 }],
    });
    const tree = await open(store);
    const [bar, short] = all(tree, '.bar').map((each) => each.getBoundingClientRect()) as [DOMRect, DOMRect];
    const marks = all(tree, '.event');
    const places = marks.map((mark) => (mark.getBoundingClientRect().left + 1 - bar.left) / bar.width);
    expect(places[0]).to.be.closeTo(0.25, 0.01);
    expect(places[1]).to.be.closeTo(0.5, 0.01);
    expect(marks.map(({ title }) => title)).to.deep.equal(['sent', 'exception']);
    const [colour, red] = marks.map((mark) => getComputedStyle(mark).backgroundColor);
    expect(colour).to.not.equal(red);
    expect(red).to.be.oneOf(['rgb(197, 34, 31)', 'rgb(246, 145, 138)']);
    expect(short.width).to.equal(2);
  });

  it('gives the names 15 to 70 % of its width, by the keys of their edge', async () => {
    const store = new SpanStore();
    addTrace(store, CHECKOUT);
    const tree = await open(store);
    const edge = all(tree, 'zonetrace-separator')[0] as HTMLElement;
    const part = () => {
      const [name, row] = ['.row .name', '.row'].map((each) => all(tree, each)[0]?.offsetWidth) as [number, number];
      return name / row;
    };
    for (const [key, wanted] of [
      ['Home', 0.15],
      ['ArrowLeft', 0.15],
      ['End', 0.7],
      ['ArrowRight', 0.7],
    ] as const) {
      press(edge, key);
      await drawn();
      expect(part(), key).to.be.closeTo(wanted, 0.01);
    }
  });

  it("indents each level by 12 px, as far as half of the names' room, so that a deep one has a name, too", async () => {
    const store = new SpanStore();
    let deepest: Node = { name: 'level 60' };
    for (let level = 59; level > 0; level--) deepest = { name: `level ${level}`, children: [deepest] };
    addTrace(store, deepest);
    const tree = await open(store);
    press(all(tree, 'zonetrace-separator')[0] as HTMLElement, 'Home');
    const scroller = all(tree, '.scroller')[0] as HTMLElement;
    const look = async () => {
      await drawn();
      return all(tree, '.row').map((row) => {
        const of = (part: string) => row.querySelector<HTMLElement>(part) as HTMLElement;
        const half = (of('.name').clientWidth - 10) / 2; // without its padding
        const isCapped = Math.abs(of('.guides').getBoundingClientRect().width - half) < 1;
        return {
          level: Number(row.ariaLevel),
          indent: of('.guides').offsetWidth,
          isCapped,
          name: of('.cut').offsetWidth,
        };
      });
    };
    const first = await look();
    expect(first.slice(0, 3).map(({ indent }) => indent)).to.deep.equal([0, 12, 24]);
    scroller.scrollTop = scroller.scrollHeight;
    const last = (await look()).filter(({ level }) => level > 40);
    expect(last.length).to.be.greaterThan(2);
    for (const { isCapped, name, level } of last) {
      expect(isCapped, `the indent of level ${level}`).to.equal(true);
      expect(name, `the name of level ${level}`).to.be.greaterThan(10);
    }
  });

  it('goes from the sign of a link to the linked span, and says where that is not here', async () => {
    const store = new SpanStore();
    const cause = addTrace(store, { name: 'cause', children: [{ name: 'inner' }] });
    const link = cause.records['inner']?.context ?? record('').context;
    addTrace(store, { name: 'effect', links: [{ context: link, attributes: {} }] });
    addTrace(store, { name: 'astray', links: [{ context: record('elsewhere').context, attributes: {} }] });
    const tree = await open(store);
    const { panel } = opened;
    const jumpFrom = async (name: string) => {
      const list = inside(panel, 'zonetrace-traces');
      all(list, '.row')
        .find((row) => text(row).includes(name))
        ?.click();
      await drawn();
      all(tree, '.jump')[0]?.click();
      await drawn();
    };
    await jumpFrom('effect');
    expect(names(tree)).to.deep.equal(['cause', 'inner']);
    expect(all(tree, '[aria-selected=true] .cut').map(text)).to.deep.equal(['inner']);
    expect(all(tree, '.jump')).to.have.length(0);
    await jumpFrom('astray');
    expect(text(panel.shadowRoot?.querySelector('[role=alert]'))).to.match(/^zonetrace: that span is not here; /);
    expect(names(tree)).to.deep.equal(['astray']);
  });

  it('collapses and opens with the mouse, and shows that an error is hidden inside', async () => {
    const store = new SpanStore();
    addTrace(store, {
      name: 'click',
      children: [{ name: 'cart', children: [{ name: 'sql', status: 'ERROR' }] }],
    });
    const tree = await open(store);
    all(tree, '.toggle')[1]?.click();
    await tree.updateComplete;
    expect(names(tree)).to.deep.equal(['click', 'cart']);
    const toggle = all(tree, '.toggle')[1] as HTMLElement;
    expect(toggle.classList.contains('hidden-error')).to.equal(true);
    expect(toggle.title).to.include('error');
    toggle.click();
    await tree.updateComplete;
    expect(names(tree)).to.deep.equal(['click', 'cart', 'sql']);
  });

  it('is walked with the keys of a treegrid', async () => {
    const store = new SpanStore();
    addTrace(store, CHECKOUT);
    const tree = await open(store);
    const grid = all(tree, '.scroller')[0] as HTMLElement;
    grid.focus();
    const selected = () => text(all(tree, '[aria-selected=true] .cut')[0]);
    const walk = async (key: string) => {
      press(grid, key);
      await opened.panel.updateComplete;
      await tree.updateComplete;
      return selected();
    };
    expect(await walk('ArrowDown')).to.equal('click');
    expect(await walk('ArrowRight')).to.equal('cart');
    expect(await walk('ArrowLeft')).to.equal('cart');
    expect(names(tree)).to.deep.equal(['click', 'cart', 'render']);
    expect(await walk('ArrowRight')).to.equal('cart');
    expect(names(tree)).to.deep.equal(['click', 'cart', 'sql', 'render']);
    expect(await walk('End')).to.equal('render');
    expect(await walk('ArrowUp')).to.equal('sql');
    expect(await walk('ArrowLeft')).to.equal('cart');
    expect(await walk('ArrowLeft')).to.equal('cart');
    expect(await walk('ArrowLeft')).to.equal('click');
    expect(await walk('PageDown')).to.equal('render');
    expect(await walk('Home')).to.equal('click');
    const active = grid.getAttribute('aria-activedescendant');
    expect(tree.shadowRoot?.getElementById(active ?? '')?.textContent).to.include('click');
  });

  it('lets a span fill the axis with Enter, and the whole trace again with Escape', async () => {
    const store = new SpanStore();
    addTrace(store, CHECKOUT);
    const tree = await open(store);
    const grid = all(tree, '.scroller')[0] as HTMLElement;
    const part = () => {
      const [bar, axis] = ['.bar', '.row .axis'].map(
        (selector) => all(tree, selector)[1]?.getBoundingClientRect().width,
      );
      return (bar as number) / ((axis as number) - 24);
    };
    expect(part()).to.be.closeTo(0.3, 0.01);
    all(tree, '.row')[1]?.click();
    await drawn();
    press(grid, 'Enter');
    await tree.updateComplete;
    expect(part()).to.be.closeTo(1, 0.01);
    expect(text(all(tree, '.head')[0])).to.include('All of the time');
    press(grid, 'Escape');
    await tree.updateComplete;
    expect(text(all(tree, '.head')[0])).to.not.include('All of the time');
  });

  it('lets a pending span grow from frame to frame until it ends, and rests then', async () => {
    const store = new SpanStore();
    // The axis ends at 25 s: it takes its next step, which makes the bar shorter, when this test is long over.
    const start = Date.now() - 20_000;
    const { records, rows, trace } = addTrace(store, { name: 'upload', startTime: start, endTime: undefined });
    const tree = await open(store);
    // An empty list, so that nothing but the bar grows.
    const input = all(inside(opened.panel, 'zonetrace-bar'), 'input')[0] as HTMLInputElement;
    input.value = 'nowhere';
    input.dispatchEvent(new Event('input', { bubbles: true }));
    await drawn();
    const bar = () => all(tree, '.bar')[0] as HTMLElement;
    expect(bar().classList.contains('open')).to.equal(true);
    const before = Number.parseFloat(bar().style.width);
    const until = performance.now() + 60;
    while (performance.now() < until) await frame();
    expect(Number.parseFloat(bar().style.width)).to.be.greaterThan(before);

    const upload = records['upload'];
    if (upload) Object.assign(upload, { endTime: start + 26_000, status: 'OK' });
    store.endSpan(rows['upload'] as number, upload as never);
    store.settleTrace(trace, 0);
    await drawn();
    expect(bar().classList.contains('open')).to.equal(false);
    expect(text(all(tree, '.row .number')[0])).to.equal('26.0 s');

    const original = window.requestAnimationFrame;
    let frames = 0;
    window.requestAnimationFrame = (callback) => {
      frames++;
      return original(callback);
    };
    await new Promise((resolve) => original(() => original(() => original(resolve))));
    window.requestAnimationFrame = original;
    expect(frames).to.equal(0);
  });

  it('renders only the rows in sight of a trace of 10,000 spans, and those at the end after End', async () => {
    const store = new SpanStore();
    const children = Array.from({ length: 9999 }, (_, i) => ({
      name: `span ${i}`,
      startTime: T + i / 100,
      endTime: T + 100,
    }));
    addTrace(store, { name: 'big', children });
    const tree = await open(store);
    expect(all(tree, '.row').length).to.be.within(5, 60);
    expect(all(tree, '.body')[0]?.getBoundingClientRect().height).to.equal(220_000);
    press(all(tree, '.scroller')[0] as HTMLElement, 'End');
    await drawn();
    expect(names(tree).at(-1)).to.equal('span 9998');
    expect(all(tree, '.row').length).to.be.within(5, 60);
    const last = all(tree, '.row').at(-1)?.getBoundingClientRect() as DOMRect;
    expect(last.bottom).to.be.at.most(innerHeight + 1);
    const grid = all(tree, '.scroller')[0] as HTMLElement;
    expect(grid.getAttribute('aria-rowcount')).to.equal('10001');
    const active = () => tree.shadowRoot?.getElementById(grid.getAttribute('aria-activedescendant') ?? '');
    expect(active()?.getAttribute('aria-rowindex')).to.equal('10001');
    // What is out of sight is not in the document and cannot be pointed to.
    grid.scrollTop = 0;
    await drawn();
    expect(grid.hasAttribute('aria-activedescendant')).to.equal(false);
  });

  it('shows names with markup as text', async () => {
    const store = new SpanStore();
    addTrace(store, { name: '<img src=x onerror="document.title=1">' });
    const tree = await open(store);
    expect(names(tree)).to.deep.equal(['<img src=x onerror="document.title=1">']);
    expect(all(tree, 'img')).to.deep.equal([]);
    expect(all(inside(opened.panel, 'zonetrace-traces'), 'img')).to.deep.equal([]);
  });

  it('keeps what the reader collapsed while spans come', async () => {
    const store = new SpanStore();
    const { trace, rows } = addTrace(store, CHECKOUT);
    const tree = await open(store);
    all(tree, '.toggle')[1]?.click();
    await tree.updateComplete;
    const { record } = await import('./records.js');
    store.addSpan(trace, record('late', { startTime: T + 95 }), rows['click'] as number, 'web');
    store.addSpan(trace, record('inside', { startTime: T + 35 }), rows['cart'] as number, 'web');
    await drawn();
    expect(names(tree)).to.deep.equal(['click', 'cart', 'render', 'late']);
  });

  it('names a service where it differs from that of the parent', async () => {
    const store = new SpanStore();
    addTrace(store, {
      name: 'click',
      children: [
        { name: 'fetch', children: [{ name: 'GET', service: 'api', children: [{ name: 'auth', service: 'api' }] }] },
      ],
    });
    const tree = await open(store);
    expect(names(tree)).to.deep.equal(['click web', 'fetch', 'GET api', 'auth']);
  });
});
