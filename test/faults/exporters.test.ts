import { expect } from 'chai';
import {
  OtlpHttpExporter,
  type Span,
  type SpanExporter,
  startTracing,
  type Tracing,
  type TracingOptions,
  withSpan,
} from '../../src/index.js';
import { collectWarnings } from '../collect.js';
import { hurry, newReceiver } from '../pipeline/receiver.js';
import { until } from '../until.js';

const never = (): Promise<never> => new Promise(() => {});

/** An exporter that does as it should. */
class Good implements SpanExporter {
  readonly names: string[] = [];
  export(spans: readonly Span[]): void {
    for (const { name } of spans) this.names.push(name);
  }
  async shutdown(): Promise<void> {}
}

describe('faults: exporters', () => {
  let tracing: Tracing;
  let good: Good;
  let undo: () => void;

  beforeEach(() => {
    good = new Good();
    undo = hurry({ answer: 300 });
  });
  afterEach(async () => {
    await tracing.stop();
    undo();
  });

  /** Records three spans with a bad exporter beside a good one; what was said on the console. */
  const run = (bad: unknown, options: TracingOptions = {}): Promise<string[]> =>
    collectWarnings(async () => {
      tracing = startTracing({ instrument: false, panel: false, exporters: [bad as SpanExporter, good], ...options });
      for (const name of ['a', 'b', 'c']) withSpan(name, () => {});
      await tracing.flush();
    });

  const expectNormal = (): void => {
    expect(good.names).to.deep.equal(['a', 'b', 'c']);
  };

  it('one that throws or rejects has its spans counted as dropped, and the other gets them', async () => {
    for (const export_ of [
      () => {
        throw new Error('at once');
      },
      () => Promise.reject(new Error('later')),
      () => ({
        then: (_: unknown, reject: (error: unknown) => void) => {
          reject('twice');
          reject('twice');
          throw new Error('and thrown');
        },
      }),
    ]) {
      good = new Good();
      await run({ export: export_, shutdown: async () => {} });
      expectNormal();
      expect(tracing.stats.dropped).to.deep.equal({ failed: 3 });
      expect(tracing.stats.exported).to.equal(3);
      await tracing.stop();
    }
  });

  it('one that never answers holds neither flush nor stop, and is given no more while it hangs', async () => {
    let calls = 0;
    const hanging = {
      export: () => {
        calls++;
        return never();
      },
      shutdown: never,
    };
    await run(hanging);
    expectNormal();
    expect(tracing.stats.dropped).to.deep.equal({ failed: 3 });
    expect(calls).to.equal(1);
    await tracing.stop();
    expect(tracing.stats.queued).to.equal(0);
  });

  it('a processor that never answers holds neither flush nor stop', async () => {
    const hanging = { onStart() {}, onEnd() {}, forceFlush: never, shutdown: never };
    tracing = startTracing({ instrument: false, panel: false, processors: [hanging], exporters: [good] });
    withSpan('a', () => {});
    await tracing.flush();
    expect(good.names).to.deep.equal(['a']);
    await tracing.stop();
  });

  it('one that throws at its start or its end harms nobody else', async () => {
    const thrower = (): never => {
      throw new Error('no');
    };
    await run({ start: thrower, export: () => {}, shutdown: thrower });
    expectNormal();
    await tracing.stop();
  });

  it('one that lies about its counts, changes what it is given or ends it again changes no span', async () => {
    const liar = {
      start({ counts }: { counts: { add(count: string, by: number): void; drop(reason: string, by: number): void } }) {
        counts.add('exported', Number.NaN);
        counts.add('exported', -5);
        counts.add('__proto__', 7);
        counts.drop('constructor', 3);
        counts.drop('failed', Number.POSITIVE_INFINITY);
      },
      export(spans: Span[]) {
        for (const span of spans) {
          span.end('ERROR');
          span.setAttribute('changed', true).updateName('changed');
        }
        spans.length = 0;
      },
      shutdown: async () => {},
    };
    await run(liar);
    expectNormal();
    const { exported, dropped, queued } = tracing.stats.destinations[1] as (typeof tracing.stats.destinations)[0];
    expect({ exported, dropped, queued }).to.deep.equal({ exported: 3, dropped: {}, queued: 0 });
    for (const count of [tracing.stats.exported, tracing.stats.queued]) expect(Number.isFinite(count)).to.equal(true);
    expect(({} as Record<string, unknown>)['7']).to.equal(undefined);
  });

  it('what is no exporter is named and left out, and the others work', async () => {
    for (const bad of [null, undefined, 5, {}, { export: 'no' }, Object.create(null)]) {
      good = new Good();
      const warnings = await run(bad);
      expectNormal();
      await tracing.stop();
      expect(warnings.length).to.be.at.most(1);
    }
  });

  it('an OtlpHttpExporter whose options the platform would refuse says so once, and sends nothing', async () => {
    for (const options of [
      undefined,
      { url: '' },
      { url: 'http://' },
      { url: 'javascript:alert(1)' },
      { url: 'data:text/plain,x' },
      { url: '/x', headers: { 'not a name': 'x' } },
      { url: '/x', headers: { ok: 'new\nline' } },
    ]) {
      const warnings = await collectWarnings(() => {
        tracing = startTracing({
          instrument: false,
          panel: false,
          exporters: [new OtlpHttpExporter(options as never), good],
        });
        withSpan('a', () => {});
        return tracing.stop();
      });
      for (const warning of warnings) expect(warning).to.match(/^zonetrace: OtlpHttpExporter was given no valid url/);
      expect(tracing.stats.requests).to.equal(0);
    }
  });

  it('an OtlpHttpExporter with a timeout that is none uses the default', async () => {
    for (const timeout of [Number.POSITIVE_INFINITY, Number.NaN, -1, 0, 'soon']) {
      const receiver = await newReceiver('ok');
      await collectWarnings(() => {
        tracing = startTracing({
          instrument: false,
          panel: false,
          exporters: [new OtlpHttpExporter({ url: receiver.url, timeout: timeout as number })],
        });
      });
      withSpan('a', () => {});
      await tracing.flush();
      await until(() => tracing.stats.exported === 1, 'the span has been sent');
      await tracing.stop();
    }
  });
});
