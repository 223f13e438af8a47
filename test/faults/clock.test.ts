import { expect } from 'chai';
import { type Span, startTracing, type Tracing, withSpan } from '../../src/index.js';
import { Collector, macrotask } from '../collect.js';
import { openFrame, runIn } from '../frame.js';
import { hurry, newReceiver, trace } from '../pipeline/receiver.js';
import { until } from '../until.js';

const HOUR = 3_600_000;

describe('faults: clocks', () => {
  const { now } = Date;
  let tracing: Tracing | undefined;
  let undo = () => {};

  /** The wall clock is set: from now on it differs by so many ms. */
  const setClock = (by: number): void => {
    Date.now = () => now() + by;
  };

  afterEach(async () => {
    Date.now = now;
    await tracing?.stop();
    tracing = undefined;
    undo();
    undo = () => {};
  });

  it('the times of a trace do not jump with the wall clock, forwards or backwards', async () => {
    const collector = new Collector();
    tracing = startTracing({ instrument: false, panel: false, processors: [collector] });
    await withSpan('root', async (root) => {
      for (const by of [5 * HOUR, -7 * HOUR, 0]) {
        setClock(by);
        await macrotask(5);
        withSpan('child', () => {});
      }
      root.addEvent('event');
    });
    const times = collector.started.map(({ startTime }) => startTime);
    expect(times).to.deep.equal([...times].sort((a, b) => a - b));
    const root = collector.named('root');
    expect(root.duration).to.be.within(0, HOUR / 60);
    for (const { duration, startTime } of collector.ended) {
      expect(duration).to.be.at.least(0);
      expect(startTime).to.be.at.least(root.startTime);
    }
  });

  it('a trace that begins after the clock was set has the new time', async () => {
    await macrotask(1100); // the wall clock is compared once a second
    setClock(5 * HOUR);
    const span = withSpan('late', (each: Span) => each);
    expect(span.startTime).to.be.within(Date.now() - HOUR / 60, Date.now() + 1000);
    Date.now = now;
    await macrotask(1100);
    withSpan('back', () => {});
  });

  it('spans that wait for a receiver are sent although the clock was set back by hours', async () => {
    undo = hurry();
    const receiver = await newReceiver('503', '503', 'ok');
    tracing = trace(receiver.url);
    withSpan('a', () => {});
    await tracing.flush();
    setClock(-5 * HOUR);
    await until(() => tracing?.stats.exported === 1, 'the span has been sent');
    expect((await receiver.read()).taken).to.have.length(1);
  });

  it('spans have durations of at least zero, in order, where performance.now() moves by 100 ms', async () => {
    const frame = await openFrame('/test/fixtures/faults/page.html?before=coarseClock');
    const page = frame.contentWindow as unknown as FaultPage;
    await until(() => page.zonetrace, 'the page has loaded zonetrace');
    const { zonetrace } = page;
    const collector = new Collector();
    const started = zonetrace.startTracing({ instrument: false, panel: false, processors: [collector] });
    await runIn(frame, async () => {
      const { zonetrace } = window as unknown as FaultPage;
      await zonetrace.withSpan('root', async () => {
        for (let i = 0; i < 20; i++) {
          zonetrace.withSpan('child', () => {});
          await new Promise((resolve) => setTimeout(resolve, 11));
        }
      });
    });
    await until(() => collector.named('root').trace.state === 'settled', 'the trace has settled');
    await started.stop();
    const times = collector.started.map(({ startTime }) => startTime);
    expect(times).to.deep.equal([...times].sort((a, b) => a - b));
    for (const { duration } of collector.ended) expect(duration).to.be.at.least(0);
    expect(collector.ended).to.have.length(21);
    expect(collector.named('root').duration).to.be.at.least(100);
    frame.remove();
  });
});

interface FaultPage {
  zonetrace: typeof import('../../src/index.js');
}
