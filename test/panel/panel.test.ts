import { expect } from 'chai';
import { mountPanel } from '../../panel/index.js';
import { SpanStore } from '../../src/store/span-store.js';
import {
  addTrace,
  all,
  command,
  drawn,
  hostOf,
  inside,
  names,
  type Opened,
  openPanel,
  press,
  text,
} from './records.js';

let opened: Opened | undefined;

async function open(store = new SpanStore(), options = {}) {
  opened = await openPanel(store, options);
  return opened;
}

async function filter(to: string) {
  const input = all(inside((opened as Opened).panel, 'zonetrace-bar'), 'input')[0] as HTMLInputElement;
  input.value = to;
  input.dispatchEvent(new Event('input', { bubbles: true }));
  await drawn();
  return input;
}

describe('the panel', () => {
  afterEach(() => {
    opened?.close();
    opened = undefined;
  });

  it('lists traces newest first, with name, duration, spans and errors', async () => {
    const store = new SpanStore();
    addTrace(store, { name: 'first' });
    addTrace(store, { name: 'second', endTime: 1_000_250, children: [{ name: 'child', status: 'ERROR' }] });
    const { panel } = await open(store);
    const list = inside(panel, 'zonetrace-traces');
    const rows = all(list, '.row').map((row) => [...row.children].slice(1).map(text).join('|'));
    expect(rows).to.deep.equal(['second||250 ms|2|1', 'first||100 ms|1|']);
  });

  it('shows a trace that comes while it is open, at the next frame', async () => {
    const { panel, store } = await open();
    const list = inside(panel, 'zonetrace-traces');
    expect(text(list.shadowRoot?.querySelector('.empty'))).to.include('Click, type or navigate');
    addTrace(store, { name: 'live' });
    await drawn();
    expect(names(list)).to.deep.equal(['live']);
    expect(names(inside(panel, 'zonetrace-trace'))).to.deep.equal(['live']);
  });

  it('follows what is done in the page until the reader chooses a trace, and again after clearing', async () => {
    const { panel, store } = await open();
    const shown = async (name: string) => {
      addTrace(store, { name });
      await drawn();
      return names(inside(panel, 'zonetrace-trace'));
    };
    expect(await shown('first')).to.deep.equal(['first']);
    expect(await shown('second')).to.deep.equal(['second']);
    all(inside(panel, 'zonetrace-traces'), '.row')[1]?.click();
    await drawn();
    expect(await shown('third')).to.deep.equal(['first']);
    command(panel, 'clear');
    expect(await shown('fourth')).to.deep.equal(['fourth']);
  });

  it('goes on showing what was done when the browser tells of a slow frame, and while the reader works in the panel', async () => {
    const { panel, store } = await open();
    const shown = async (name: string, attributes = {}) => {
      addTrace(store, { name, attributes });
      await drawn();
      return names(inside(panel, 'zonetrace-trace'));
    };
    expect(await shown('long frame', { 'long_frame.scripts': 1 })).to.deep.equal(['long frame']);
    expect(await shown('click')).to.deep.equal(['click']);
    expect(await shown('long frame', { 'long_frame.scripts': 1 })).to.deep.equal(['click']);
    expect(await shown('web vital INP', { 'web_vital.rating': 'good' })).to.deep.equal(['click']);
    const [input] = all(inside(panel, 'zonetrace-bar'), 'input');
    input?.focus();
    expect(await shown('second click')).to.deep.equal(['click']);
    input?.blur();
    expect(await shown('third click')).to.deep.equal(['third click']);
  });

  it('holds the selected trace while new ones come, and pins it in the store', async () => {
    const store = new SpanStore({ maxSpans: 20 });
    addTrace(store, { name: 'chosen' });
    const { panel } = await open(store);
    all(inside(panel, 'zonetrace-traces'), '.row')[0]?.click();
    await drawn();
    for (let i = 0; i < 40; i++) addTrace(store, { name: `other ${i}` });
    await drawn();
    expect(names(inside(panel, 'zonetrace-trace'))).to.deep.equal(['chosen']);
    const rows = all(inside(panel, 'zonetrace-traces'), '.row');
    expect(rows.length).to.be.greaterThan(5);
    expect(store.traces[0]?.rows.length).to.equal(1);
    expect(store.record(store.traces[0]?.rows[0] ?? -1)?.name).to.equal('chosen');
  });

  it('keeps the rows that are read in place while new traces come above them', async () => {
    const store = new SpanStore();
    for (let i = 0; i < 100; i++) addTrace(store, { name: `old ${i}` });
    const { panel } = await open(store);
    const list = inside(panel, 'zonetrace-traces');
    const scroller = all(list, '.scroller')[0] as HTMLElement;
    scroller.scrollTop = 22 * 30;
    await drawn();
    const top = () => scroller.getBoundingClientRect().top + 22;
    const first = () =>
      text(
        all(list, '.row')
          .find((row) => row.getBoundingClientRect().top >= top() - 1)
          ?.querySelector('.cut'),
      );
    const before = first();
    expect(before).to.equal('old 69');
    for (let i = 0; i < 7; i++) addTrace(store, { name: `new ${i}` });
    await drawn();
    expect(first()).to.equal(before);
  });

  it('goes through the list with the arrow keys', async () => {
    const store = new SpanStore();
    for (const name of ['a', 'b', 'c']) addTrace(store, { name });
    const { panel } = await open(store);
    const list = inside(panel, 'zonetrace-traces');
    const grid = all(list, '.scroller')[0] as HTMLElement;
    press(grid, 'ArrowDown');
    press(grid, 'End');
    await drawn();
    expect(names(inside(panel, 'zonetrace-trace'))).to.deep.equal(['a']);
    press(grid, 'ArrowUp');
    await drawn();
    expect(names(inside(panel, 'zonetrace-trace'))).to.deep.equal(['b']);
  });

  it('filters traces by what is in any of their spans, and marks the spans in the tree', async () => {
    const store = new SpanStore();
    addTrace(store, { name: 'home' });
    addTrace(store, {
      name: 'cart',
      children: [{ name: 'query', attributes: { 'db.system': 'postgresql' } }, { name: 'draw' }],
    });
    const { panel } = await open(store);
    const list = inside(panel, 'zonetrace-traces');
    const tree = inside(panel, 'zonetrace-trace');
    await filter('db.system=postgres');
    expect(names(list)).to.deep.equal(['cart']);
    expect(all(tree, '.matched .cut').map(text)).to.deep.equal(['query']);
    expect(names(tree)).to.deep.equal(['cart', 'query', 'draw']);
    expect(text(all(tree, '.head > span')[0])).to.equal('1 match · only these');
    await filter('nowhere');
    expect(text(all(tree, '.head > span')[0])).to.equal('0 matches');
    expect(text(list.shadowRoot?.querySelector('.empty'))).to.include('No trace matches');
    list.shadowRoot?.querySelector<HTMLElement>('.empty button')?.click();
    await drawn();
    expect(names(list)).to.deep.equal(['cart', 'home']);
  });

  it('goes from match to match with Enter, and opens what hides one', async () => {
    const store = new SpanStore();
    addTrace(store, {
      name: 'root',
      children: [{ name: 'box', children: [{ name: 'needle 1' }] }, { name: 'needle 2' }],
    });
    const { panel } = await open(store);
    const tree = inside(panel, 'zonetrace-trace');
    all(tree, '.toggle')[1]?.click();
    const input = await filter('needle');
    const selected = () => text(all(tree, '[aria-selected=true] .cut')[0]);
    for (const expected of ['needle 1', 'needle 2', 'needle 1']) {
      press(input, 'Enter');
      await drawn();
      expect(selected()).to.equal(expected);
    }
    press(input, 'Enter', { shiftKey: true });
    await drawn();
    expect(selected()).to.equal('needle 2');
  });

  it('goes with Enter to the newest trace that has a match, where the one that is shown has none', async () => {
    const store = new SpanStore();
    addTrace(store, { name: 'old', children: [{ name: 'needle 1' }] });
    addTrace(store, { name: 'middle', children: [{ name: 'needle 2' }] });
    addTrace(store, { name: 'new' });
    const { panel } = await open(store);
    const input = await filter('needle');
    press(input, 'Enter');
    await drawn();
    const selected = () => text(all(inside(panel, 'zonetrace-trace'), '[aria-selected=true] .cut')[0]);
    expect(selected()).to.equal('needle 2');
    await filter('no such thing');
    press(input, 'Enter');
    await drawn();
    expect(selected()).to.equal('needle 2');
  });

  it('takes nothing new while recording is paused, and says how to go on', async () => {
    const { panel, store } = await open();
    command(panel, 'record');
    await drawn();
    expect(store.recording).to.equal(false);
    expect(text(inside(panel, 'zonetrace-traces').shadowRoot?.querySelector('.empty'))).to.include(
      'Recording is paused',
    );
    expect(store.beginTrace(1)).to.equal(undefined);
    command(panel, 'record');
    expect(store.recording).to.equal(true);
  });

  it('clears everything, and shows the next trace that comes', async () => {
    const store = new SpanStore();
    addTrace(store, { name: 'old' });
    const { panel } = await open(store);
    command(panel, 'clear');
    await drawn();
    expect(all(inside(panel, 'zonetrace-traces'), '.row')).to.deep.equal([]);
    expect(text(inside(panel, 'zonetrace-trace').shadowRoot?.querySelector('.empty'))).to.include('are shown here');
    addTrace(store, { name: 'next' });
    await drawn();
    expect(names(inside(panel, 'zonetrace-trace'))).to.deep.equal(['next']);
  });

  it('fills a larger window with rows, also after the list was cleared', async () => {
    const children = Array.from({ length: 200 }, (_, i) => ({ name: `child ${i}` }));
    const store = new SpanStore();
    addTrace(store, { name: 'old', children });
    const { panel } = await open(store);
    command(panel, 'clear');
    await drawn();
    addTrace(store, { name: 'next', children });
    await drawn();
    const rows = () => all(inside(panel, 'zonetrace-trace'), '.row').length;
    const before = rows();
    press(panel.shadowRoot?.querySelector('zonetrace-separator') as HTMLElement, 'End');
    await drawn();
    expect(rows()).to.be.greaterThan(before + 5);
  });

  it('stands still while held, and shows what came meanwhile when it goes on', async () => {
    const { panel, store } = await open();
    const hold = all(inside(panel, 'zonetrace-bar'), '.hold')[0] as HTMLElement;
    hold.click();
    addTrace(store, { name: 'meanwhile' });
    await drawn();
    expect(all(inside(panel, 'zonetrace-traces'), '.row')).to.deep.equal([]);
    hold.click();
    await drawn();
    expect(names(inside(panel, 'zonetrace-traces'))).to.deep.equal(['meanwhile']);
  });

  it('docks to the bottom, the right and the left, and remembers it', async () => {
    const { panel, store } = await open();
    expect(panel.getBoundingClientRect().width).to.equal(document.documentElement.clientWidth);
    command(panel, 'dock');
    await drawn();
    const right = panel.getBoundingClientRect();
    expect(right.top).to.equal(0);
    expect(right.right).to.equal(document.documentElement.clientWidth);
    expect(right.width).to.be.lessThan(innerWidth);
    const close = mountPanel(hostOf(new SpanStore()));
    const other = document.querySelector('zonetrace-panel:last-of-type') as HTMLElement;
    expect(other.getAttribute('dock') ?? (other as typeof panel).dock).to.equal('right');
    close();
    expect(store.size).to.equal(0);
    command(panel, 'dock');
    await drawn();
    const left = panel.getBoundingClientRect();
    expect([left.left, left.top, left.width]).to.deep.equal([0, 0, right.width]);
    const edge = panel.shadowRoot?.querySelector('zonetrace-separator') as HTMLElement;
    expect(edge.getBoundingClientRect().right).to.be.closeTo(left.right, 1);
    press(edge, 'ArrowRight');
    await drawn();
    expect(panel.offsetWidth).to.equal(right.width + 16);
    command(panel, 'dock'); // above the page: docks.test.ts
    command(panel, 'dock');
    await drawn();
    expect(panel.getBoundingClientRect().width).to.equal(document.documentElement.clientWidth);
  });

  it('is light or dark as the reader wants it, else as the system', async () => {
    const { panel } = await open(new SpanStore(), { theme: 'dark' });
    const ground = () => getComputedStyle(panel.shadowRoot?.querySelector('.panel') as Element).backgroundColor;
    expect(ground()).to.equal('rgb(30, 31, 34)');
    command(panel, 'theme');
    await drawn();
    const system = matchMedia('(prefers-color-scheme: dark)').matches ? 'rgb(30, 31, 34)' : 'rgb(255, 255, 255)';
    expect(ground()).to.equal(system);
    command(panel, 'theme');
    await drawn();
    expect(ground()).to.equal('rgb(255, 255, 255)');
  });

  it('is resized with the keyboard and keeps its size', async () => {
    const { panel } = await open();
    const edge = panel.shadowRoot?.querySelector('zonetrace-separator') as HTMLElement;
    expect(edge.getAttribute('role')).to.equal('separator');
    const before = panel.offsetHeight;
    press(edge, 'ArrowUp');
    await drawn();
    expect(panel.offsetHeight).to.equal(before + 16);
    expect(edge.getAttribute('aria-valuenow')).to.equal(String(before + 16));
    expect(JSON.parse(localStorage.getItem('zonetrace.panel') ?? '{}').height).to.equal(before + 16);
  });

  it("takes nothing of the page's styles", async () => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(
      '* { color: rgb(1, 2, 3) !important; font-size: 40px; letter-spacing: 9px; opacity: .5; display: none } ',
    );
    sheet.deleteRule(0);
    sheet.insertRule(
      '* { color: rgb(1, 2, 3); font-size: 40px; letter-spacing: 9px; opacity: .5; pointer-events: none }',
    );
    document.adoptedStyleSheets.push(sheet);
    try {
      const store = new SpanStore();
      addTrace(store, { name: 'a' });
      const { panel } = await open(store, { theme: 'light' });
      const name = getComputedStyle(all(inside(panel, 'zonetrace-traces'), '.cut')[0] as Element);
      expect([name.color, name.fontSize, name.letterSpacing, name.pointerEvents]).to.deep.equal([
        'rgb(31, 35, 40)',
        '12px',
        'normal',
        'auto',
      ]);
      expect(getComputedStyle(panel).opacity).to.equal('1');
    } finally {
      document.adoptedStyleSheets.pop();
    }
  });

  it("keeps its keys and clicks from the page's own listeners", async () => {
    const { panel } = await open();
    const heard: string[] = [];
    const listener = (event: Event) => heard.push(event.type);
    for (const type of ['keydown', 'click']) document.addEventListener(type, listener);
    press(all(inside(panel, 'zonetrace-traces'), '.scroller')[0] as HTMLElement, 'ArrowDown');
    command(panel, 'record');
    for (const type of ['keydown', 'click']) document.removeEventListener(type, listener);
    expect(heard).to.deep.equal([]);
  });

  it('draws outside of the spans of the page, whoever changed the store', async () => {
    let depth = 0;
    const runOutside = <R>(fn: () => R): R => {
      depth++;
      try {
        return fn();
      } finally {
        depth--;
      }
    };
    const store = new SpanStore();
    const asked: boolean[] = [];
    const original = window.requestAnimationFrame;
    const close = mountPanel({ ...hostOf(store), runOutside });
    window.requestAnimationFrame = (callback) => {
      asked.push(depth > 0);
      return original(callback);
    };
    const rendered: boolean[] = [];
    const list = (document.querySelector('zonetrace-panel') as Element).shadowRoot;
    try {
      addTrace(store, { name: 'page work', startTime: Date.now(), endTime: undefined });
      await new Promise((resolve) => original(() => original(() => original(resolve))));
      const tree = list?.querySelector('zonetrace-trace');
      if (tree) {
        const render = Reflect.get(tree, 'render') as () => unknown;
        Reflect.set(tree, 'render', () => {
          rendered.push(depth > 0);
          return render.call(tree);
        });
        tree.requestUpdate();
        await tree.updateComplete;
      }
    } finally {
      window.requestAnimationFrame = original;
      close();
    }
    expect(asked.length).to.be.greaterThan(0);
    expect(asked).to.not.include(false);
    expect(rendered).to.deep.equal([true]);
  });

  it('asks for one frame for many changes, and for none when closed', async () => {
    const { store, close } = await open();
    const original = window.requestAnimationFrame;
    let frames = 0;
    window.requestAnimationFrame = (callback) => {
      frames++;
      return original(callback);
    };
    try {
      for (let i = 0; i < 50; i++) addTrace(store, { name: `t${i}` });
      expect(frames).to.equal(1);
      close();
      frames = 0;
      addTrace(store, { name: 'unseen' });
      expect(frames).to.equal(0);
    } finally {
      window.requestAnimationFrame = original;
    }
  });

  it('leaves nothing in the document when it is closed, and opens again as it was', async () => {
    const store = new SpanStore();
    addTrace(store, { name: 'older' });
    addTrace(store, { name: 'newer' });
    const { panel, close, host } = await open(store);
    all(inside(panel, 'zonetrace-traces'), '.row')[1]?.click();
    await drawn();
    close();
    expect(document.querySelector('zonetrace-panel')).to.equal(null);
    const again = mountPanel(host);
    await drawn();
    expect(names(inside(document.querySelector('zonetrace-panel') as typeof panel, 'zonetrace-trace'))).to.deep.equal([
      'older',
    ]);
    again();
  });

  it('tells who mounted it that the reader closed it', async () => {
    const store = new SpanStore();
    let closed = 0;
    mountPanel({ ...hostOf(store), closed: () => closed++ });
    await drawn();
    command(document.querySelector('zonetrace-panel') as Opened['panel'], 'close');
    expect(closed).to.equal(1);
    expect(document.querySelector('zonetrace-panel')).to.equal(null);
  });

  it('shows by a press on the count of errors why the newest failed, then the ones before it, and round again', async () => {
    const store = new SpanStore();
    const failed = { status: 'ERROR' } as const;
    const events = [{ name: 'exception', time: 1_000_001, attributes: {} }];
    for (const at of [1, 2]) {
      const cause = { name: `cause ${at}`, ...failed, events, children: [{ name: 'request', ...failed }] };
      addTrace(store, { name: 'click', ...failed, children: [{ name: 'good' }, cause] });
    }
    addTrace(store, { name: 'fine' });
    const { panel } = await open(store);
    const titles = [];
    for (let i = 0; i < 3; i++) {
      command(panel, 'next-error');
      await drawn();
      await drawn();
      titles.push(text(inside(panel, 'zonetrace-detail').shadowRoot?.querySelector('h2')));
    }
    expect(titles).to.deep.equal(['cause 2', 'cause 1', 'cause 2']);
  });
});
