import { expect } from 'chai';
import { SpanStore } from '../../src/store/span-store.js';
import { addTrace, all, drawn, inside, names, type Opened, openPanel, press, text } from './records.js';

const T = 1_000_000;

let opened: Opened;

function show(view: string): Promise<void> {
  const buttons = all(inside(opened.panel, 'zonetrace-bar'), '.views button');
  buttons.find((button) => text(button) === view)?.click();
  return drawn();
}

async function open() {
  const store = new SpanStore();
  addTrace(store, { name: 'home page', endTime: T + 300 });
  addTrace(store, {
    name: 'save',
    children: [
      { name: 'sql', startTime: T, endTime: T + 20 },
      { name: 'sql', startTime: T + 30, endTime: T + 90, status: 'ERROR' },
    ],
  });
  opened = await openPanel(store);
  await show('Statistics');
  const table = inside(opened.panel, 'zonetrace-statistics');
  const cells = () => all(table, '.row').map((row) => [...row.children].map(text).join('|'));
  return { ...opened, table, cells, grid: all(table, '.scroller')[0] as HTMLElement };
}

describe('the statistics', () => {
  afterEach(() => opened.close());

  it('have a row a name, the largest total first, and follow live data', async () => {
    const { cells, store } = await open();
    expect(cells()).to.deep.equal([
      'home page|1||300 ms|300 ms|300 ms|300 ms|300 ms',
      'save|1||100 ms|20.0 ms|100 ms|100 ms|100 ms',
      'sql|2|1|80.0 ms|80.0 ms|20.0 ms|60.0 ms|60.0 ms',
    ]);
    addTrace(store, { name: 'late', endTime: T + 1 });
    while (cells().length < 4) await drawn();
  });

  it('say that there is nothing yet, with nothing to be scrolled', async () => {
    opened = await openPanel(new SpanStore());
    await show('Statistics');
    for (const element of ['zonetrace-statistics', 'zonetrace-traces'] as const) {
      const list = inside(opened.panel, element);
      const { scrollHeight, clientHeight } = all(list, '.scroller')[0] as HTMLElement;
      expect(text(all(list, '.empty strong')[0])).to.match(/^No/);
      expect(scrollHeight, element).to.equal(clientHeight);
    }
  });

  it('are sorted by any column, both ways', async () => {
    const { table, cells } = await open();
    const first = () => cells()[0]?.split('|')[0];
    const head = (at: number) => all(table, '.head [role=columnheader]')[at] as HTMLElement;
    const said: string[] = [];
    for (const at of [1, 1, 0, 0]) {
      head(at).querySelector('button')?.click();
      await drawn();
      said.push(`${first()} ${head(at).getAttribute('aria-sort')}`);
    }
    expect(said).to.deep.equal(['sql descending', 'home page ascending', 'home page ascending', 'sql descending']);
  });

  it('filter the list of traces by a name that is clicked, as one phrase, and by the keys', async () => {
    const { panel, table, grid } = await open();
    const list = inside(panel, 'zonetrace-traces');
    all(table, '.row')[0]?.click();
    await drawn();
    expect(names(list)).to.deep.equal(['home page']);
    expect((all(inside(panel, 'zonetrace-bar'), 'input')[0] as HTMLInputElement).value).to.equal('"home page"');
    all(table, '.row')[0]?.click();
    await drawn();
    expect(names(list)).to.deep.equal(['save', 'home page']);
    press(grid, 'End');
    press(grid, 'Enter');
    await drawn();
    expect(names(list)).to.deep.equal(['save']);
  });

  it('give way to the tree, which is as it was left, when a trace is chosen', async () => {
    const { panel } = await open();
    await show('Trace');
    const tree = inside(panel, 'zonetrace-trace');
    all(tree, '.toggle')[0]?.click();
    await show('Statistics');
    expect(panel.shadowRoot?.querySelector('zonetrace-trace')).to.equal(null);
    all(inside(panel, 'zonetrace-traces'), '.row')[0]?.click();
    await drawn();
    expect(names(inside(panel, 'zonetrace-trace'))).to.deep.equal(['save']);
  });
});
