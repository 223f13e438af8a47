import { expect } from 'chai';
import { Arrivals } from '../../src/server-spans/arrivals.js';
import { SpanStore } from '../../src/store/span-store.js';
import type { SpanRecord } from '../../src/trace/types.js';
import { until } from '../until.js';

const TRACE = 'ab'.repeat(16);

/** A moment of the page. */
const NOW = Math.round(performance.timeOrigin + performance.now());

/** A span by its name, whose id it makes; times in ms from NOW. */
function spanOf(
  name: string,
  parent: string | undefined,
  start: number,
  end: number | undefined,
  more: object = {},
): SpanRecord {
  return {
    name,
    context: { traceId: TRACE, spanId: idOf(name), traceFlags: 1, isRemote: false },
    parentSpanId: parent === undefined ? undefined : idOf(parent),
    kind: 'INTERNAL',
    startTime: NOW + start,
    endTime: end === undefined ? undefined : NOW + end,
    status: 'UNSET',
    statusMessage: undefined,
    attributes: {},
    events: [],
    links: [],
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
    ...more,
  };
}

const idOf = (name: string): string =>
  Array.from(name, (c) => c.charCodeAt(0).toString(16))
    .join('')
    .padStart(16, '0')
    .slice(-16);

const SERVER = { kind: 'SERVER' };
const CLIENT = { kind: 'CLIENT' };

/** What the store has of each name: its parent's name, and its times from NOW. */
function rowsOf(store: SpanStore): Record<string, [string | undefined, number, number]> {
  const rows = store.traces.flatMap((trace) => trace.rows);
  return Object.fromEntries(
    rows.map((row) => [
      store.record(row)?.name,
      [
        store.record(store.parents[row] as number)?.name,
        Math.round((store.startTimes[row] as number) - NOW),
        Math.round((store.endTimes[row] as number) - NOW),
      ],
    ]),
  );
}

describe('spans of servers', () => {
  let store: SpanStore;
  let arrivals: Arrivals;

  beforeEach(() => {
    store = new SpanStore();
    arrivals = new Arrivals(store);
  });

  afterEach(() => arrivals.stop());

  /** The page's own, with one request from 0 to 100 ms. */
  function addPage({ end }: { end: number | undefined } = { end: 100 }): void {
    store.addForeignSpan(spanOf('click', undefined, -10, 110), 'page');
    store.addForeignSpan(spanOf('fetch', 'click', 0, end, CLIENT), 'page');
  }

  const take = (service: string, ...records: SpanRecord[]) =>
    arrivals.take(records.map((record) => ({ record, service })));

  it('stay as they are where they fit', () => {
    addPage();
    take('api', spanOf('serve', 'fetch', 10, 70, SERVER));
    expect(rowsOf(store)['serve']).to.deep.equal(['fetch', 10, 70]);
    expect(store.traces[0]?.settled).to.equal(true);
  });

  it('are moved into the middle of their caller, children that came before them and events too', () => {
    addPage();
    const event = { name: 'row', time: NOW + 500_030, attributes: {} };
    take('api', spanOf('query', 'serve', 500_020, 500_040, { events: [event] }));
    expect(rowsOf(store)).not.to.have.property('query');
    take('api', spanOf('serve', 'fetch', 500_000, 500_060, SERVER));
    expect(rowsOf(store)).to.deep.include({ serve: ['fetch', 20, 80], query: ['serve', 40, 60] });
    const query = store.record(store.traces[0]?.rows.at(-1) ?? -1);
    expect(query?.attributes['zonetrace.clock_offset']).to.be.closeTo(-499_980, 1);
    expect(query?.events[0]?.time).to.be.closeTo(NOW + 50, 1);
    expect(event.time).to.equal(NOW + 500_030);
  });

  it('are moved as little as will do where clocks differ by some ms', () => {
    addPage();
    take('api', spanOf('serve', 'fetch', -5, 20, SERVER));
    expect(rowsOf(store)['serve']).to.deep.equal(['fetch', 0, 25]);
  });

  it('begin within their caller where they last longer than it, as streams do', () => {
    addPage();
    take('api', spanOf('serve', 'fetch', 10, 5000, SERVER));
    expect(rowsOf(store)['serve']).to.deep.equal(['fetch', 10, 5000]);
    take('slow', spanOf('other', 'fetch', -90_000, -80_000, SERVER));
    expect(rowsOf(store)['other']).to.deep.equal(['fetch', 50, 10_050]);
  });

  it('follow the clock of their own service through a chain of services', () => {
    addPage();
    const ask = spanOf('ask', 'serve', 60_010, 60_050, CLIENT);
    take('second', spanOf('answer', 'ask', -9_980, -9_960, SERVER));
    take('first', ask, spanOf('serve', 'fetch', 60_000, 60_060, SERVER));
    expect(rowsOf(store)).to.deep.include({
      serve: ['fetch', 20, 80],
      ask: ['serve', 30, 70],
      answer: ['ask', 40, 60],
    });
  });

  it('tell one clock from another of the same service by the host', async () => {
    addPage();
    for (const [host, start] of [
      ['left', 70_000],
      ['right', -70_000],
    ] as const) {
      const attributes = { 'host.name': host };
      take('api', spanOf(host, 'fetch', start, start + 60, { kind: 'SERVER', attributes }));
      take('api', spanOf(`${host}2`, 'none', start + 10, start + 20, { attributes }));
    }
    await until(() => 'right2' in rowsOf(store));
    const { left, left2, right, right2 } = rowsOf(store);
    expect([left, right]).to.deep.equal([
      ['fetch', 20, 80],
      ['fetch', 20, 80],
    ]);
    expect([left2, right2]).to.deep.equal([
      [undefined, 30, 40],
      [undefined, 30, 40],
    ]);
  });

  it('show a clock that has been set since then', () => {
    addPage();
    take('api', spanOf('serve', 'fetch', 70_000, 70_060, SERVER));
    take('api', spanOf('later', 'fetch', -70_000, -69_940, SERVER));
    expect(rowsOf(store)).to.deep.include({ serve: ['fetch', 20, 80], later: ['fetch', 20, 80] });
  });

  it('wait until the request has ended in the page', async () => {
    addPage({ end: undefined });
    take('api', spanOf('serve', 'fetch', 90_000, 90_060, SERVER));
    expect(rowsOf(store)).not.to.have.property('serve');
    const row = store.traces[0]?.rows[1] as number;
    const open = store.record(row) as { endTime?: number };
    open.endTime = NOW + 100;
    store.endSpan(row, open as SpanRecord);
    await until(() => 'serve' in rowsOf(store), 'the span is there');
    expect(rowsOf(store)['serve']).to.deep.equal(['fetch', 20, 80]);
  });

  it('go into their trace as they are when nothing tells of their clock in time', async () => {
    addPage();
    take('api', spanOf('lonely', 'none', 20, 30));
    expect(rowsOf(store)).not.to.have.property('lonely');
    await until(() => 'lonely' in rowsOf(store), 'the span is there');
    expect(rowsOf(store)['lonely']).to.deep.equal([undefined, 20, 30]);
  });

  it('of traces that the page does not know come at once, with one clock', () => {
    take('api', spanOf('part', 'job', 60_010, 60_020), spanOf('job', undefined, 60_000, 60_050));
    expect(rowsOf(store)).to.deep.equal({ job: [undefined, 60_000, 60_050], part: ['job', 60_010, 60_020] });
  });

  it('are there once, however often they come', () => {
    addPage();
    const span = spanOf('serve', 'fetch', 10, 70, SERVER);
    take('api', span, span);
    take('api', span);
    take('page', spanOf('fetch', 'click', 0, 100, CLIENT));
    expect(store.size).to.equal(3);
  });

  it("of such a trace wait for their caller, whose clock is its trace's", async () => {
    take('api', spanOf('serve', 'ask', 300_000, 300_060, SERVER));
    expect(store.size).to.equal(0);
    take('shop', spanOf('ask', 'cart', 0, 100, CLIENT), spanOf('cart', undefined, -10, 110));
    await until(() => 'serve' in rowsOf(store));
    expect(rowsOf(store)).to.deep.equal({
      cart: [undefined, -10, 110],
      ask: ['cart', 0, 100],
      serve: ['ask', 20, 80],
    });
  });

  it('never make a circle, neither in one message nor over two', async () => {
    take('api', spanOf('a', 'b', 0, 1), spanOf('b', 'a', 0, 1));
    take('api', spanOf('c', 'd', 0, 1));
    take('api', spanOf('d', 'c', 0, 1));
    take('api', spanOf('e', 'e', 0, 1));
    await until(() => store.size === 5);
    for (const trace of store.traces) {
      for (const row of trace.rows) {
        let steps = 0;
        for (let at = row; at >= 0; at = store.parents[at] as number) expect(steps++).to.be.lessThan(10);
      }
    }
  });

  it('without an end end where they begin', () => {
    take('api', spanOf('open', undefined, 5, undefined));
    expect(rowsOf(store)['open']).to.deep.equal([undefined, 5, 5]);
    expect(store.openSpans).to.equal(0);
  });
});
