import { expect } from 'chai';
import {
  endSpan,
  generateSpanId,
  generateTraceId,
  getCurrentSpan,
  getCurrentTrace,
  type Span,
  startSpan,
  startTracing,
  type Tracing,
  traced,
  withSpan,
} from '../src/index.js';
import { SETTLE_QUIET } from '../src/trace/settling.js';
import { Collector, collectWarnings, macrotask } from './collect.js';

describe('the tracer', () => {
  let collector: Collector;
  let tracing: Tracing;

  beforeEach(() => {
    collector = new Collector();
    tracing = startTracing({ processors: [collector], instrument: false, panel: false });
  });

  afterEach(() => tracing.stop());

  describe('startSpan and endSpan', () => {
    it('make a span current, and its parent again afterwards', () => {
      const outer = startSpan('outer');
      expect(getCurrentSpan()).to.equal(outer);
      const inner = startSpan('inner');
      expect(inner.parent).to.equal(outer);
      expect(getCurrentSpan()).to.equal(inner);
      expect(endSpan()).to.equal(outer);
      expect(getCurrentSpan()).to.equal(outer);
      expect(endSpan()).to.equal(undefined);
      expect(getCurrentSpan()).to.equal(undefined);
      expect(inner.status).to.equal('OK');
    });

    it('keep the span across await, and end it there', async () => {
      const span = startSpan('work');
      await macrotask();
      expect(getCurrentSpan()).to.equal(span);
      await undefined;
      expect(getCurrentSpan()).to.equal(span);
      endSpan('ERROR');
      expect(getCurrentSpan()).to.equal(undefined);
      await macrotask();
      expect(getCurrentSpan()).to.equal(undefined);
      expect(span.status).to.equal('ERROR');
    });

    it('leave nothing current behind the task that forgot to end', async () => {
      const seen = await new Promise((resolve) => {
        setTimeout(() => {
          startSpan('forgotten');
          setTimeout(() => resolve(getCurrentSpan()?.name), 0);
        });
      });
      expect(seen).to.equal('forgotten');
      expect(getCurrentSpan()).to.equal(undefined);
      collector.named('forgotten').end();
    });

    it('say once that there is nothing to end', async () => {
      const warnings = await collectWarnings(() => {
        endSpan();
        endSpan();
      });
      expect(warnings).to.have.length(1);
      expect(warnings[0]).to.match(/^zonetrace: endSpan was called with no current span; /);
    });

    it('work with `using`', () => {
      let span: Span;
      {
        using inner = startSpan('block');
        span = inner;
        expect(getCurrentSpan()).to.equal(inner);
      }
      expect(span.endTime).to.be.a('number');
      expect(getCurrentSpan()).to.equal(undefined);
    });

    it('take an explicit parent, a remote one, and `root`', () => {
      const first = startSpan('first');
      startSpan('second');
      const third = startSpan('third', { parent: first });
      expect(third.parent).to.equal(first);
      const remote = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1, isRemote: true };
      const joined = startSpan('joined', { parent: remote });
      expect(joined.context.traceId).to.equal(remote.traceId);
      expect(joined.parentSpanId).to.equal(remote.spanId);
      const root = startSpan('root', { root: true });
      expect(root.parent).to.equal(undefined);
      expect(root.trace).not.to.equal(first.trace);
      for (const span of [root, joined, third, collector.named('second'), first]) span.end();
    });
  });

  describe('withSpan', () => {
    it('ends with the function, and returns what it returns', () => {
      const value = {};
      expect(
        withSpan('sync', (span) => {
          expect(getCurrentSpan()).to.equal(span);
          return value;
        }),
      ).to.equal(value);
      expect(collector.named('sync').status).to.equal('OK');
      expect(getCurrentSpan()).to.equal(undefined);
    });

    it('lets the very same exception through, recorded', () => {
      const error = new TypeError('broken');
      let caught: unknown;
      try {
        withSpan('throws', () => {
          throw error;
        });
      } catch (thrown) {
        caught = thrown;
      }
      expect(caught).to.equal(error);
      const span = collector.named('throws');
      expect(span.status).to.equal('ERROR');
      expect(span.statusMessage).to.equal('broken');
      expect(span.events[0]?.attributes['exception.type']).to.equal('TypeError');
      expect(span.events[0]?.attributes['exception.stacktrace']).to.contain('tracer.test');
    });

    it('ends when the promise settles, and returns that promise', async () => {
      const promise = macrotask(5).then(() => 7);
      const result = withSpan('async', () => promise);
      expect(result).to.equal(promise);
      expect(collector.named('async').recording).to.equal(true);
      expect(await result).to.equal(7);
      expect(collector.named('async').status).to.equal('OK');
    });

    it('gives concurrent functions a span each, before and after every await', async () => {
      const seen: string[] = [];
      const task = (name: string, ms: number) =>
        withSpan(name, async (span) => {
          seen.push(`${name} ${getCurrentSpan()?.name}`);
          await macrotask(ms);
          seen.push(`${name} ${getCurrentSpan()?.name}`);
          await Promise.all([macrotask(ms), Promise.resolve()]);
          expect(getCurrentSpan()).to.equal(span);
        });
      const main = await withSpan('main', async (span) => {
        await Promise.all([task('a', 3), task('b', 1), task('c', 2)]);
        expect(getCurrentSpan()).to.equal(span);
        return span;
      });
      expect(seen.sort()).to.deep.equal(['a a', 'a a', 'b b', 'b b', 'c c', 'c c']);
      for (const name of ['a', 'b', 'c']) expect(collector.named(name).parent).to.equal(main);
    });

    it('reports an unhandled rejection exactly once, and a handled one never', async () => {
      const reasons: unknown[] = [];
      const listen = (event: PromiseRejectionEvent) => {
        event.preventDefault();
        reasons.push(event.reason);
      };
      const original = window.onunhandledrejection;
      window.onunhandledrejection = null;
      window.addEventListener('unhandledrejection', listen);
      const fail = (name: string) => withSpan(name, async () => Promise.reject(name));
      // The same promise is the result of both spans.
      const failInTwo = (name: string) => withSpan('outer', () => fail(name));
      try {
        await failInTwo('handled in two spans').catch(() => {});
        failInTwo('handled by then, in two spans').then(undefined, () => {});
        const again = fail('handled, and then a result once more');
        again.catch(() => {});
        withSpan('later', () => again);
        failInTwo('unhandled in two spans');
        await fail('handled by await').catch(() => {});
        fail('handled by then').then(undefined, () => {});
        await Promise.allSettled([fail('handled by all')]);
        await (async () => fail('handled through return'))().catch(() => {});
        fail('unhandled');
        await macrotask(50);
      } finally {
        window.removeEventListener('unhandledrejection', listen);
        window.onunhandledrejection = original;
      }
      expect(reasons).to.have.members(['unhandled in two spans', 'unhandled']);
      expect(collector.named('handled by all').status).to.equal('ERROR');
    });

    it('says that it was given no function', async () => {
      const warnings = await collectWarnings(() => withSpan('nothing', 5 as never));
      expect(warnings).to.deep.equal([
        'zonetrace: withSpan("nothing") was given no function; give the work as its last argument',
      ]);
    });
  });

  describe('traced', () => {
    it('keeps this, arguments, result, name and length', () => {
      const handler = traced('handler', function named(this: { x: number }, a: number, b: number) {
        return [this.x, a, b, getCurrentSpan()?.name];
      });
      expect(handler.name).to.equal('named');
      expect(handler.length).to.equal(2);
      expect(handler.call({ x: 1 }, 2, 3)).to.deep.equal([1, 2, 3, 'handler']);
      expect(handler.call({ x: 1 }, 2, 3)).to.deep.equal([1, 2, 3, 'handler']);
      expect(collector.started).to.have.length(2);
    });

    it('gives back what is not a function, with a word', async () => {
      const warnings = await collectWarnings(() => expect(traced('x', 5 as never)).to.equal(5));
      expect(warnings[0]).to.match(/^zonetrace: traced\("x"\) was given something that is not a function/);
    });
  });

  describe('a span', () => {
    it('says once that it has ended, and keeps its end', async () => {
      const span = startSpan('ended');
      span.end();
      const { endTime } = span;
      const warnings = await collectWarnings(() => {
        span.end('ERROR');
        span.end();
      });
      expect(warnings).to.have.length(1);
      expect(span.endTime).to.equal(endTime);
      expect(span.status).to.equal('OK');
    });

    it('can be amended by a source after its end, and the store says so', async () => {
      const warnings = await collectWarnings(() => {
        const span = startSpan('ended', { attributes: { first: 1 } });
        span.end();
        const before = tracing.store.version;
        span.amend({ later: 2, first: 3 });
        expect(span.attributes).to.deep.equal({ first: 3, later: 2 });
        expect(tracing.store.version).to.be.above(before);
      });
      expect(warnings).to.deep.equal([]);
    });

    it('calls an exception without a name after its class', () => {
      class Odd extends Error {
        override name = '';
      }
      const span = startSpan('odd').recordException(new Odd('what'));
      span.end();
      expect(span.events[0]?.attributes).to.deep.include({ 'exception.type': 'Odd', 'exception.message': 'what' });
    });

    it('takes any attribute value without throwing', () => {
      const cycle: Record<string, unknown> = { big: 2n };
      cycle['self'] = cycle;
      const hostile = {
        get bad(): never {
          throw new Error('no');
        },
      };
      const revoked = Proxy.revocable({}, {});
      revoked.revoke();
      const button = document.createElement('button');
      button.id = 'save';
      const span = startSpan('values');
      span.setAttributes({
        text: 'a',
        number: Number.NaN,
        yes: true,
        list: [1, 2],
        mixed: [1, 'a', null],
        cycle,
        hostile,
        revoked: revoked.proxy,
        big: 12345678901234567890n,
        button,
        nothing: null,
        missing: undefined,
        symbol: Symbol('s'),
        date: new Date(0),
        deep: { a: { a: { a: { a: { a: { a: { a: 1 } } } } } } },
        wide: { list: Array.from({ length: 300 }, () => 0) },
        ['__proto__']: 'own',
      });
      span.end();
      const { attributes } = span;
      expect(attributes['text']).to.equal('a');
      expect(attributes['number']).to.be.NaN;
      expect(attributes['list']).to.deep.equal([1, 2]);
      expect(attributes['mixed']).to.deep.equal(['1', 'a', 'null']);
      expect(attributes['cycle']).to.equal('{"big":"2","self":"[cycle]"}');
      expect(attributes['hostile']).to.equal('{"bad":"[throws]"}');
      expect(attributes['revoked']).to.equal('[unreadable]');
      expect(attributes['big']).to.equal('12345678901234567890');
      expect(attributes['button']).to.equal('<button#save>');
      expect(attributes['date']).to.equal('"1970-01-01T00:00:00.000Z"');
      expect(attributes['deep']).to.equal('{"a":{"a":{"a":{"a":{"a":{"a":"[…]"}}}}}}');
      expect(JSON.parse(String(attributes['wide'])).list).to.have.length(200);
      expect(Object.getPrototypeOf(attributes)).to.equal(Object.prototype);
    });

    it('counts what is beyond its limits', async () => {
      await tracing.stop();
      const limits = { attributes: 2, events: 1, links: 0, attributesPerEvent: 2 };
      tracing = startTracing({ limits, instrument: false, panel: false });
      const span = startSpan('limited');
      span.setAttributes({ a: 1, b: 2, c: 3 }).setAttribute('a', 4);
      span.addEvent('one', { a: 1, b: 2, c: 3 }).addEvent('two').addLink(span.context);
      span.end();
      expect(span.attributes).to.deep.equal({ a: 4, b: 2 });
      expect(span.droppedAttributesCount).to.equal(1);
      expect(span.droppedEventsCount).to.equal(1);
      expect(span.droppedLinksCount).to.equal(1);
      expect(span.events[0]).to.deep.include({ attributes: { a: 1, b: 2 }, droppedAttributesCount: 1 });
    });

    it('has room again for an attribute where another one was taken back', async () => {
      await tracing.stop();
      const redact = (_: string, value: unknown) => (value === 'gone' ? undefined : (value as string));
      tracing = startTracing({ limits: { attributes: 1 }, redact, instrument: false, panel: false });
      const span = startSpan('redacted').setAttribute('a', 1).setAttribute('a', 'gone').setAttribute('b', 2);
      span.end();
      expect(span.attributes).to.deep.equal({ b: 2 });
      expect(span.droppedAttributesCount).to.equal(0);
    });

    it('has times on one clock, in ms since the epoch', async () => {
      const before = Date.now();
      const span = startSpan('timed');
      await macrotask(10);
      span.addEvent('middle');
      span.end();
      expect(span.startTime).to.be.within(before - 100, Date.now() + 100);
      const [event] = span.events;
      expect(event?.time).to.be.within(span.startTime, span.endTime ?? 0);
      expect(span.duration).to.equal((span.endTime ?? 0) - span.startTime);
    });

    it('has ids of the right form, which are not all the same', () => {
      const ids = new Set(Array.from({ length: 5000 }, () => generateSpanId()));
      expect(ids.size).to.equal(5000);
      for (const id of ids) expect(id).to.match(/^[0-9a-f]{16}$/);
      expect(generateTraceId()).to.match(/^[0-9a-f]{32}$/);
    });
  });

  describe('a trace', () => {
    it('settles when its spans and its timers are done', async () => {
      const span = startSpan('root');
      const { trace } = span;
      setTimeout(() => startSpan('late').end(), 80);
      span.end();
      expect(getCurrentTrace()).to.equal(undefined);
      const settled = await trace.settled;
      expect(settled).to.equal(trace);
      expect(trace.state).to.equal('settled');
      expect(trace.spans.map(({ name }) => name)).to.deep.equal(['root', 'late']);
    });

    it('is not made longer by what was only waited for', async () => {
      const span = startSpan('waits');
      const { trace } = span;
      const [idle, active] = [trace.hold(), trace.hold()];
      span.end();
      const { lastActivity } = trace;
      await macrotask(5);
      idle(false);
      expect(trace.lastActivity).to.equal(lastActivity);
      active();
      expect(trace.lastActivity).to.be.greaterThan(lastActivity);
    });

    it('settles as soon where a span was given an end that lies ahead', async () => {
      const begun = performance.now();
      const span = startSpan('ahead');
      span.end('OK', Date.now() + 20_000);
      await span.trace.settled;
      expect(performance.now() - begun).to.be.below(10_000);
    });

    it('is not held by an interval, and what that causes later is a new trace with a link', async () => {
      const root = startSpan('root');
      const later = new Promise<Span>((resolve) => {
        const id = setInterval(() => {
          if (root.trace.state === 'live') return;
          clearInterval(id);
          expect(getCurrentSpan()).to.equal(undefined);
          resolve(startSpan('tick'));
        }, 5);
      });
      root.end();
      const tick = await later;
      tick.end();
      expect(tick.trace).not.to.equal(root.trace);
      expect(tick.parent).to.equal(undefined);
      expect(tick.links[0]?.context).to.deep.equal(root.context);
    });

    it('is in the store for who reads it in the same job, and after the job for who is told', async () => {
      const { store } = tracing;
      store.clear();
      const told: number[] = [];
      const stop = store.subscribe(() => told.push(store.size));
      const open = startSpan('open');
      expect([store.size, store.openSpans, store.traces.length]).to.deep.equal([1, 1, 1]);
      open.end();
      expect([store.openSpans, store.size]).to.deep.equal([0, 1]);
      told.length = 0;
      for (let i = 0; i < 10; i++) withSpan('small', () => {});
      expect(told).to.deep.equal([]);
      await macrotask();
      expect(told.at(-1)).to.equal(11);
      // A job does not keep all of its spans waiting.
      for (let i = 0; i < 5000; i++) withSpan('many', () => {});
      expect(told.at(-1)).to.be.greaterThan(4000);
      stop();
    });

    it('goes on in the store where a span names the context of one that has settled', async () => {
      const root = startSpan('root');
      const { context } = root;
      root.end();
      await root.trace.settled;
      expect(root.parentIsRemote).to.equal(false);
      const later = startSpan('later', { parent: context });
      const child = startSpan('child');
      const { store } = tracing;
      expect(later.parentIsRemote).to.equal(false);
      expect(later.context.traceId).to.equal(context.traceId);
      const rows = store.traces.flatMap((trace) => trace.rows);
      const rowOf = (span: Span) => rows.find((row) => store.record(row) === span) as number;
      const stored = store.traceOf(rowOf(root));
      expect(store.traceOf(rowOf(later))).to.equal(stored);
      expect(store.traceOf(rowOf(child))).to.equal(stored);
      expect(store.parents[rowOf(later)]).to.equal(rowOf(root));
      expect(stored?.settled).to.equal(false);
      child.end();
      later.end();
      await later.trace.settled;
      expect(stored?.settled).to.equal(true);
      const remote = startSpan('remote', { parent: { ...context, spanId: '1'.repeat(16), isRemote: true } });
      expect(remote.parentIsRemote).to.equal(true);
      remote.end();
    });

    it('settles at its longest duration, with its root marked', async () => {
      await tracing.stop();
      tracing = startTracing({ maxTraceDuration: 60, instrument: false, panel: false });
      const root = startSpan('endless');
      await root.trace.settled;
      expect(root.attributes['zonetrace.max_duration_exceeded']).to.equal(true);
      root.end();
    });

    it('settles at its longest duration, too, when another came of age just after its work had ended', async () => {
      await tracing.stop();
      tracing = startTracing({ maxTraceDuration: 2 * SETTLE_QUIET, instrument: false, panel: false });
      const quiet = startSpan('quiet');
      quiet.end();
      const release = quiet.trace.hold();
      await macrotask(1.5 * SETTLE_QUIET);
      const endless = startSpan('endless');
      release(); // it is idle now, and will be of age before it has been so for long
      await quiet.trace.settled;
      await endless.trace.settled;
      expect(endless.attributes['zonetrace.max_duration_exceeded']).to.equal(true);
      endless.end();
    });

    it('keeps a bounded number of spans and counts the rest', async () => {
      await tracing.stop();
      tracing = startTracing({ limits: { spansPerTrace: 3 }, instrument: false, panel: false });
      const root = startSpan('root');
      for (let i = 0; i < 5; i++) withSpan(`child ${i}`, () => withSpan('grandchild', () => {}));
      root.end();
      expect(root.trace.spans).to.have.length(3);
      expect(root.trace.droppedSpansCount).to.equal(8);
    });
  });

  it('records before tracing is started', async () => {
    const { store } = tracing;
    await tracing.stop();
    const before = store.size;
    withSpan('early', () => {});
    expect(store.size).to.equal(before + 1);
  });

  it('passes each attribute through redact, and survives one that throws', async () => {
    await tracing.stop();
    tracing = startTracing({
      instrument: false,
      panel: false,
      redact: (key, value) => {
        if (key === 'bad') throw new Error('redact');
        return key === 'secret' ? undefined : key === 'card' ? '****' : value;
      },
    });
    const span = startSpan('private');
    await collectWarnings(() => span.setAttributes({ secret: 1, card: '4111', open: 2, bad: 3 }));
    span.end();
    expect(span.attributes).to.deep.equal({ card: '****', open: 2 });
  });
});
