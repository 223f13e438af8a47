import { expect } from 'chai';
import { type Span, startSpan, startTracing, type Tracing, withSpan } from '../../src/index.js';
import { setPage } from '../../src/instrumentation/page.js';
import { Collector, macrotask, only } from '../collect.js';
import { skip } from '../skip.js';
import { until } from '../until.js';

function busy(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

const types = PerformanceObserver.supportedEntryTypes;

for (const [type, name] of [
  ['long-animation-frame', 'long frame'],
  ['longtask', 'long task'],
] as const) {
  describe(`a ${name}`, () => {
    const own = Object.getOwnPropertyDescriptor(PerformanceObserver, 'supportedEntryTypes');
    let collector: Collector;
    let tracing: Tracing;
    let page: Span;

    before(function () {
      if (!types.includes(type)) skip(this, 'the browser does not measure it');
    });

    beforeEach(async () => {
      await macrotask(100); // frames of before
      // As in a browser that has this type and not the other.
      Object.defineProperty(PerformanceObserver, 'supportedEntryTypes', { get: () => [type], configurable: true });
      page = withSpan('the page', { root: true }, (span) => span);
      setPage(page);
      collector = new Collector({ withMeasures: true });
      tracing = startTracing({ processors: [collector], panel: false, instrument: only('longFrame', 'interaction') });
      await macrotask(100);
    });

    afterEach(async () => {
      await tracing.stop();
      setPage(undefined);
      if (own) Object.defineProperty(PerformanceObserver, 'supportedEntryTypes', own);
    });

    /** The span below this one, of the newest frame that is as long as the tests make it: a busy machine makes others. */
    const below = (parent: Span): Promise<Span> =>
      until(() =>
        collector.started.findLast(
          (span) =>
            span.name === name && span.parentSpanId === parent.context.spanId && Number(span.duration ?? 0) >= 100,
        ),
      );

    /** A long frame of no traced work; what is done before it is long over. */
    const busyOutside = (before = () => {}): Promise<void> =>
      new Promise((resolve) => {
        const { port1, port2 } = new MessageChannel();
        port1.addEventListener('message', () => {
          busy(150);
          resolve();
        });
        port1.start();
        before();
        setTimeout(() => port2.postMessage(0), 100);
      });

    it('is below the span whose timer ran then', async () => {
      const waiting = startSpan('waiting', { root: true });
      let other: Span | undefined;
      await new Promise<void>((resolve) => {
        withSpan('busy later', { root: true }, (span) => {
          other = span;
          setTimeout(() => {
            busy(150);
            resolve();
          }, 20);
        });
      });
      const frame = await below(other as Span);
      waiting.end();
      expect(frame.startTime).to.be.at.least((other as Span).startTime);
      expect(frame.context.traceId).to.equal((other as Span).context.traceId);
    });

    it('is below the listener of the event, or the span that took its time', async () => {
      const button = document.createElement('button');
      button.textContent = 'Sort';
      document.body.append(button);
      button.addEventListener('click', function sort() {
        busy(120);
      });
      setTimeout(() => button.click());
      await below(await until(() => collector.started.find((span) => span.name === 'listener sort')));
      button.remove();
      const inner = await new Promise<Span>((resolve) => {
        withSpan('outer', { root: true }, () =>
          setTimeout(() => {
            busy(10);
            withSpan('compute', (span) => {
              busy(140);
              resolve(span);
            });
            withSpan('newer, and short', () => busy(6));
          }, 20),
        );
      });
      await below(inner);
    });

    it('is below the span that a request of the platform came back to', async () => {
      let root: Span | undefined;
      await withSpan('load', { root: true }, async (span) => {
        root = span;
        await fetch('/test-server/headers');
        busy(150);
        span.setAttribute('done', true);
      });
      await below(root as Span);
    });

    it('joins a trace that has settled by the time it is told', async () => {
      let span: Span | undefined;
      setTimeout(() => {
        withSpan('done', { root: true }, (it) => {
          span = it;
          busy(120);
        });
        tracing.store.changed();
      });
      const { trace } = await until(() => span);
      await trace.settled;
      const frame = await below(span as unknown as Span);
      const { traces } = tracing.store;
      const row = frame.row;
      const stored = tracing.store.traceOf(row);
      expect(stored).to.equal(tracing.store.traceOf((span as unknown as Span).row));
      expect(tracing.store.parents[row]).to.equal((span as unknown as Span).row);
      await until(() => stored?.settled);
      expect(traces.filter(({ openSpans }) => openSpans > 0)).to.deep.equal([]);
    });

    it('belongs to the page where no traced work ran', async () => {
      const waiting = startSpan('waits', { root: true });
      tracing.store.changed();
      await busyOutside(() => waiting.end());
      await below(page);
    });

    it('of no traced work is told two hundred times, and counted from then on', async () => {
      let entry: PerformanceEntry | undefined;
      const observer = new PerformanceObserver((list) => {
        entry = list.getEntries().at(-1);
      });
      observer.observe({ type });
      await busyOutside();
      await below(page);
      await until(() => entry);
      observer.disconnect();
      const seen = () =>
        collector.started.filter((span) => span.name === name && span.parentSpanId === page.context.spanId).length;
      const before = seen();
      const dropped = tracing.store.droppedSpans;
      const { takeRecords } = PerformanceObserver.prototype;
      // As if the browser had seen this one many times.
      PerformanceObserver.prototype.takeRecords = () => Array.from({ length: 250 }, () => entry as PerformanceEntry);
      dispatchEvent(new Event('visibilitychange'));
      PerformanceObserver.prototype.takeRecords = takeRecords;
      expect(seen()).to.equal(200);
      expect(tracing.store.droppedSpans - dropped).to.equal(250 + before - 200);
    });

    it('tells nothing after the end of tracing', async () => {
      await tracing.stop();
      collector.started.length = 0;
      await new Promise<void>((resolve) => {
        setTimeout(() => {
          busy(100);
          resolve();
        });
      });
      await macrotask(200);
      expect(collector.started).to.deep.equal([]);
    });

    if (type === 'longtask') return;

    it('has its scripts as children, with their invoker, place and time', async () => {
      await new Promise<void>((resolve) => {
        withSpan('caller', { root: true }, () => {
          requestAnimationFrame(() => {
            busy(120);
            document.body.append('x');
            document.body.getBoundingClientRect();
            resolve();
          });
        });
      });
      const frame = await below(collector.named('caller'));
      const isLong = ({ duration = 0 }: Span) => duration >= 100;
      const script = await until(() => collector.started.find((span) => span.parent === frame && isLong(span)));
      expect(script.name).to.match(/^script /);
      expect(script.attributes).to.include.keys(
        'code.function.name',
        'code.file.path',
        'long_frame.script.invoker',
        'long_frame.script.invoker_type',
        'long_frame.script.char_position',
        'long_frame.script.forced_style_and_layout_duration',
      );
      expect(script.attributes['long_frame.script.invoker_type']).to.equal('user-callback');
      expect(frame.attributes['long_frame.scripts']).to.be.at.least(1);
      expect(frame.attributes['long_frame.blocking_duration']).to.be.a('number');
    });
  });
}
