import { expect } from 'chai';
import { generateSpanId, type Span, startSpan, startTracing, type Tracing, withSpan } from '../../src/index.js';
import { ZoneVariable } from '../../src/zone/index.js';
import { macrotask } from '../collect.js';
import { testConfig } from '../config.js';
import { openFrame, runIn } from '../frame.js';
import { skip } from '../skip.js';
import { collectGarbage, gc, survivors } from '../survivors.js';

const heapSize = () => (performance as { memory?: { usedJSHeapSize: number } }).memory?.usedJSHeapSize;

/** How many of the values are looked at: a WeakRef each. */
const SAMPLES = 100;

/** Waits until all traces have settled, and empties the store, which keeps the last spans on purpose. */
async function settled({ store }: Tracing): Promise<void> {
  while (store.traces.some((trace) => !trace.settled)) await macrotask(10);
  store.clear();
}

/** How many zones stand above the current one. */
function depth(): number {
  let count = 0;
  for (let zone = Zone.current.parent; zone; zone = zone.parent) count++;
  return count;
}

/** Ways in which a round of a polling loop goes on with the next; `rounds` says how many of the rounds the platform's clock allows. */
const loops: Record<string, { next: (round: () => void) => unknown; share?: number }> = {
  'a promise': { next: (round) => Promise.resolve().then(round) },
  await: {
    next: async (round) => {
      await Promise.resolve();
      round();
    },
  },
  'an await of undefined': {
    next: async (round) => {
      await undefined;
      round();
    },
  },
  'a microtask': { next: (round) => queueMicrotask(round) },
  'a message': {
    next: (round) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        port1.close();
        round();
      };
      port2.postMessage(0);
    },
    share: 0.2,
  },
  // Nested timers are clamped to 4 ms (https://html.spec.whatwg.org/multipage/timers-and-user-prompts.html#timers).
  'a timer': { next: (round) => setTimeout(round), share: 0.02 },
  'an animation frame': { next: (round) => requestAnimationFrame(round), share: 0.005 },
};

/** Runs `enter` around each round, the next one inside the continuation of the last. */
function poll(rounds: number, next: (round: () => void) => unknown, enter: (n: number, body: () => void) => unknown) {
  return new Promise<void>((resolve) => {
    let n = 0;
    const round = () => {
      if (n === rounds) resolve();
      else enter(n++, () => void next(round));
    };
    round();
  });
}

describe('a polling loop', function () {
  this.timeout(180_000);
  let rounds: number;

  before(async () => {
    rounds = (await testConfig()).memoryRounds;
  });

  for (const [name, { next, share = 1 }] of Object.entries(loops)) {
    it(`by ${name} stays flat, and lets go of its values`, async () => {
      const variable = new ZoneVariable<{ n: number }>();
      const refs: WeakRef<object>[] = [];
      const count = Math.ceil(rounds * share);
      let deepest = 0;
      await poll(count, next, (n, body) => {
        expect(variable.get()?.n).to.equal(n === 0 ? undefined : n - 1);
        const value = { n };
        if (count - n <= SAMPLES) refs.push(new WeakRef(value));
        variable.run(value, () => {
          deepest = Math.max(deepest, depth());
          body();
        });
      });
      expect(deepest).to.equal(1);
      if (gc) expect(await survivors(refs)).to.equal(0);
    });
  }

  it('stays flat in a zone of the page, which it enters again in each round', async () => {
    const variable = new ZoneVariable<number>();
    const zone = Zone.root.fork({ name: 'theirs' });
    let deepest = 0;
    await poll(
      rounds,
      (round) => Promise.resolve().then(round),
      (n, body) =>
        zone.run(() =>
          variable.run(n, () => {
            deepest = Math.max(deepest, depth());
            body();
          }),
        ),
    );
    expect(deepest).to.equal(2);
  });

  describe('of spans', () => {
    let tracing: Tracing;

    beforeEach(() => {
      tracing = startTracing({ instrument: false, panel: false });
    });

    afterEach(() => tracing.stop());

    for (const name of ['a promise', 'await', 'a timer']) {
      it(`by ${name} stays flat, and lets go of them once its trace has settled`, async () => {
        const { next, share = 1 } = loops[name] as (typeof loops)[string];
        const refs: WeakRef<Span>[] = [];
        let deepest = 0;
        await poll(Math.ceil(rounds * share), next, (n, body) =>
          withSpan('round', (span) => {
            if (n % Math.ceil((rounds * share) / SAMPLES) === 0) refs.push(new WeakRef(span));
            deepest = Math.max(deepest, depth());
            body();
          }),
        );
        expect(deepest).to.equal(1);
        if (!gc) return;
        await settled(tracing);
        expect(await survivors(refs)).to.equal(0);
      });
    }

    it('by startSpan stays flat', async () => {
      let deepest = 0;
      let span: Span | undefined;
      await poll(
        rounds,
        (round) => Promise.resolve().then(round),
        (_, body) => {
          span?.end();
          span = startSpan('round');
          deepest = Math.max(deepest, depth());
          body();
        },
      );
      span?.end();
      expect(deepest).to.equal(1);
    });
  });
});

describe('what outlives its cause', function () {
  this.timeout(60_000);

  /** Begins what can go on for ever in the current zone, and returns the end of it. Closes over nothing else. */
  function begin(): () => void {
    const listen = () => {};
    const interval = setInterval(listen, 60_000);
    addEventListener('zt-memory', listen);
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = listen;
    port1.addEventListener('message', listen);
    const observers = [new MutationObserver(listen), new ResizeObserver(listen), new IntersectionObserver(listen)];
    for (const observer of observers) observer.observe(document.body, { attributes: true } as object);
    const { signal } = new AbortController();
    signal.addEventListener('abort', listen);
    return () => {
      clearInterval(interval);
      removeEventListener('zt-memory', listen);
      port1.close();
      port2.close();
      for (const observer of observers) observer.disconnect();
      signal.removeEventListener('abort', listen);
    };
  }

  const runAll = (steps: (() => void)[]) => {
    for (const step of steps.splice(0)) step();
  };

  it('an interval, a listener, a port or an observer does not keep the spans of a trace that has settled', async function () {
    if (!gc) skip(this, 'only Chromium lets a test collect garbage');
    const tracing = startTracing({ instrument: false, panel: false });
    const refs: WeakRef<object>[] = [];
    const ends: (() => void)[] = [];
    const sample = (span: Span) => void refs.push(new WeakRef(span), new WeakRef(span.trace));
    const start = () =>
      withSpan('outer', (outer) => {
        sample(outer);
        return withSpan('inner', async (inner) => {
          sample(inner);
          ends.push(begin());
          await undefined;
          ends.push(begin());
        });
      });
    for (let i = 0; i < SAMPLES; i++) void start();
    expect(refs.every((ref) => ref.deref())).to.equal(true);
    await settled(tracing);
    expect(await survivors(refs)).to.equal(0);
    runAll(ends);
    await tracing.stop();
  });

  it('a listener of a DOM target does not keep the value in which it was registered', async function () {
    if (!gc) skip(this, 'only Chromium lets a test collect garbage');
    const variable = new ZoneVariable<object>();
    const refs: WeakRef<object>[] = [];
    const listeners: (() => void)[] = [];
    const register = () => {
      const value = {};
      refs.push(new WeakRef(value));
      const listen = () => {};
      listeners.push(listen);
      variable.run(value, () => addEventListener('zt-memory', listen));
    };
    for (let i = 0; i < SAMPLES; i++) register();
    expect(await survivors(refs)).to.equal(0);
    for (const listen of listeners) removeEventListener('zt-memory', listen);
  });

  it('an interval that is cleared, or a port that is closed, does not keep its value', async function () {
    if (!gc) skip(this, 'only Chromium lets a test collect garbage');
    const variable = new ZoneVariable<object>();
    const refs: WeakRef<object>[] = [];
    const undo: (() => void)[] = [];
    const register = () => {
      const value = {};
      refs.push(new WeakRef(value));
      variable.run(value, () => {
        const interval = setInterval(() => {}, 60_000);
        const timer = setTimeout(() => {}, 60_000);
        const { port1 } = new MessageChannel();
        port1.onmessage = () => {};
        undo.push(() => {
          clearInterval(interval);
          clearTimeout(timer);
          port1.close();
        });
      });
    };
    for (let i = 0; i < SAMPLES; i++) register();
    await collectGarbage();
    expect(refs.filter((ref) => ref.deref()).length, 'while it is there').to.equal(SAMPLES);
    runAll(undo);
    expect(await survivors(refs), 'afterwards').to.equal(0);
  });

  it('a stream without a callback for chunks does not keep the values of who wrote them', async function () {
    if (!gc) skip(this, 'only Chromium lets a test collect garbage');
    const variable = new ZoneVariable<object>();
    const refs: WeakRef<object>[] = [];
    const { readable, writable } = new TransformStream();
    void readable.pipeTo(new WritableStream());
    const writer = writable.getWriter();
    const write = () => {
      const value = {};
      refs.push(new WeakRef(value));
      return variable.run(value, () => writer.write(1));
    };
    for (let i = 0; i < SAMPLES; i++) await write();
    expect(await survivors(refs)).to.equal(0);
    await writer.close();
  });

  it('an await that never goes on, of a promise that is gone, does not keep its value', async function () {
    if (!gc) skip(this, 'only Chromium lets a test collect garbage');
    const variable = new ZoneVariable<object>();
    const refs: WeakRef<object>[] = [];
    const wait = () => {
      const value = {};
      refs.push(new WeakRef(value));
      variable.run(value, () => {
        void (async () => {
          await new Promise(() => {});
        })();
        void new Promise(() => {}).then(() => {});
      });
    };
    for (let i = 0; i < SAMPLES; i++) {
      wait();
      if (i % 10 === 0) await macrotask();
    }
    expect(await survivors(refs)).to.equal(0);
  });
});

/** Self-contained. Async functions that wait, until the returned function is called, which resolves when all have gone on. */
function startWaiting(count: number, inContext: boolean): () => Promise<number> {
  const scope = globalThis as typeof globalThis & { zone?: typeof import('../../src/zone/index.js') };
  const variable = scope.zone && new scope.zone.ZoneVariable<number>();
  const resolvers: (() => void)[] = [];
  let resumed = 0;
  const wait = async (): Promise<void> => {
    await new Promise<void>((resolve) => resolvers.push(resolve));
    resumed++;
  };
  for (let i = 0; i < count; i++) {
    if (inContext && variable) variable.run(i, () => void wait());
    else void wait();
  }
  return async () => {
    for (const resolve of resolvers.splice(0)) resolve();
    await new Promise((resolve) => setTimeout(resolve));
    return resumed;
  };
}

describe('pending awaits', function () {
  this.timeout(180_000);

  it('cost little beside the bare browser, and nothing once they have gone on', async function () {
    if (!gc || heapSize() === undefined) skip(this, 'only Chromium lets a test collect garbage');
    const { memoryRounds: count } = await testConfig();
    const [bare, zoned] = await Promise.all([
      openFrame('/test/fixtures/bare.html'),
      openFrame('/test/fixtures/zone.html'),
    ]);
    const used = async () => {
      await collectGarbage();
      return heapSize() as number;
    };
    const measure = async (frame: HTMLIFrameElement, inContext: boolean) => {
      const before = await used();
      const finish = runIn(frame, startWaiting, count, inContext);
      const pending = (await used()) - before;
      expect(await finish()).to.equal(count);
      return { pending, after: (await used()) - before };
    };
    await measure(zoned, true); // compiles, and grows tables
    await measure(bare, false);
    const rows: string[] = [];
    const after: number[] = [];
    const modes: [string, HTMLIFrameElement, boolean][] = [
      ['bare', bare, false],
      ['without a value', zoned, false],
      ['in a value each', zoned, true],
    ];
    for (const [mode, frame, inContext] of modes) {
      const result = await measure(frame, inContext);
      rows.push(`${mode} ${Math.round(result.pending / count)} bytes each`);
      after.push(result.after / result.pending);
    }
    console.log(`memory: ${count} pending awaits: ${rows.join(', ')}`);
    for (const share of after) expect(share).to.be.lessThan(0.1);
    bare.remove();
    zoned.remove();
  });
});

describe('the memory of ids', () => {
  it('is that of the id, whatever was drawn beside it', async function () {
    const used = heapSize;
    if (!gc || used() === undefined) skip(this, 'only Chromium lets a test collect garbage');
    const kept = new Array<string>(2000);
    await collectGarbage();
    const before = used() as number;
    for (let i = 0; i < kept.length; i++) {
      kept[i] = generateSpanId();
      // One call of the platform serves as many.
      for (let others = 1; others < 512; others++) generateSpanId();
    }
    await collectGarbage();
    expect(((used() as number) - before) / kept.length).to.be.lessThan(500);
    expect(new Set(kept).size).to.equal(kept.length);
  });
});
