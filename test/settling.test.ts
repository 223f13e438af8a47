import { expect } from 'chai';
import { SETTLE_QUIET, Settling } from '../src/trace/settling.js';
import { Trace, type TraceHost } from '../src/trace/trace.js';
import { DEFAULT_LIMITS } from '../src/trace/types.js';

const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Traces with no spans, which are ended and active by `touch`. */
function setUp() {
  const settled: Trace[] = [];
  let looks = 0;
  const settling = new Settling(
    (fn, ms) => {
      const timer = setTimeout(fn, ms);
      return () => clearTimeout(timer);
    },
    () => {},
  );
  const host: TraceHost = {
    limits: DEFAULT_LIMITS,
    redact: (_key, value) => value,
    spanEnded() {},
    spanAmended() {},
    traceIdle: (trace) => settling.idle(trace),
    traceSettled: (trace) => settled.push(trace),
  };
  const begin = (): Trace => {
    const trace = new Trace(host);
    Object.defineProperty(trace, 'isIdle', {
      get() {
        looks++;
        return Reflect.get(Trace.prototype, 'isIdle', trace);
      },
    });
    settling.watch(trace);
    touch(trace);
    return trace;
  };
  const touch = (trace: Trace): void => {
    trace.countHold(1);
    trace.countHold(-1);
  };
  return { settled, settling, begin, touch, looks: () => looks };
}

describe('traces that wait to settle', () => {
  it('are looked at when it is their turn, not each time that another one settles', async () => {
    const { settled, begin, looks } = setUp();
    for (let step = 0; step < 40; step++) {
      for (let i = 0; i < 25; i++) begin();
      await later(5);
    }
    await later(3 * SETTLE_QUIET);
    expect(settled).to.have.length(1000);
    // Three are those of its own activity; the next that is not over is looked at in each turn, too.
    expect(looks() / 1000).to.be.below(6);
  });

  it('settle in the order in which they became quiet', async () => {
    const { settled, begin, touch } = setUp();
    const [first, second, third] = [begin(), begin(), begin()];
    touch(first);
    // When they are looked at, this is now: however late a busy machine looks.
    first.lastActivity += 60_000;
    await later(4 * SETTLE_QUIET);
    expect(settled).to.deep.equal([second, third, first]);
  });

  it('are not held up by one that is active again and again', async () => {
    const { settled, begin, touch } = setUp();
    const busy = begin();
    const quiet = begin();
    const stop = setInterval(() => touch(busy), 10);
    await later(4 * SETTLE_QUIET);
    expect(settled).to.deep.equal([quiet]);
    clearInterval(stop);
    await later(3 * SETTLE_QUIET);
    expect(settled).to.deep.equal([quiet, busy]);
  });

  it('wait no longer for a span that was ended with a time that lies ahead', async () => {
    const { settled, begin } = setUp();
    const ahead = begin();
    ahead.lastActivity += 60_000;
    const next = begin();
    await later(4 * SETTLE_QUIET);
    expect(settled).to.have.members([ahead, next]);
  });

  it('settle all when the page goes, and none twice', async () => {
    const { settled, settling, begin } = setUp();
    const traces = [begin(), begin()];
    settling.settleAll();
    await later(2 * SETTLE_QUIET);
    expect(settled).to.deep.equal(traces);
  });
});
