import { context, createContextKey, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { expect } from 'chai';
import {
  getBaggage,
  getCurrentSpan,
  inject,
  startTracing,
  type Tracing,
  withBaggage,
  withSpan,
} from '../../src/index.js';
import { registerOpenTelemetry } from '../../src/opentelemetry.js';
import { Collector, macrotask } from '../collect.js';

/** What `suppressTracing` of `@opentelemetry/core` sets. */
const SUPPRESSED = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');
const KEY = createContextKey('key of a test');
const OTHER = createContextKey('another key of a test');

describe('contexts of OpenTelemetry', () => {
  let undo: () => void;
  let tracing: Tracing;
  let collector: Collector;

  beforeEach(() => {
    collector = new Collector();
    tracing = startTracing({ panel: false, instrument: false, processors: [collector] });
    undo = registerOpenTelemetry();
  });
  afterEach(async () => {
    undo();
    await tracing.stop();
  });

  const tracer = () => trace.getTracer('test');
  const value = () => context.active().getValue(KEY);

  it('are the root context where nothing was set', () => {
    expect(context.active()).to.equal(ROOT_CONTEXT);
    expect(trace.getActiveSpan()).to.equal(undefined);
  });

  it('are the very object inside `with`, which passes this, arguments, result and errors', () => {
    const own = ROOT_CONTEXT.setValue(KEY, 1);
    const self = {};
    const result = context.with(
      own,
      function (this: unknown, ...args: number[]) {
        return [this, args, context.active()];
      },
      self,
      1,
      2,
    );
    expect(result).to.deep.equal([self, [1, 2], own]);
    expect(result[2]).to.equal(own);
    const error = new Error('on purpose');
    const thrower = () => {
      throw error;
    };
    expect(() => context.with(own, thrower)).to.throw(error);
    expect(context.active()).to.equal(ROOT_CONTEXT);
  });

  it('follow native await, promises, timers and microtasks, each its own, where the zone manager of OpenTelemetry loses them', async () => {
    const work = (name: string): Promise<unknown[]> =>
      context.with(ROOT_CONTEXT.setValue(KEY, name), async () => {
        const seen = [value()];
        await Promise.resolve();
        seen.push(value());
        await undefined;
        seen.push(value());
        await macrotask(name === 'a' ? 5 : 1);
        seen.push(value());
        seen.push(await new Promise((resolve) => queueMicrotask(() => resolve(value()))));
        seen.push(await Promise.resolve().then(value));
        return seen;
      });
    const both = Promise.all([work('a'), work('b')]);
    expect(value()).to.equal(undefined);
    const [a, b] = await both;
    expect(a).to.deep.equal(Array(6).fill('a'));
    expect(b).to.deep.equal(Array(6).fill('b'));
    expect(value()).to.equal(undefined);
  });

  it('keep an active span across native await, and its children find it', async () => {
    await tracer().startActiveSpan('outer', async (outer) => {
      await macrotask();
      expect(trace.getActiveSpan()).to.equal(outer);
      await tracer().startActiveSpan('inner', async (inner) => {
        await undefined;
        expect(trace.getActiveSpan()).to.equal(inner);
        inner.end();
        expect(trace.getActiveSpan(), 'ended, and still the active one').to.equal(inner);
      });
      expect(trace.getActiveSpan()).to.equal(outer);
      outer.end();
    });
    expect(collector.named('inner').parent).to.equal(collector.named('outer'));
  });

  it('carry values of others into our spans and back, and our spans into theirs', async () => {
    await context.with(ROOT_CONTEXT.setValue(KEY, 'kept'), async () => {
      await withSpan('ours', async (ours) => {
        await macrotask();
        expect(value()).to.equal('kept');
        expect(trace.getActiveSpan()?.spanContext().spanId).to.equal(ours.context.spanId);
        expect(context.active(), 'asked twice').to.equal(context.active());
        await tracer().startActiveSpan('theirs', async (theirs) => {
          await macrotask();
          expect(value()).to.equal('kept');
          expect(getCurrentSpan()?.context.spanId).to.equal(theirs.spanContext().spanId);
          expect(getCurrentSpan()?.parent).to.equal(ours);
          withSpan('ours again', (again) => expect(again.parent?.name).to.equal('theirs'));
          theirs.end();
        });
        context.with(context.active().setValue(OTHER, 2), () => {
          expect([value(), context.active().getValue(OTHER)]).to.deep.equal(['kept', 2]);
          expect(getCurrentSpan()).to.equal(ours);
        });
        context.with(ROOT_CONTEXT, () => {
          expect(getCurrentSpan()).to.equal(undefined);
          expect(value()).to.equal(undefined);
          expect(context.active()).to.equal(ROOT_CONTEXT);
        });
        expect(getCurrentSpan()).to.equal(ours);
      });
    });
  });

  it('are one baggage on both sides', () => {
    withBaggage({ plan: { value: 'gold', metadata: 'ttl=1' } }, () => {
      const baggage = propagation.getActiveBaggage();
      expect(baggage?.getEntry('plan')?.value).to.equal('gold');
      expect(String(baggage?.getEntry('plan')?.metadata)).to.equal('ttl=1');
      const more = baggage?.setEntry('cart', { value: '5' }) ?? propagation.createBaggage();
      context.with(propagation.setBaggage(context.active(), more), () => {
        expect([...getBaggage().keys()]).to.deep.equal(['plan', 'cart']);
        expect(inject({})).to.deep.equal({ baggage: 'plan=gold;ttl=1,cart=5' });
        withBaggage({ plan: undefined }, () => {
          expect(propagation.getActiveBaggage()?.getAllEntries()).to.deep.equal([['cart', { value: '5' }]]);
        });
      });
    });
    expect(propagation.getActiveBaggage()).to.equal(undefined);
  });

  it('let our spans continue a foreign span that is active', async () => {
    const remote = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1, isRemote: true };
    const active = trace.setSpanContext(ROOT_CONTEXT, remote);
    await context.with(active, async () => {
      await macrotask();
      expect(context.active()).to.equal(active);
      expect(getCurrentSpan()).to.equal(undefined);
      expect(inject({})).to.deep.equal({ traceparent: `00-${remote.traceId}-${remote.spanId}-01` });
      withSpan('continues', (span) => {
        expect(span.trace.traceId).to.equal(remote.traceId);
        expect(span.parentSpanId).to.equal(remote.spanId);
        expect(span.parentIsRemote).to.equal(true);
      });
    });
  });

  it('have no more than two zones below each other after 20,000 rounds of polling, and their cancelling works', async () => {
    let deepest = 0;
    await new Promise<void>((resolve) => {
      let rounds = 0;
      const poll = (): void => {
        tracer().startActiveSpan('round', (span) => {
          context.with(context.active().setValue(KEY, rounds), () => {
            if (++rounds === 20_000) resolve();
            else if (rounds % 200 === 0) setTimeout(poll);
            else queueMicrotask(poll);
          });
          if (rounds % 1000 === 0) {
            let depth = 0;
            for (let zone: Zone | null = Zone.current; zone; zone = zone.parent) depth++;
            deepest = Math.max(deepest, depth);
            clearTimeout(setTimeout(() => {}, 1000));
          }
          span.end();
        });
      };
      poll();
    });
    expect(deepest).to.be.within(1, 2);
  });

  it('let go of spans whose trace has settled', async () => {
    let active = ROOT_CONTEXT;
    let span = trace.getSpan(active);
    tracer().startActiveSpan('short', (started) => {
      active = context.active();
      span = started;
      started.end();
    });
    await collector.named('short').trace.settled;
    expect(trace.getSpan(active)).to.equal(span);
    expect((span as unknown as { source: unknown }).source).to.equal(undefined);
    expect(span?.isRecording()).to.equal(false);
    expect(span?.spanContext().spanId).to.equal(collector.named('short').context.spanId);
    context.with(active, () => {
      expect(context.active()).to.equal(active);
      tracer().startActiveSpan('later', (later) => {
        expect(later.spanContext().traceId).not.to.equal(span?.spanContext().traceId);
        later.end();
      });
      withSpan('later by us', () => {});
    });
    for (const name of ['later', 'later by us']) {
      expect(collector.named(name).links.map(({ context: { spanId } }) => spanId)).to.deep.equal([
        span?.spanContext().spanId,
      ]);
    }
  });

  it('that are suppressed make no spans, and no spans of requests', async () => {
    undo();
    await tracing.stop();
    collector = new Collector();
    tracing = startTracing({ panel: false, instrument: { interaction: false }, processors: [collector] });
    undo = registerOpenTelemetry();
    await context.with(context.active().setValue(SUPPRESSED, true), async () => {
      await macrotask();
      const span = tracer().startSpan('none');
      expect(span.isRecording()).to.equal(false);
      expect(trace.isSpanContextValid(span.spanContext())).to.equal(false);
      span.end();
      const headers = (await (await fetch('/test-server/headers')).json()) as object;
      expect(headers).not.to.have.property('traceparent');
      const carrier = {};
      propagation.inject(context.active(), carrier);
      expect(carrier).to.deep.equal({});
    });
    const made = () => collector.started.filter(({ name }) => /^(none|GET .test-server.headers)$/.test(name)).length;
    expect(made()).to.equal(0);
    await fetch('/test-server/headers');
    expect(made()).to.equal(1);
  });

  describe('bind', () => {
    const own = ROOT_CONTEXT.setValue(KEY, 'bound');
    let target: EventTarget;
    let seen: unknown[];

    beforeEach(() => {
      seen = [];
      target = context.bind(own, new EventTarget());
    });
    const note = (): void => {
      seen.push(value());
    };

    it('a function: this, arguments, result, errors, name and length are its own', () => {
      function add(this: unknown, a: number, b: number): unknown[] {
        return [this, a + b, value()];
      }
      const bound = context.bind(own, add);
      const self = { bound };
      expect(self.bound(1, 2)).to.deep.equal([self, 3, 'bound']);
      expect([bound.name, bound.length]).to.deep.equal(['add', 2]);
      const error = new Error('on purpose');
      expect(() =>
        context.bind(own, () => {
          throw error;
        })(),
      ).to.throw(error);
    });

    it('a target answers the target; anything else is left alone', () => {
      const plain = new EventTarget();
      expect(context.bind(own, plain)).to.equal(plain);
      expect(context.bind(own, plain)).to.equal(plain);
      const object = { a: 1 };
      expect(context.bind(own, object)).to.equal(object);
      expect(context.bind(own, 5)).to.equal(5);
      expect(context.bind(own, null)).to.equal(null);
    });

    const options: [string, AddEventListenerOptions | boolean | undefined, number][] = [
      ['no options', undefined, 2],
      ['capture as a boolean', true, 2],
      ['capture', { capture: true }, 2],
      ['once', { once: true }, 1],
      ['passive', { passive: true }, 2],
    ];
    for (const [name, given, times] of options) {
      it(`a listener with ${name} runs in the context, added twice runs once, and is removed`, () => {
        target.addEventListener('ping', note, given);
        target.addEventListener('ping', note, given);
        target.dispatchEvent(new Event('ping'));
        target.dispatchEvent(new Event('ping'));
        expect(seen).to.deep.equal(Array(times).fill('bound'));
        target.addEventListener('ping', note, given);
        target.removeEventListener('ping', note, given);
        target.dispatchEvent(new Event('ping'));
        expect(seen).to.have.length(times);
      });
    }

    it('one listener for two types, and for both phases, is two listeners', () => {
      target.addEventListener('ping', note);
      target.addEventListener('pong', note);
      target.addEventListener('ping', note, true);
      target.dispatchEvent(new Event('ping'));
      target.dispatchEvent(new Event('pong'));
      expect(seen).to.deep.equal(['bound', 'bound', 'bound']);
      target.removeEventListener('ping', note, { capture: true });
      target.dispatchEvent(new Event('ping'));
      target.removeEventListener('ping', note);
      target.dispatchEvent(new Event('ping'));
      target.dispatchEvent(new Event('pong'));
      expect(seen).to.have.length(5);
    });

    it('an object with handleEvent, whose method may change', () => {
      const listener = {
        handleEvent(event: Event): void {
          seen.push([this === listener, event.type, value()]);
        },
      };
      target.addEventListener('ping', listener);
      target.dispatchEvent(new Event('ping'));
      listener.handleEvent = () => {
        seen.push('changed');
      };
      target.dispatchEvent(new Event('ping'));
      target.removeEventListener('ping', listener);
      target.dispatchEvent(new Event('ping'));
      expect(seen).to.deep.equal([[true, 'ping', 'bound'], 'changed']);
    });

    it('null is no listener, and what is none is refused by the platform alone', () => {
      const bare = new EventTarget();
      target.addEventListener('ping', null);
      target.removeEventListener('ping', null);
      target.dispatchEvent(new Event('ping'));
      const refusal = (on: EventTarget): unknown => {
        try {
          on.addEventListener('ping', 5 as never);
          return 'taken';
        } catch (error) {
          return (error as Error).name;
        }
      };
      expect(refusal(target)).to.equal(refusal(bare));
    });

    it('a signal removes the listener', () => {
      const controller = new AbortController();
      target.addEventListener('ping', note, { signal: controller.signal });
      target.dispatchEvent(new Event('ping'));
      controller.abort();
      target.dispatchEvent(new Event('ping'));
      expect(seen).to.deep.equal(['bound']);
    });

    it('a listener from before can be removed, and has no context', () => {
      const late = new EventTarget();
      late.addEventListener('ping', note);
      context.bind(own, late);
      late.dispatchEvent(new Event('ping'));
      late.removeEventListener('ping', note);
      late.dispatchEvent(new Event('ping'));
      expect(seen).to.deep.equal([undefined]);
    });

    it('the listener has its target as `this`, and the event', () => {
      target.addEventListener('ping', function (this: unknown, event) {
        seen.push(this === target, event.type);
      });
      target.dispatchEvent(new Event('ping'));
      expect(seen).to.deep.equal([true, 'ping']);
    });

    it('elements too, and what a listener awaits', async () => {
      const button = context.bind(own, document.createElement('button'));
      const done = new Promise<void>((resolve) => {
        button.addEventListener('click', async () => {
          await macrotask();
          note();
          resolve();
        });
      });
      button.click();
      await done;
      expect(seen).to.deep.equal(['bound']);
    });
  });
});
