import { expect } from 'chai';
import { OpenFilesEvent } from '../../panel/events.js';
import { SpanStore } from '../../src/store/span-store.js';
import { until } from '../until.js';
import { JAEGER } from './formats/samples.js';
import { addTrace, all, command, drawn, inside, names, type Opened, openPanel, record, text } from './records.js';

const T = Date.UTC(2026, 10, 24, 9, 30);

/** More than a list shows at once. */
const MANY = 60;

let opened: Opened;

/** `count` traces, a second each after the other. */
function storeWith(count: number): SpanStore {
  const store = new SpanStore();
  for (let i = 0; i < count; i++) addTrace(store, { name: `page ${i}`, ...during(i) });
  return store;
}

function during(second: number) {
  return { startTime: T + second * 1000, endTime: T + second * 1000 + 100 };
}

/** A trace of which a server tells only now. */
function addOfServer(store: SpanStore, name: string, second: number): void {
  store.addForeignSpan(record(name, during(second)), 'api');
}

/** The names of the rows that a reader sees of the list, without its head. */
function inSight(list: Element): string[] {
  const scroller = all(list, '.scroller')[0] as HTMLElement;
  const { top, bottom } = scroller.getBoundingClientRect();
  return all(list, '.row')
    .filter((row) => row.getBoundingClientRect().top >= top + 22 && row.getBoundingClientRect().bottom <= bottom)
    .sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top)
    .map((row) => text(row.querySelector('.cut')));
}

describe('the order of the list of traces', () => {
  afterEach(() => opened.close());

  it('is that of their beginning, also where a server tells of one later than the page of others', async () => {
    opened = await openPanel(storeWith(3));
    const list = inside(opened.panel, 'zonetrace-traces');
    addOfServer(opened.store, 'between', 0.5);
    addOfServer(opened.store, 'of an earlier page', -10);
    await drawn();
    expect(names(list)).to.deep.equal(['page 2', 'page 1', 'between', 'page 0', 'of an earlier page']);
    all(list, '.head button')[0]?.click();
    await drawn();
    expect(names(list)).to.deep.equal(['of an earlier page', 'page 0', 'between', 'page 1', 'page 2']);
  });

  it('lets neither what is chosen nor the rows that are read go when one comes between', async () => {
    opened = await openPanel(storeWith(MANY));
    const { panel, store } = opened;
    const list = inside(panel, 'zonetrace-traces');
    all(list, '.row')[0]?.click();
    const scroller = all(list, '.scroller')[0] as HTMLElement;
    scroller.scrollTop = 22 * 30;
    await drawn();
    const before = inSight(list);
    expect(before[0]).to.equal('page 29');
    for (let i = 0; i < 5; i++) addOfServer(store, `above ${i}`, 50.5 + i);
    for (let i = 0; i < 5; i++) addOfServer(store, `below ${i}`, -i);
    await drawn();
    expect(inSight(list)).to.deep.equal(before);
    expect(names(inside(panel, 'zonetrace-trace'))).to.deep.equal([`page ${MANY - 1}`]);
  });

  it('shows what was done in the page, not what a server has done since', async () => {
    opened = await openPanel(storeWith(2));
    const { panel, store } = opened;
    addOfServer(store, 'nightly job', 5);
    await drawn();
    expect(names(inside(panel, 'zonetrace-traces'))[0]).to.equal('nightly job');
    expect(names(inside(panel, 'zonetrace-trace'))).to.deep.equal(['page 1']);
    addTrace(store, { name: 'page 2', ...during(4) });
    await drawn();
    expect(names(inside(panel, 'zonetrace-trace'))).to.deep.equal(['page 2']);
  });

  it('has the next error in it, and what is chosen elsewhere in sight', async () => {
    const store = storeWith(MANY);
    addTrace(store, { name: 'failed', status: 'ERROR', ...during(40.5) });
    store.addForeignSpan(record('failed before', { status: 'ERROR', ...during(10.5) }), 'api');
    addTrace(store, { name: 'failed first', status: 'ERROR', ...during(5.5) });
    opened = await openPanel(store);
    const { panel } = opened;
    const list = inside(panel, 'zonetrace-traces');
    for (const expected of ['failed', 'failed before', 'failed first', 'failed']) {
      command(panel, 'next-error');
      await drawn();
      await drawn();
      expect(text(all(list, '[aria-selected=true] .cut')[0])).to.equal(expected);
      expect(inSight(list)).to.include(expected);
    }
  });

  it('has a file of long ago at its end, and shows it when it is opened', async () => {
    opened = await openPanel(storeWith(MANY));
    const { panel } = opened;
    const list = inside(panel, 'zonetrace-traces');
    inside(panel, 'zonetrace-bar').dispatchEvent(new OpenFilesEvent([new File([JSON.stringify(JAEGER)], 'old.json')]));
    await until(() => inSight(list).includes('checkout'));
    expect(inSight(list).at(-1)).to.equal('checkout');
  });
});
