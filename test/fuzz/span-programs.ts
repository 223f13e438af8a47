import { endSpan, getCurrentSpan, type Span, startSpan, traced, withSpan } from '../../src/index.js';
import { Snapshot } from '../../src/zone/index.js';
import { type Program, SLOTS, type Step } from './span-steps.js';
import { OTHERS, type OtherName, PROMISES, type PromiseName } from './ways-to-wait.js';

export interface SpanTally {
  steps: number;
  spans: number;
  /** A span that was not seen any more behind awaits that cannot be hooked. */
  lost: number;
  /** What was seen and what should have been, of the first steps that differ. */
  wrong: string[];
}

/** What the code that runs has, by the rules of the README. */
interface State {
  readonly span: Span | undefined;
  /** The zone of the page's own that it runs in. */
  readonly part: number | undefined;
  /** Jobs since the last one that could be hooked: docs/conformance.md names how many keep the span. */
  readonly hops: number;
  /** The running code may use `startSpan`; docs/conformance.md names where its end would not be seen. */
  readonly begins: boolean;
}

const NOTHING: State = { span: undefined, part: undefined, hops: 0, begins: true };

/** Fewer than the timeline replays. */
const MOST_HOPS = 10;
const HOPS_OF_THENABLE = 3;

/**
 * The model. One variable serves, as every piece of code that runs sets it first to what it has carried explicitly: through
 * its own closure across `await`, and into callbacks.
 */
let state = NOTHING;

const unhooked = ({ span, part, hops }: State, more: number): State => ({
  span,
  part,
  hops: hops + more,
  begins: false,
});
/** A synchronous scope, which has an end of its own. */
const inside = (outer: State, changes: Partial<State>): State => ({ ...outer, begins: true, ...changes });

/** A settled trace has no current span any more. */
const visible = (span: Span | undefined): Span | undefined => (span?.trace.state === 'settled' ? undefined : span);

/** Thrown by programs; nothing else may be. */
class Planned extends Error {}

class Sub<T> extends Promise<T> {}

const LATER: Record<(Step & { kind: 'later' })['by'], (callback: () => void) => void> = {
  timer: (callback) => void setTimeout(callback),
  interval: (callback) => {
    const id = setInterval(() => {
      clearInterval(id);
      callback();
    });
  },
  frame: (callback) => void (document.hidden ? setTimeout(callback) : requestAnimationFrame(callback)),
  idle: (callback) =>
    void ('requestIdleCallback' in globalThis ? requestIdleCallback(callback, { timeout: 1 }) : setTimeout(callback)),
  postTask: (callback) => void (globalThis.scheduler ? scheduler.postTask(callback) : setTimeout(callback)),
  port: (callback) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      callback();
    };
    port2.postMessage(0);
  },
  microtask: (callback) => queueMicrotask(callback),
  then: (callback) => void Promise.resolve().then(callback),
  catch: (callback) => void Promise.reject(1).catch(callback),
  finally: (callback) => void Promise.resolve().finally(callback),
  thenOfSubclass: (callback) => void Sub.resolve().then(callback),
};

const COMBINE: Record<(Step & { kind: 'parallel' })['by'], (parts: Promise<void>[]) => Promise<unknown>> = {
  all: (parts) => Promise.all(parts),
  allSettled: (parts) => Promise.allSettled(parts),
  race: (parts) => Promise.race(parts),
  any: (parts) => Promise.any(parts),
};

const waitFor = (way: PromiseName | OtherName): unknown =>
  way in PROMISES ? PROMISES[way as PromiseName]() : OTHERS[way as OtherName]();

/** Each is made when it is asked for, so that none is rejected that nobody waits for. */
function* values(ways: (PromiseName | OtherName)[]): Generator<unknown> {
  for (const way of ways) yield waitFor(way);
}

/** Makes what waits for the slot go on, if nobody else does. */
function deferred(): { promise: () => Promise<void>; resolve: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return {
    promise() {
      setTimeout(resolve, 2);
      return promise;
    },
    resolve,
  };
}

/** Runs a program and resolves when all that it started is done. */
export function runSpanProgram({ steps, plain }: Program, tally: SpanTally): Promise<void> {
  const shared = Array.from({ length: SLOTS }, deferred);
  const targets = Array.from({ length: SLOTS }, () => new EventTarget());
  const controllers = Array.from({ length: SLOTS }, () => new AbortController());
  const bound: ((() => void) | undefined)[] = [];
  const zones: Zone[] = [];
  const kept: (Span | undefined)[] = [];
  let running = 0;
  let finish = () => {};

  /** Behind an await of a promise of the engine. */
  const hooked = ({ span, part }: State): State => ({ span, part, hops: 0, begins: !plain });

  const fail = (text: string): void => {
    if (tally.wrong.length < 5) tally.wrong.push(text);
  };

  const expectPlanned = (error: unknown): void => {
    if (!(error instanceof Planned || error === 1 || error instanceof AggregateError)) fail(String(error));
  };

  const check = (where: string): void => {
    tally.steps++;
    const [span, part] = [getCurrentSpan(), Zone.current.get('part')];
    const expected = visible(state.span);
    if (span === expected && part === state.part) return;
    if (state.hops > 0 && span === undefined && part === undefined) {
      tally.lost++;
      state = { ...state, span, part };
    } else fail(`${where}: ${span?.name} in ${part} instead of ${expected?.name} in ${state.part}`);
  };

  /** A span has begun: its parent is the current one, or the one that was given. */
  const begun = (span: Span, parent: Span | undefined, where: string): void => {
    tally.spans++;
    const expected = visible(parent);
    if (span.parent !== expected) fail(`${where}: parent ${span.parent?.name} instead of ${expected?.name}`);
  };

  const started = (): void => {
    running++;
  };

  const done = (): void => {
    if (--running === 0) finish();
  };

  /** A callback that is run once, in what is current now. */
  const later = ({ by, body }: Step & { kind: 'later' }): (() => void) => {
    const carried: State = { ...state, hops: 0, begins: true };
    started();
    return () => {
      state = carried;
      if (by === 'idle' || by === 'postTask') {
        // Zone.js does not know these two: they carry a span, no zone of the page's, and without a span nothing of ours.
        state = { ...carried, part: Zone.current.get('part'), begins: carried.span !== undefined || !plain };
      }
      void run(body).catch(expectPlanned);
      done();
    };
  };

  /** Calls something that runs its function at once, in a scope that is over behind it. */
  const scope = <R>(call: () => R): R => {
    const before = state;
    try {
      return call();
    } finally {
      state = before;
      check('behind');
    }
  };

  const enter = (span: Span, parent: Span | undefined): void => {
    begun(span, parent, 'scope');
    state = inside(state, { span });
    check('inside');
  };

  const runScope = ({ by, slot, body }: Step & { kind: 'scope' }): Promise<void> | undefined => {
    const { span: parent } = state;
    const work = (span: Span): Promise<void> => {
      enter(span, parent);
      return run(body);
    };
    const start = (span: Span): void => void work(span).catch(expectPlanned);
    switch (by) {
      case 'withSpan':
        return withSpan('with', work);
      case 'traced':
        return traced('traced', () => work(getCurrentSpan() as Span))();
      case 'root':
        return withSpan('root', { root: true }, (span) => {
          enter(span, undefined);
          return run(body);
        });
      case 'adopted': {
        const given = kept[slot];
        return withSpan('adopted', given ? { parent: given } : {}, (span) => {
          enter(span, given ?? parent);
          return run(body);
        });
      }
      case 'forgetful':
        withSpan('forgetful', start);
        return undefined;
      case 'throwing':
        try {
          withSpan('throwing', (span) => {
            start(span);
            throw new Planned();
          });
        } catch (error) {
          expectPlanned(error);
        }
        return undefined;
      case 'zone': {
        zones[slot] ??= Zone.current.fork({ name: 'part', properties: { part: slot } });
        return zones[slot].run(() => {
          state = inside(state, { part: slot });
          check('in zone');
          return run(body);
        });
      }
    }
  };

  const listen = (target: EventTarget, type: string, body: Step[], isAnswer: boolean): void => {
    const registered = state;
    target.addEventListener(
      type,
      () => {
        const dispatcher = state;
        // What answers an operation runs where it was registered, unless it is dispatched by code in a span.
        const { span } = isAnswer && !dispatcher.span ? registered : dispatcher;
        state = inside(dispatcher, { span, part: registered.part });
        check(type);
        void run(body).catch(expectPlanned);
        state = dispatcher;
      },
      { once: true },
    );
  };

  const begin = (given?: Span): Span | undefined => {
    if (!state.begins) return undefined;
    const parent = given ?? state.span;
    const span = startSpan('start', given ? { parent: given } : undefined);
    begun(span, parent, 'startSpan');
    state = { ...state, span };
    return span;
  };

  const end = (span: Span | undefined, by: (span: Span) => void): void => {
    if (!span?.recording || span.trace.state === 'settled' || !state.begins) return;
    const isCurrent = state.span === span;
    by(span);
    if (isCurrent) state = { ...state, span: span.parent };
    check('ended');
  };

  async function useSpan(body: Step[]): Promise<void> {
    const parent = state.span;
    using span = startSpan('using');
    begun(span, parent, 'using');
    state = { ...state, span };
    check('using');
    const inner = run(body).catch(expectPlanned);
    const carried = state;
    await inner;
    state = hooked(carried);
    check('using, later');
    // The block ends the span: as the model has it, now.
    end(span, () => span.end());
  }

  /** A generator runs in what the caller of `next` has, until its first `await`. */
  async function* generate(bodies: Step[][], control: { returned?: State }): AsyncGenerator<void> {
    started();
    try {
      for (const body of bodies) {
        check('generator');
        const inner = run(body);
        const carried = state;
        try {
          await inner;
        } finally {
          state = hooked(carried);
          check('generator, later');
        }
        yield;
      }
    } finally {
      // A `return` from outside is awaited first, as a plain value.
      if (control.returned) state = unhooked(control.returned, 1);
      if (plain || !control.returned) check('generator, at its end');
      done();
    }
  }

  async function consume({ bodies, body, rounds }: Step & { kind: 'generator' }): Promise<void> {
    const control: { returned?: State } = {};
    const source = generate(bodies, control);
    let carried = state;
    const iterator: AsyncIterator<void> = {
      next() {
        const result = source.next();
        carried = state;
        return result;
      },
      return() {
        control.returned = state;
        const result = source.return(undefined);
        carried = state;
        return result;
      },
    };
    let left = rounds;
    try {
      for await (const _ of { [Symbol.asyncIterator]: () => iterator }) {
        state = hooked(carried);
        check('for await');
        const inner = run(body).catch(expectPlanned);
        const before = state;
        await inner;
        if (plain) await undefined;
        state = plain ? unhooked(before, 1) : hooked(before);
        check('for await, later');
        if (--left === 0) break;
      }
    } catch (error) {
      expectPlanned(error);
    }
    state = hooked(carried);
    check('behind for await');
  }

  async function iterate({ of, body }: Step & { kind: 'iterate' }): Promise<void> {
    let carried = state;
    try {
      for await (const _ of values(plain ? of : of.filter((way) => way in PROMISES))) {
        state = hooked(carried);
        check('for await of values');
        const inner = run(body).catch(expectPlanned);
        carried = state;
        await inner;
        state = hooked(carried);
        carried = state;
      }
    } catch (error) {
      expectPlanned(error);
    }
    state = hooked(carried);
    check('behind for await of values');
  }

  async function run(body: Step[]): Promise<void> {
    started();
    let own: Span | undefined;
    try {
      for (const step of body) {
        check(step.kind);
        /** What the step waits for, and over how many jobs that cannot be hooked. */
        let waited: { value: unknown; hops: number } | undefined;
        const wait = (value: unknown, hops = 0): void => {
          waited = { value, hops };
        };
        switch (step.kind) {
          case 'await': {
            const hops = step.of === 'undefined' || step.of === 'number' ? 1 : HOPS_OF_THENABLE;
            if (step.of in PROMISES) wait(waitFor(step.of));
            else if (plain && state.hops < MOST_HOPS) wait(waitFor(step.of), hops);
            break;
          }
          case 'later':
            LATER[step.by](later(step));
            break;
          case 'scope': {
            const result = scope(() => runScope(step));
            if (!result) break;
            if (step.awaited) wait(result);
            else result.catch(expectPlanned);
            break;
          }
          case 'call':
            wait(run(step.body));
            break;
          case 'fork':
            void run(step.body).catch(expectPlanned);
            break;
          case 'using':
            // WebKit has no `using` yet.
            wait(state.begins && Symbol.dispose ? useSpan(step.body) : run(step.body));
            break;
          case 'thenable': {
            if (!plain || state.hops >= MOST_HOPS) break;
            const carried = state;
            const then = (resolve: () => void): void => {
              state = unhooked(carried, 1);
              check('thenable');
              void run(step.body).catch(expectPlanned);
              resolve();
            };
            wait({ then }, HOPS_OF_THENABLE);
            break;
          }
          case 'on':
            listen(targets[step.slot] as EventTarget, 'event', step.body, false);
            break;
          case 'onAbort':
            listen((controllers[step.slot] as AbortController).signal, 'abort', step.body, true);
            break;
          case 'emit':
            scope(() => targets[step.slot]?.dispatchEvent(new Event('event')));
            break;
          case 'abort':
            scope(() => controllers[step.slot]?.abort());
            controllers[step.slot] = new AbortController();
            break;
          case 'bind': {
            const { span } = state;
            bound[step.slot] = Snapshot.wrap(() => {
              state = inside(state, { span });
              check('bound');
              void run(step.body).catch(expectPlanned);
            });
            break;
          }
          case 'callBound': {
            const call = bound[step.slot];
            bound[step.slot] = undefined;
            if (call) scope(call);
            break;
          }
          case 'shared':
            wait(shared[step.slot]?.promise());
            break;
          case 'resolve':
            shared[step.slot]?.resolve();
            break;
          case 'keep':
            kept[step.slot] = state.span;
            break;
          case 'endKept':
            end(kept[step.slot], (span) => span.end());
            break;
          case 'startAdopted':
            own = begin(kept[step.slot]) ?? own;
            break;
          case 'startSpan':
            own = begin() ?? own;
            break;
          case 'endSpan':
            end(state.span, () => void endSpan());
            break;
          case 'endOwn':
            end(own, (span) => span.end());
            break;
          case 'cancelTimer':
            clearTimeout(setTimeout(() => fail('a timer that was cancelled')));
            break;
          case 'parallel':
            wait(COMBINE[step.by](step.bodies.map((each) => run(each))));
            break;
          case 'generator':
            wait(consume(step));
            break;
          case 'iterate':
            wait(iterate(step));
            break;
          case 'throw':
            throw new Planned();
        }
        if (waited) {
          const carried = state;
          const { value, hops } = waited;
          try {
            await value;
          } catch (error) {
            expectPlanned(error);
          }
          state = hops === 0 ? hooked(carried) : unhooked(carried, hops);
        }
        check(`${step.kind}, later`);
      }
    } finally {
      done();
    }
  }

  // In a task of its own: what a program leaves active ends with it.
  return new Promise<void>((resolve) => {
    started();
    finish = resolve;
    setTimeout(() => {
      state = NOTHING;
      void run(steps).catch(expectPlanned);
      done();
    });
  }).then(() => {
    state = NOTHING;
    check('at the end');
  });
}
