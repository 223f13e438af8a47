import { expect } from 'chai';
import { HistoryDatabase } from '../../../panel/history/database.js';
import { type History, keepHistory } from '../../../panel/history/index.js';
import { Keeper } from '../../../panel/history/keeper.js';
import { LIMITS } from '../../../panel/history/limits.js';
import { takeSnapshot } from '../../../panel/history/snapshot.js';
import { TraceFeed } from '../../../panel/history/trace-feed.js';
import { SpanStore } from '../../../src/store/span-store.js';
import type { StoredTrace } from '../../../src/store/stored-trace.js';
import { until } from '../../until.js';
import { addTrace, all, drawn, hostOf, inside, names, openPanel, record } from '../records.js';

const NOW = Date.now();
const ID = '0123456789abcdef';

const histories: History[] = [];
let database: HistoryDatabase;

function start(store: SpanStore, remarks: string[] = []): History {
  const host = { ...hostOf(store), remark: (message: string) => remarks.push(message) };
  const history = keepHistory(host);
  histories.push(history);
  return history;
}

function snapshot(trace: number, spans: number, length = 1000) {
  return { trace, started: NOW + trace, spans, dropped: 0, settled: true, text: 'x'.repeat(length) };
}

describe('the history of a page', () => {
  beforeEach(async () => {
    database = await HistoryDatabase.open();
    await database.clear();
  });
  afterEach(() => {
    for (const history of histories.splice(0)) history.stop();
    database.close();
  });

  it('brings the traces of the load before into the list, before all others and with what they had', async () => {
    const before = new SpanStore();
    addTrace(before, {
      name: 'old',
      startTime: NOW,
      endTime: NOW + 5,
      attributes: { shop: 'a' },
      children: [{ name: 'sql' }],
    });
    const first = start(before);
    let kept = 0;
    while (kept === 0) kept = (await database.prune(ID, NOW)).length;
    first.stop();

    const store = new SpanStore();
    addTrace(store, { name: 'new', startTime: NOW - 1000, endTime: NOW });
    const opened = await openPanel(store);
    try {
      start(store).show();
      await until(() => store.traces.length === 2, 'it is there');
      await drawn();
      expect(names(inside(opened.panel, 'zonetrace-traces'))).to.deep.equal(['new', 'old']);
      const [old] = store.traces as [StoredTrace];
      expect(store.record(old.rootRow)?.attributes).to.deep.equal({ shop: 'a' });
      expect(old.rows.map((row) => store.record(store.parents[row] as number)?.name)).to.deep.equal([undefined, 'old']);
      expect(all(inside(opened.panel, 'zonetrace-traces'), '.source')[0]?.textContent).to.include(location.pathname);
    } finally {
      opened.close();
    }
  });

  it('keeps the last traces of a load within what a load may have', async () => {
    const keeper = new Keeper(database, ID);
    const each = LIMITS.loadSpans / 4;
    for (let i = 1; i <= 6; i++) await keeper.keep(snapshot(i, each));
    expect((await database.tracesOf(ID)).map(({ trace }) => trace)).to.deep.equal([6, 5, 4, 3]);
    await keeper.keep(snapshot(6, 2 * each));
    expect((await database.tracesOf(ID)).map(({ trace }) => trace)).to.deep.equal([6, 5, 4]);
    await keeper.keep(snapshot(7, 1, LIMITS.loadLength + 1));
    expect(await database.tracesOf(ID)).to.deep.equal([]);
    expect(keeper.load).to.deep.include({ spans: 0, length: 0 });
  });

  it('forgets whole loads beyond their number, their spans, their length and their age, never the own', async () => {
    const add = (id: string, load: object) =>
      database.put({ id, name: '/', started: NOW, spans: 1, length: 1, ...load }, { ...snapshot(1, 1), load: id }, []);
    const left = async () => (await database.prune(ID, NOW)).map(({ id }) => id).sort();
    await add(ID, { started: NOW - 2 * LIMITS.age });
    await add('young', {});
    await add('old', { started: NOW - LIMITS.age - 1 });
    expect(await left()).to.deep.equal([ID, 'young']);
    expect(await database.tracesOf('old')).to.deep.equal([]);
    await add('large', { started: NOW - 1, spans: LIMITS.spans });
    await add('long', { started: NOW - 1, length: LIMITS.length });
    expect(await left()).to.deep.equal([ID, 'young']);
    for (let i = 0; i < LIMITS.loads + 5; i++) await add(`n${i}`, { started: NOW - 10 - i });
    expect(await left()).to.have.length(LIMITS.loads + 1);
  });

  it('takes down a live trace by ids that are no one’s, while nobody has asked for its own', () => {
    const store = new SpanStore();
    const trace = store.beginTrace(NOW) as StoredTrace;
    let asked = 0;
    const live = (name: string) => {
      const span = record(name, { endTime: undefined });
      const { context } = span;
      return Object.defineProperties(span, {
        knownTraceId: { value: undefined, enumerable: true },
        context: {
          get() {
            asked++;
            return context;
          },
          enumerable: true,
        },
      });
    };
    const row = store.addSpan(trace, live('click'), -1, 'web');
    store.addSpan(trace, live('save'), row, 'web');
    asked = 0;
    const text = takeSnapshot(store, trace, ID).text;
    expect(asked).to.equal(0);
    const { spans } = JSON.parse(text).resourceSpans[0].scopeSpans[0];
    expect(spans[1].parentSpanId).to.equal(spans[0].spanId);
    expect(spans[0].traceId).to.match(new RegExp(`^${ID}[0-9a-f]{16}$`));
  });

  it('takes live traces from time to time and settled ones again when servers add to them', async () => {
    const store = new SpanStore();
    const taken: string[] = [];
    const feed = new TraceFeed(
      store,
      (fn) => fn(),
      (trace) => taken.push(`${trace.rows.length} ${trace.settled}`),
    );
    const { trace, records, rows } = addTrace(store, { name: 'click', endTime: undefined });
    await until(() => taken.length === 1, 'it is taken');
    const click = records['click'] as ReturnType<typeof record>;
    click.endTime = NOW;
    store.endSpan(rows['click'] as number, click);
    store.settleTrace(trace, 0);
    await until(() => taken.length === 2, 'it is taken again');
    store.addForeignSpan(record('sql', { context: { ...click.context, spanId: 'c'.repeat(16) } }), 'api');
    await until(() => taken.length === 3, 'it is taken with the spans of servers');
    feed.stop();
    expect(taken).to.deep.equal(['1 false', '1 true', '2 true']);
  });

  it('leaves out what comes too fast, and counts it', () => {
    const store = new SpanStore();
    const taken: number[] = [];
    const feed = new TraceFeed(
      store,
      (fn) => fn(),
      ({ id }) => taken.push(id),
    );
    for (let i = 0; i < LIMITS.waiting + 10; i++) addTrace(store, { name: 'poll' });
    feed.flush();
    feed.stop();
    expect(taken).to.have.length(LIMITS.waiting);
    expect(taken.at(-1)).to.equal(store.traces.at(-1)?.id);
    expect(feed.skipped).to.equal(10);
  });
});
