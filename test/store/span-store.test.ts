import { expect } from 'chai';
import fc from 'fast-check';
import { MAX_SERVICES, SpanStore, STATUS_ERROR } from '../../src/store/span-store.js';
import type { ForeignTrace, StoredTrace } from '../../src/store/stored-trace.js';
import type { Attributes, SpanRecord } from '../../src/trace/types.js';

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

  it('takes a span of another process with values that none has, nested as deep as one likes', () => {
    const store = new SpanStore();
    let deep: unknown = 'x';
    for (let i = 0; i < 100_000; i++) deep = [deep];
    const attributes = { none: null, some: ['a', null, undefined, 1], deep, object: {} } as unknown as Attributes;
    const trace = store.beginTrace(1) as StoredTrace;
    store.addSpan(trace, record({ attributes, events: [{ name: 'e', time: 1, attributes }] }), -1, 'server');
    expect(store.size).to.equal(1);
    expect(trace.text).to.equal('span'.length + 'e'.length + 2 * (4 + 1 + 1));
  });

  it('drops the oldest whole traces where their texts are too long, whatever the number of spans', () => {
    const store = new SpanStore({ maxText: 10_000 });
    const nameless = (values: Partial<SpanRecord> = {}) => record({ name: '', ...values });
    const text = 'x'.repeat(1000);
    const long = (values: Partial<SpanRecord> = {}) => nameless({ attributes: { body: text }, ...values });
    const attributes = { lines: ['y'.repeat(400), 'z'.repeat(600)], ok: true };
    const ways: ((trace: StoredTrace) => void)[] = [
      (trace) => store.addSpan(trace, long(), -1, 'page'),
      (trace) => store.addSpan(trace, nameless({ events: [{ name: '', time: 1, attributes }] }), -1, 'page'),
      (trace) => {
        const open = { ...long(), endTime: undefined as number | undefined };
        const row = store.addSpan(trace, open, -1, 'page');
        open.endTime = 200;
        store.endSpan(row, open);
      },
      (trace) => {
        // Never ended.
        store.addSpan(trace, long({ endTime: undefined }), -1, 'page');
        for (let i = 0; i < 3; i++) store.settleTrace(trace, 0);
      },
      (trace) => store.addSpan(trace, record({ name: text }), -1, 'page'),
      (trace) => store.addSpan(trace, nameless({ statusMessage: text }), -1, 'page'),
      (trace) => store.addSpan(trace, nameless({ links: [{ context: record().context, attributes }] }), -1, 'page'),
      (trace) => store.addSpan(trace, nameless({ events: [{ name: text, time: 1, attributes: {} }] }), -1, 'page'),
      (trace) => {
        const amended = nameless();
        const row = store.addSpan(trace, amended, -1, 'page');
        store.amendSpan(row, Object.assign(amended, { attributes }));
      },
    ];
    for (let i = 0; i < 60; i++) ways[i % ways.length]?.(store.beginTrace(i) as StoredTrace);
    expect(store.size).to.be.within(10, 11);
    expect(store.droppedSpans).to.equal(60 - store.size);
    expect(store.traces.at(0)?.startTime).to.equal(store.droppedSpans);
    const growing = store.beginTrace(60) as StoredTrace;
    store.pin(store.traces.at(-2));
    for (let i = 0; i < 30; i++) store.addSpan(growing, long(), -1, 'page');
    expect(store.traces.map(({ startTime }) => startTime)).to.deep.equal([59, 60]);
    expect(growing.rows).to.have.length(10);
    expect(store.droppedSpans).to.equal(90 - store.size);
    store.clear();
    const next = store.beginTrace(61) as StoredTrace;
    for (let i = 0; i < 10; i++) expect(store.addSpan(next, long(), -1, 'page')).to.be.at.least(0);
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

  it('drops whole traces only, the oldest first, never the pinned one, and accounts for every span', () => {
    const action = fc.record({
      what: fc.constantFrom('begin', 'begin', 'add', 'add', 'add', 'pin', 'file'),
      which: fc.nat(20),
      spans: fc.integer({ min: 1, max: 6 }),
    });
    fc.assert(
      fc.property(fc.integer({ min: 5, max: 25 }), fc.array(action, { maxLength: 60 }), (maxSpans, actions) => {
        const store = new SpanStore({ maxSpans });
        /** By trace: the names of all spans that it took. */
        const taken = new Map<StoredTrace, string[]>();
        let pinned: StoredTrace | undefined;
        let [added, refused] = [0, 0];
        const live: StoredTrace[] = [];
        const add = (trace: StoredTrace) => {
          const name = `${trace.id}.${added++}`;
          const before = new Set(store.traces);
          if (store.addSpan(trace, record({ name }), -1, 'page') < 0) {
            refused++;
            return;
          }
          taken.get(trace)?.push(name);
          const gone = [...before].filter((each) => !store.traces.includes(each));
          const kept = store.traces.filter((each) => each !== pinned && each !== trace && each.rows.length > 0);
          for (const each of gone) {
            expect(each).to.not.equal(pinned);
            expect(each).to.not.equal(trace);
            for (const other of kept) expect(each.id).to.be.below(other.id);
          }
        };
        actions.forEach(({ what, which, spans }, i) => {
          const trace = live[which % Math.max(1, live.length)];
          if (what === 'begin') {
            const begun = store.beginTrace(i) as StoredTrace;
            live.push(begun);
            taken.set(begun, []);
            for (let n = 0; n < spans; n++) add(begun);
          } else if (what === 'file') {
            const names = Array.from({ length: spans }, () => `file.${added++}`);
            store.makeRoom(spans);
            const size = store.size;
            taken.set(store.addForeignTrace(foreign(names, i), { kind: 'file', name: 'f' }), names);
            expect(store.size).to.equal(size + spans);
          } else if (trace && what === 'pin' && !trace.gone) {
            pinned = trace;
            store.pin(trace);
          } else if (trace && what === 'add') add(trace);
        });
        expect(store.size).to.be.at.most(store.maxSpans);
        if (pinned) expect(store.traces).to.include(pinned);
        let held = 0;
        for (const [trace, names] of taken) {
          const rows = store.traces.includes(trace) ? trace.rows : [];
          held += rows.length;
          if (rows.length > 0) expect(rows.map((row) => store.record(row)?.name)).to.deep.equal(names);
          for (const row of rows) expect(store.traceOf(row)).to.equal(trace);
        }
        expect(store.size).to.equal(held);
        expect(added - refused).to.equal([...taken.values()].flat().length);
        expect(held + store.droppedSpans).to.equal(added);
      }),
      { numRuns: 300 },
    );
  });

  it('takes a whole trace of a file, whose records are asked for when they are read, and a span that comes to it later', () => {
    const store = new SpanStore();
    store.recording = false;
    store.addForeignTrace(foreign(['before', 'its child'], 10), { kind: 'file', name: 'f' });
    const trace = store.addForeignTrace(foreign(['root', 'child'], 50), { kind: 'file', name: 'f' });
    expect(trace.rows.map((row) => store.parents[row])).to.deep.equal([-1, trace.rows[0]]);
    expect([trace.settled, trace.startTime, trace.endTime, trace.rootRow]).to.deep.equal([true, 50, 51, trace.rows[0]]);
    expect(trace.rows.map((row) => store.record(row)?.name)).to.deep.equal(['root', 'child']);
    const { context } = store.record(trace.rows[1] as number) as SpanRecord;
    const row = store.addForeignSpan(
      record({ name: 'late', parentSpanId: context.spanId, startTime: 60, endTime: 70 }, context.traceId),
      'api',
      trace.source,
    );
    expect(store.traceWithId(context.traceId)).to.equal(trace);
    expect(store.record(row)?.name).to.equal('late');
    expect(store.parents[row]).to.equal(trace.rows[1]);
    store.clear();
    expect([store.size, store.record(row)]).to.deep.equal([0, undefined]);
  });

  it('loses nothing of a file while the page goes on as long as the page alone would lose nothing', () => {
    const store = new SpanStore({ maxSpans: 100 });
    const add = (count: number) => {
      for (let i = 0; i < count; i++) store.addForeignSpan(record({}, (++ids).toString(16).padStart(32, '0')), 'page');
    };
    add(90);
    const [oldest] = store.traces;
    store.makeRoom(1000);
    const names = Array.from({ length: 1000 }, (_, i) => `${i}`);
    const file = store.addForeignTrace(foreign(names, 50), { kind: 'file', name: 'f' });
    add(10);
    expect([store.size, store.droppedSpans]).to.deep.equal([1100, 0]);
    add(1);
    expect(store.traces.includes(file), 'the file').to.equal(true);
    expect(store.traces.includes(oldest as StoredTrace), 'the oldest of the page').to.equal(false);
    store.clear();
    expect(store.maxSpans).to.equal(100);
  });

  it('takes from a file what never ended, and has its times also where rows of others are free', () => {
    const store = new SpanStore({ maxSpans: 1024 });
    for (let i = 0; i <= 1024; i++) store.addForeignSpan(record({}, (++ids).toString(16).padStart(32, '0')), 'page');
    const free = 1024 - store.size;
    expect(free).to.be.greaterThan(10);
    store.makeRoom(free);
    const names = Array.from({ length: free }, (_, i) => `${i}`);
    const ends = (place: number): number => (place === 0 ? Number.NaN : 60);
    const trace = store.addForeignTrace(
      { ...foreign(names, 50), endOf: ends, statusOf: () => 'ERROR' },
      { kind: 'file', name: 'f' },
    );
    expect(trace.rows.map((row) => store.startTimes[row])).to.deep.equal(names.map(() => 50));
    expect(trace.rows.map((row) => store.endTimes[row])).to.deep.equal(names.map((_, i) => ends(i)));
    expect(trace.rows.map((row) => store.serviceOf(row))).to.deep.equal(names.map(() => 'service'));
    expect(trace).to.include({
      openSpans: 1,
      errors: free - 1,
      live: 0,
      settled: true,
      foreign: true,
      droppedSpans: 0,
    });
    const [traceId = ''] = trace.rows.map((row) => store.record(row)?.context.traceId);
    // By a comparison: to print what differs in two traces takes minutes.
    expect(store.traceWithId(traceId) === trace, 'it is found by its id').to.equal(true);
    expect([store.openSpans, store.errors]).to.deep.equal([0, 0]);
  });

  it('knows a bounded number of services by their names, and the others as one', () => {
    const store = new SpanStore();
    const rows = Array.from({ length: MAX_SERVICES + 5 }, (_, i) => store.addForeignSpan(record(), `service ${i}`));
    expect(store.services).to.have.length(MAX_SERVICES);
    const shown = rows.map((row) => store.serviceOf(row));
    expect(shown.slice(0, MAX_SERVICES - 1)).to.deep.equal(
      rows.slice(0, MAX_SERVICES - 1).map((_, i) => `service ${i}`),
    );
    expect(new Set(shown.slice(MAX_SERVICES - 1))).to.deep.equal(new Set(['other services']));
    expect(store.serviceOf(store.addForeignSpan(record(), 'service 7'))).to.equal('service 7');
  });
});

/** A trace of a file: the first span is the parent of all others. */
function foreign(names: readonly string[], time: number): ForeignTrace {
  const traceId = (++ids).toString(16).padStart(32, '0');
  const made = names.map((name) => record({ name, startTime: time, endTime: time + 1 }, traceId));
  return {
    traceId,
    size: names.length,
    parentOf: (place) => (place === 0 ? -1 : 0),
    startOf: () => time,
    endOf: () => time + 1,
    statusOf: () => 'OK',
    serviceOf: () => 'service',
    recordOf: (place) => made[place] as SpanRecord,
  };
}
