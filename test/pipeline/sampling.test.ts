import { expect } from 'chai';
import {
  MemoryExporter,
  type Sampler,
  startSpan,
  startTracing,
  type TailOptions,
  type Tracing,
  withSpan,
} from '../../src/index.js';
import { isSampled } from '../../src/pipeline/sampler.js';
import { TailSampler } from '../../src/pipeline/tail.js';
import { collectWarnings } from '../collect.js';

const remote = (traceFlags: number, traceState?: string) => ({
  traceId: 'a'.repeat(32),
  spanId: 'b'.repeat(16),
  traceFlags,
  isRemote: true,
  ...(traceState ? { traceState } : {}),
});

describe('sampling by parent and by session', () => {
  const context = {
    traceId: `${'0'.repeat(18)}8${'0'.repeat(13)}`,
    name: '',
    sessionId: 'f'.repeat(32),
    parent: undefined,
  };

  it('decides by what the parent has decided', () => {
    const sampler: Sampler = { root: 'never', parentSampled: 'never', parentNotSampled: 'always' };
    expect(isSampled(sampler, context)).to.equal(false);
    expect(isSampled(sampler, { ...context, parent: remote(1) })).to.equal(false);
    expect(isSampled(sampler, { ...context, parent: remote(0) })).to.equal(true);
    const usual: Sampler = { root: 'always' };
    expect([0, 1, 2, 3].map((flags) => isSampled(usual, { ...context, parent: remote(flags) }))).to.deep.equal([
      false,
      true,
      false,
      true,
    ]);
  });

  it('takes the explicit randomness of a trace whose id is not random', () => {
    const sampler: Sampler = { root: 'never', parentSampled: 0.5 };
    const of = (state?: string) =>
      isSampled(sampler, { ...context, traceId: '0'.repeat(32), parent: remote(1, state) });
    expect(of()).to.equal(false);
    expect(of('ot=th:8;rv:fffffffffffffe')).to.equal(true);
    expect(of('x=rv:fffffffffffffe')).to.equal(false);
    const ofLast = (state?: string) =>
      isSampled(sampler, { ...context, traceId: 'f'.repeat(32), parent: remote(1, state) });
    expect(ofLast()).to.equal(true);
    expect(ofLast('x=1, ot=rv:00000000000001')).to.equal(false);
    for (const state of ['x=1,ot=xrv:00000000000001', 'ot=rv:000000000000012', 'x=ot=rv:00000000000001']) {
      expect(ofLast(state), state).to.equal(true);
    }
  });

  it('answers the same for all traces of a session', async () => {
    const exported = async (share: number) => {
      const exporter = new MemoryExporter();
      const tracing = startTracing({
        sampler: { session: share },
        exporters: [exporter],
        instrument: false,
        panel: false,
      });
      const id = withSpan('first', ({ trace }) => trace.attributes['session.id'] as string);
      for (let i = 0; i < 20; i++) withSpan('more', () => {});
      await tracing.stop();
      return { id, count: exporter.spans.length };
    };
    const all = await exported(1);
    const none = await exported(0);
    const half = await exported(0.5);
    expect([all.count, none.count]).to.deep.equal([21, 0]);
    expect(half.count).to.be.oneOf([0, 21]);
    expect(half.id).to.equal(all.id);
  });

  it('names a sampler that is none', async () => {
    const warnings: string[] = [];
    for (const sampler of [{ session: 2 }, 'sometimes', 2]) {
      const said = await collectWarnings(() =>
        startTracing({ sampler: sampler as Sampler, instrument: false, panel: false }).stop(),
      );
      warnings.push(...said);
    }
    expect(warnings.map((text) => /^zonetrace: the option sampler is (\S+)/.exec(text)?.[1])).to.deep.equal([
      'an',
      '"sometimes"',
      '2',
    ]);
  });
});

describe('the tail option', () => {
  let exporter: MemoryExporter;
  let tracing: Tracing;
  const start = (tail: TailOptions) => {
    exporter = new MemoryExporter();
    tracing = startTracing({ sampler: 'never', tail, exporters: [exporter], instrument: false, panel: false });
  };
  const names = () => exporter.spans.map(({ name }) => name).sort();

  const work = (name: string, { fails = false, ms = 1 } = {}) => {
    const parent = startSpan(name, { root: true });
    const child = startSpan(`child of ${name}`, { parent });
    if (fails) child.recordException(new Error('no'));
    child.end();
    parent.end(undefined, parent.startTime + ms);
    return parent;
  };

  afterEach(() => tracing.stop());

  it('keeps whole traces that have an error, once they have settled, with their flags as they were', async () => {
    start({});
    const good = work('good');
    const bad = work('bad', { fails: true });
    await tracing.flush();
    expect(names(), 'before they have settled').to.deep.equal([]);
    await Promise.all([good.trace.settled, bad.trace.settled]);
    await tracing.flush();
    expect(names()).to.deep.equal(['bad', 'child of bad']);
    expect(exporter.spans[0]?.context.traceFlags).to.equal(0b10);
    expect(tracing.stats).to.deep.include({ recorded: 4, unsampled: 2, exported: 2, overRate: 0 });
  });

  it('keeps traces that were slow, and errors only where it is told to', async () => {
    start({ errors: false, slowerThan: 1000 });
    work('bad', { fails: true });
    work('slow', { ms: 1001 });
    work('quick', { ms: 999 });
    tracing.store.changed();
    await tracing.stop();
    expect(names()).to.deep.equal(['child of slow', 'slow']);
  });

  it('keeps no more than its rate, and counts the rest', async () => {
    start({ perMinute: 2 });
    for (let i = 0; i < 5; i++) work(`bad ${i}`, { fails: true });
    await tracing.stop();
    expect(names()).to.have.length(4);
    expect(tracing.stats).to.deep.include({ recorded: 10, unsampled: 6, exported: 4, overRate: 6 });
  });

  it('keeps what ends after its trace was kept', async () => {
    start({});
    const open = startSpan('open', { root: true });
    const child = startSpan('child', { parent: open });
    child.recordException(new Error('no')).end();
    await tracing.stop();
    expect(names()).to.deep.equal(['child']);
    start({});
    const late = startSpan('late', { root: true });
    startSpan('bad', { parent: late }).recordException(new Error('no')).end();
    const { tracer } = await import('../../src/tracer.js');
    tracer.settling.settleAll();
    late.end();
    await tracing.flush();
    expect(names()).to.deep.equal(['bad', 'late']);
  });
});

describe('the tail of a minute', () => {
  it('is over with it', () => {
    const tail = new TailSampler({ perMinute: 1 });
    const decide = () => {
      const span = startSpan('failed', { root: true });
      span.end('ERROR');
      return tail.decide(span.trace);
    };
    const { now } = performance;
    const begun = now.call(performance);
    let later = 0;
    performance.now = () => begun + later;
    try {
      expect([decide(), decide()]).to.deep.equal(['keep', 'overRate']);
      later = 59_000;
      expect(decide()).to.equal('overRate');
      later = 60_000;
      expect([decide(), decide()]).to.deep.equal(['keep', 'overRate']);
    } finally {
      performance.now = now;
    }
  });
});
