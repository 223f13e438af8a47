import { expect } from 'chai';
import { SpanStore, STATUS_ERROR } from '../../src/store/span-store.js';
import type { SpanRecord } from '../../src/trace/types.js';

let ids = 0;

function record(values: Partial<SpanRecord> = {}, traceId = '1'.repeat(32)): SpanRecord {
  return {
    name: 'span',
    context: { traceId, spanId: (++ids).toString(16).padStart(16, '0'), traceFlags: 1, isRemote: false },
    parentSpanId: undefined,
    kind: 'INTERNAL',
    startTime: 100,
    endTime: 200,
    status: 'OK',
    statusMessage: undefined,
    attributes: {},
    events: [],
    links: [],
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
    ...values,
  };
}

describe('the store', () => {
  it('drops the oldest whole trace when it is full, and counts it', () => {
    const store = new SpanStore({ maxSpans: 10 });
    for (let i = 0; i < 5; i++) {
      const trace = store.beginTrace(i);
      if (!trace) throw new Error('paused');
      for (let j = 0; j < 4; j++) store.addSpan(trace, record({ name: `${i}.${j}` }), -1, 'page');
    }
    expect(store.size).to.be.at.most(10);
    expect(store.droppedSpans).to.equal(12);
    expect(store.traces.map(({ rows }) => rows.map((row) => store.record(row)?.name))).to.deep.equal([
      ['3.0', '3.1', '3.2', '3.3'],
      ['4.0', '4.1', '4.2', '4.3'],
    ]);
  });

  it('never drops the pinned trace, nor the one that grows', () => {
    const store = new SpanStore({ maxSpans: 4 });
    const [pinned, growing] = [store.beginTrace(0), store.beginTrace(1)];
    if (!pinned || !growing) throw new Error('paused');
    store.addSpan(pinned, record({ name: 'kept' }), -1, 'page');
    store.pin(pinned);
    for (let i = 0; i < 6; i++) store.addSpan(growing, record(), -1, 'page');
    expect(pinned.rows.map((row) => store.record(row)?.name)).to.deep.equal(['kept']);
    expect(store.size).to.be.at.most(4);
    expect(growing.rows.length + store.droppedSpans).to.equal(6);
  });

  it('keeps nothing more of a trace that was cleared', () => {
    const store = new SpanStore();
    const trace = store.beginTrace(0);
    if (!trace) throw new Error('paused');
    store.clear();
    expect(store.addSpan(trace, record(), -1, 'page')).to.equal(-1);
    expect([store.size, store.droppedSpans]).to.deep.equal([0, 1]);
  });

  it('leaves a row alone that has been given to another span', () => {
    const store = new SpanStore({ maxSpans: 1 });
    const first = store.beginTrace(0);
    const open = record({ endTime: undefined });
    if (!first) throw new Error('paused');
    const row = store.addSpan(first, open, -1, 'page');
    const second = store.beginTrace(1);
    if (!second) throw new Error('paused');
    const reused = store.addSpan(second, record({ name: 'second', endTime: undefined }), -1, 'page');
    expect(reused).to.equal(row);
    store.endSpan(row, { ...open, endTime: 300 });
    expect(store.endTimes[row]).to.be.NaN;
  });

  it('counts open spans and errors through their whole life', () => {
    const store = new SpanStore();
    const trace = store.beginTrace(0);
    if (!trace) throw new Error('paused');
    const failing = record({ endTime: undefined });
    const row = store.addSpan(trace, failing, -1, 'page');
    expect([store.openSpans, trace.openSpans]).to.deep.equal([1, 1]);
    Object.assign(failing, { endTime: 150, status: 'ERROR' });
    store.endSpan(row, failing);
    store.endSpan(row, failing);
    expect([store.openSpans, trace.openSpans, store.errors, trace.errors]).to.deep.equal([0, 0, 1, 1]);
    expect(store.statuses[row]).to.equal(STATUS_ERROR);
    store.clear();
    expect([store.size, store.openSpans, store.errors, store.traces.length]).to.deep.equal([0, 0, 0, 0]);
  });

  it('joins spans from elsewhere by trace id, children before parents too', () => {
    const store = new SpanStore();
    const parent = record({ name: 'parent' });
    const child = record({ name: 'child', parentSpanId: parent.context.spanId });
    const childRow = store.addForeignSpan(child, 'api');
    const parentRow = store.addForeignSpan(parent, 'page');
    store.addForeignSpan(record({ name: 'other' }, '2'.repeat(32)), 'api');
    expect(store.parents[childRow]).to.equal(parentRow);
    expect(store.traces).to.have.length(2);
    expect(store.traces[0]?.rootRow).to.equal(parentRow);
    expect(store.serviceOf(childRow)).to.equal('api');
  });

  it('goes on with the trace of an id, which is live again, and finds the parent by its id', () => {
    const store = new SpanStore();
    const page = record({ name: 'load' });
    const known = { ...page, knownTraceId: page.context.traceId };
    const other = record({ name: 'click' }, '2'.repeat(32));
    for (const each of [known, other]) {
      const trace = store.beginTrace(0);
      if (!trace) throw new Error('paused');
      store.addSpan(trace, each, -1, 'page');
      store.settleTrace(trace, 1);
    }
    const [joined] = store.traces;
    expect(store.beginTrace(5, page.context.traceId)).to.equal(joined);
    expect(store.beginTrace(5, page.context.traceId)).to.equal(joined);
    expect(store.traces).to.have.length(2);
    if (!joined) throw new Error('no trace');
    const row = store.addSpan(joined, record({ parentSpanId: page.context.spanId }), -1, 'page');
    expect(store.record(store.parents[row] as number)?.name).to.equal('load');
    store.settleTrace(joined, 2);
    expect(joined.settled).to.equal(false);
    store.settleTrace(joined, 0);
    expect([joined.settled, joined.droppedSpans, joined.rootRow]).to.deep.equal([true, 3, joined.rows[0]]);
  });

  it('does not draw the ids of traces that nobody has asked for', () => {
    const store = new SpanStore();
    const plain = {
      ...record(),
      knownTraceId: undefined,
      get context(): never {
        throw new Error('drawn');
      },
    };
    const trace = store.beginTrace(0);
    if (!trace) throw new Error('paused');
    store.addSpan(trace, plain, -1, 'page');
    const other = store.beginTrace(0, '1'.repeat(32));
    expect(store.traces).to.have.length(2);
    store.addSpan(other as typeof trace, record({ parentSpanId: '1'.repeat(16) }), -1, 'page');
    const next = store.beginTrace(0);
    if (!next) throw new Error('paused');
    store.addSpan(next, plain, -1, 'page');
    store.settleTrace(next, 0);
  });

  it('does not draw them for spans from elsewhere either, and joins what is asked for later', () => {
    const store = new SpanStore();
    let drawn: string | undefined;
    const add = (values: object) => {
      const trace = store.beginTrace(0);
      if (!trace) throw new Error('paused');
      const row = store.addSpan(
        trace,
        Object.defineProperties(record(), Object.getOwnPropertyDescriptors(values)),
        -1,
        'page',
      );
      return { trace, row };
    };
    const lazy = {
      get knownTraceId() {
        return drawn;
      },
      get context() {
        if (!drawn) throw new Error('drawn');
        return { ...record().context, traceId: drawn };
      },
    };
    const { trace } = add(lazy);
    store.addForeignSpan(record({}, '2'.repeat(32)), 'api');
    const later = add(lazy);
    store.addForeignSpan(record({}, '3'.repeat(32)), 'api');
    store.settleTrace(later.trace, 0);
    drawn = '4'.repeat(32);
    const row = store.addForeignSpan(record({}, drawn), 'api');
    expect([trace, later.trace]).to.include(store.traceOf(row));
    store.clear();
    expect(store.traceOf(store.addForeignSpan(record({}, drawn), 'api'))?.rows).to.have.length(1);
  });

  it('takes no new trace while paused, and tells its listeners of changes', () => {
    const store = new SpanStore();
    let told = 0;
    const stop = store.subscribe(() => told++);
    store.recording = false;
    expect(store.beginTrace(0)).to.equal(undefined);
    store.recording = true;
    const trace = store.beginTrace(0);
    if (!trace) throw new Error('paused');
    store.addSpan(trace, record(), -1, 'page');
    expect(told).to.be.greaterThan(0);
    stop();
    const before = told;
    store.clear();
    expect(told).to.equal(before);
  });

  it('keeps the traces of earlier loads before those of this one, and counts neither their errors nor what is open', () => {
    const store = new SpanStore({ maxSpans: 4 });
    const load = { kind: 'load', name: '/' } as const;
    const foreign = (digit: string, startTime: number, more = {}) =>
      store.addForeignSpan(record({ name: digit, startTime, ...more }, digit.repeat(32)), 'page', load);
    const names = () => store.traces.map(({ rows }) => store.record(rows[0] as number)?.name);
    const add = () => {
      const trace = store.beginTrace(50);
      if (trace) store.addSpan(trace, record({ name: 'own' }), -1, 'page');
    };
    add();
    foreign('5', 5, { status: 'ERROR' });
    foreign('7', 7, { endTime: undefined });
    foreign('6', 6);
    expect(names()).to.deep.equal(['5', '6', '7', 'own']);
    expect([store.errors, store.openSpans]).to.deep.equal([0, 0]);
    expect(store.traces[0]?.errors).to.equal(1);
    for (let i = 0; i < 3; i++) add();
    expect(names()).to.deep.equal(['own', 'own', 'own', 'own']);
    expect([store.errors, store.openSpans]).to.deep.equal([0, 0]);
  });
});
