import { expect } from 'chai';
import { generateTraceId, type Sampler, type Span, startTracing, withSpan } from '../../src/index.js';
import { isSampled } from '../../src/pipeline/sampler.js';
import { collectWarnings } from '../collect.js';

describe('the sampler', () => {
  const context = (traceId: string) => ({ traceId, name: '', sessionId: traceId, parent: undefined });
  const exported = async (sampler: Sampler, work: () => void): Promise<string[]> => {
    const names: string[] = [];
    const exporter = {
      export: (spans: readonly Span[]) => void names.push(...spans.map(({ name }) => name)),
      async shutdown() {},
    };
    const tracing = startTracing({ sampler, exporters: [exporter], instrument: false, panel: false });
    work();
    await tracing.stop();
    return names;
  };

  it('exports all, none, or what a function says, whole traces each', async () => {
    const work = () => ['a', 'b'].forEach((name) => void withSpan(name, () => withSpan(`child of ${name}`, () => {})));
    expect(await exported('always', work)).to.deep.equal(['child of a', 'a', 'child of b', 'b']);
    expect(await exported('never', work)).to.deep.equal([]);
    expect(await exported(({ name }) => name === 'b', work)).to.deep.equal(['child of b', 'b']);
  });

  it('says so in the flags, and shows what it leaves out in the store', async () => {
    const tracing = startTracing({ sampler: 0, instrument: false, panel: false });
    const before = tracing.store.size;
    const flags = withSpan('unsampled', ({ context }) => context.traceFlags);
    await tracing.stop();
    expect(flags).to.equal(0b10);
    expect(tracing.store.size).to.equal(before + 1);
  });

  it('keeps the decision of another process', async () => {
    const parent = (traceFlags: number) => ({
      traceId: 'a'.repeat(32),
      spanId: 'b'.repeat(16),
      traceFlags,
      isRemote: true,
    });
    const work = () => {
      withSpan('sampled there', { parent: parent(1) }, () => {});
      withSpan('not sampled there', { parent: parent(0) }, () => {});
    };
    expect(await exported('never', work)).to.deep.equal(['sampled there']);
    expect(await exported('always', work)).to.deep.equal(['sampled there']);
  });

  it('takes a share by the random digits of the id, the same ones for a larger share', () => {
    const ids = Array.from({ length: 4000 }, () => generateTraceId());
    const taken = (share: number) => ids.filter((traceId) => isSampled(share, context(traceId)));
    const [quarter, half] = [taken(0.25), taken(0.5)];
    expect(quarter.length / ids.length).to.be.within(0.2, 0.3);
    expect(quarter.every((id) => half.includes(id))).to.equal(true);
    expect([taken(0).length, taken(1).length]).to.deep.equal([0, ids.length]);
    expect(isSampled(0.5, context(`${'f'.repeat(18)}7${'f'.repeat(13)}`))).to.equal(false);
    expect(isSampled(0.5, context(`${'0'.repeat(18)}8${'0'.repeat(13)}`))).to.equal(true);
  });

  it('samples where its function throws, and says so', async () => {
    const broken = () => {
      throw new Error('no');
    };
    let names: string[] = [];
    const warnings = await collectWarnings(async () => {
      names = await exported(broken, () => withSpan('kept', () => {}));
    });
    expect(names).to.deep.equal(['kept']);
    expect(warnings[0]).to.match(/^zonetrace: the sampler option threw/);
  });
});
