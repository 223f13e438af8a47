import { expect } from 'chai';
import { MemoryExporter } from '../../src/exporters/memory.js';
import {
  endSpan,
  getCurrentSpan,
  type Span,
  startSpan,
  startTracing,
  type Tracing,
  withSpan,
} from '../../src/index.js';
import { EarlySpans } from '../../src/span-sink.js';
import { Collector, collectWarnings, macrotask } from '../collect.js';
import { until } from '../until.js';

describe('faults: many of everything', function () {
  this.timeout(60_000);
  let tracing: Tracing;
  afterEach(() => tracing.stop());

  it('1,000 spans within each other have their parents, by withSpan, by startSpan, and across awaits', async () => {
    const collector = new Collector();
    tracing = startTracing({ instrument: false, panel: false, processors: [collector] });
    const nest = (depth: number): void => {
      if (depth > 0) withSpan(`sync ${depth}`, () => nest(depth - 1));
    };
    nest(1000);
    const nestAsync = async (depth: number): Promise<void> => {
      if (depth === 0) return;
      await withSpan(`async ${depth}`, async (span) => {
        await null;
        await nestAsync(depth - 1);
        expect(getCurrentSpan()).to.equal(span);
      });
    };
    await nestAsync(1000);
    for (let i = 1000; i > 0; i--) startSpan(`start ${i}`);
    for (let i = 1; i < 1000; i++) expect(endSpan()?.name).to.equal(`start ${i + 1}`);
    expect(endSpan()).to.equal(undefined);
    expect(getCurrentSpan()).to.equal(undefined);
    expect(collector.ended).to.have.length(3000);
    for (const span of collector.started) {
      const [kind, depth] = span.name.split(' ');
      expect(span.parent?.name).to.equal(depth === '1000' ? undefined : `${kind} ${Number(depth) + 1}`);
    }
  });

  it('100,000 open spans stay within the bounds of trace and store, all others are counted, and all end', async () => {
    const collector = new Collector();
    const kept = new MemoryExporter();
    tracing = startTracing({ instrument: false, panel: false, processors: [collector], exporters: [kept] });
    tracing.store.clear();
    const { store } = tracing;
    const droppedBefore = store.droppedSpans;
    const open: Span[] = [];
    const COUNT = 100_000;
    // A hundred traces of a thousand.
    for (let i = 0; i < COUNT / 1000; i++) {
      withSpan('root', { root: true }, () => {
        for (let j = 0; j < 999; j++) open.push(startSpan('open', {}));
      });
    }
    expect(store.size + store.droppedSpans - droppedBefore).to.equal(COUNT);
    expect(store.size).to.be.at.most(store.maxSpans);
    for (const span of open) span.finish();
    await macrotask();
    expect(collector.ended).to.have.length(COUNT);
    expect(store.openSpans).to.equal(0);
    await tracing.flush();
    const { stats } = tracing;
    const dropped = Object.values(stats.dropped).reduce((sum, count) => sum + count, 0);
    expect(stats.recorded).to.equal(COUNT);
    expect(stats.exported + dropped + stats.queued).to.equal(COUNT);
    expect(stats.dropped.queueFull).to.be.greaterThan(0);
    await until(() => open[0]?.trace.state === 'settled', 'the traces have settled');
  });

  it('spans with attributes of a megabyte go, the oldest first, where they are too many to be kept', async () => {
    tracing = startTracing({ instrument: false, panel: false });
    const { store } = tracing;
    store.clear();
    const before = store.droppedSpans;
    const body = 'x'.repeat(1_000_000);
    for (let i = 0; i < 300; i++) withSpan(`large ${i}`, { root: true, attributes: { body } }, () => {});
    withSpan('last', { root: true }, () => {});
    expect(store.size + store.droppedSpans - before).to.equal(301);
    expect(store.size).to.be.within(97, 102);
    expect(store.record(store.traces.at(-1)?.rows[0] ?? -1)?.name).to.equal('last');
    expect(store.record(store.traces[0]?.rows[0] ?? -1)?.name).to.equal(`large ${store.droppedSpans - before}`);
  });

  it('spans with attributes of a megabyte that wait for an exporter go where they are too many, until it has answered', async () => {
    let answer = (): void => {};
    const exporter = { export: () => new Promise<void>((resolve) => (answer = resolve)), async shutdown() {} };
    tracing = startTracing({ instrument: false, panel: false, exporters: [exporter] });
    const body = 'x'.repeat(1_000_000);
    const make = (count: number): void => {
      for (let i = 0; i < count; i++) withSpan('large', { root: true, attributes: { body } }, () => {});
    };
    make(12);
    const flushed = tracing.flush();
    make(40);
    // Twenty million characters, of what waits and of what is under way.
    expect(tracing.stats).to.deep.include({ recorded: 52, queued: 19, dropped: { queueFull: 33 } });
    answer();
    await flushed;
    make(40);
    expect(tracing.stats).to.deep.include({ recorded: 92, exported: 12, queued: 19, dropped: { queueFull: 61 } });
    const last = tracing.flush();
    answer();
    await last;
  });

  it('spans with attributes of a megabyte before the start of tracing are counted where they are too many', async () => {
    tracing = startTracing({ instrument: false, panel: false });
    const body = 'x'.repeat(1_000_000);
    const spans = Array.from({ length: 60 }, (_, i) => startSpan(`large ${i}`, { root: true, attributes: { body } }));
    withSpan('child', { parent: spans[39] as Span }, () => {});
    const kept: string[] = [];
    const sink = { onStart: ({ name }: Span) => kept.push(name), onEnd() {}, onAmend() {}, onSettled() {} };
    for (const ends of [true, false]) {
      kept.length = 0;
      const early = new EarlySpans();
      for (const span of spans) {
        early.onStart(span);
        for (const child of span.trace.spans.slice(1)) early.onStart(child);
        if (ends) early.onEnd(span);
        else early.onSettled(span.trace);
      }
      expect(early.handTo(sink)).to.equal(61 - kept.length);
      expect(kept).to.deep.equal(spans.slice(0, 19).map(({ name }) => name));
    }
  });

  it('10,000 traces that stay open are settled by their age, and the timers of options beyond the platform hold', async () => {
    const warnings = await collectWarnings(async () => {
      tracing = startTracing({ instrument: false, panel: false, maxTraceDuration: 300, settleTimer: 1e300 });
      const traces = Array.from({ length: 10_000 }, (_, i) => {
        const span = startSpan(`open ${i}`, { root: true });
        return span.trace;
      });
      await until(() => traces.every(({ state }) => state === 'settled'), 'all have settled');
      expect(traces.every(({ rootSpan }) => rootSpan?.attributes['zonetrace.max_duration_exceeded'])).to.equal(true);
    });
    expect(warnings).to.deep.equal([]);
  });

  it('a trace without a longest duration is no busy timer', async () => {
    let timers = 0;
    tracing = startTracing({ instrument: false, panel: false, maxTraceDuration: Number.POSITIVE_INFINITY });
    const span = startSpan('open', { root: true });
    const { now } = performance;
    performance.now = () => {
      timers++;
      return now.call(performance);
    };
    await macrotask(200);
    performance.now = now;
    span.end();
    expect(timers).to.be.below(20);
    expect(span.trace.state).to.equal('live');
  });
});
