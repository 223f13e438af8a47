import { ATTRIBUTES, BATCH, describe } from './describe.js';
import { openAtOnce, spansOfATrace } from './growth.js';

/** Most of a `performance.now()` is to ask the global object for `performance`. */
const { performance: heldClock } = globalThis;

const EVENT = { 'shop.item': 'teapot' };

/**
 * What is measured, the same code for every contender. A contender is
 * `{ withSpan(name, fn), current?(), hasAttributes?, mostSpans?, floors?, encode?, keeps?, keepsEnded?, clear?() }`:
 * `current` answers the current span (left out where there is none), `mostSpans` is how many a trace may have, `floors` are
 * hand-written spans with their names, `encode` encodes {@link BATCH} spans, `keeps` is how many spans the contender keeps
 * for display, `keepsEnded` says that it keeps any that have ended, `clear` drops them.
 *
 * A benchmark of kind `sync` does `n` operations in one job and is measured twice: that job alone, and with the
 * microtasks that it queued. One of kind `async` does `n` operations, one after the other, and answers a promise.
 * Both call `tell(word)` where the current span is not what it should be, at the end of the measured code.
 */
export function benchmarks(contender, tell) {
  const { withSpan, current, hasAttributes = false, mostSpans, floors = {}, encode } = contender;
  let sink = 0;
  const work = () => {
    sink++;
  };
  const checkInside = (span) => {
    if (current && current() !== span) tell('lost');
  };
  const checkOutside = () => {
    if (current && current() !== undefined) tell('leaked');
  };

  const inner = () => withSpan('inner', work);
  const middle = () => withSpan('middle', inner);

  async function asyncFunction() {
    sink++;
  }

  /** What a request handler of a page looks like. */
  const request = async (span) => {
    await asyncFunction();
    await asyncFunction();
    await asyncFunction();
    if (sink % 100 === 0) checkInside(span);
  };

  async function awaitAsync(n) {
    for (let i = 0; i < n; i++) await asyncFunction();
  }
  async function awaitResolved(n) {
    for (let i = 0; i < n; i++) await Promise.resolve();
  }
  /** zonetrace keeps the zone through 16 of these in a row and no more: every ninth is a promise. */
  async function awaitUndefined(n) {
    for (let i = 0; i < n; i++) await (i % 9 === 8 ? asyncFunction() : undefined);
  }
  /** Chains of 100. No `await` here: where it loses the zone, `then` would be measured without one. */
  function chainThen(n, check) {
    return new Promise((resolve) => {
      const chain = (left) => {
        let promise = Promise.resolve();
        for (let i = 0; i < 100; i++) promise = promise.then(work);
        promise.then(() => {
          if (left > 100) return chain(left - 100);
          check();
          resolve();
        });
      };
      chain(n);
    });
  }

  const outside = (loop) => async (n) => {
    await loop(n);
    checkOutside();
  };
  const inside = (loop) => (n) =>
    withSpan('measured', async (span) => {
      await loop(n);
      checkInside(span);
    });

  let pendingTimers = 0;
  function setTimers(n, check) {
    const fire = () => {
      pendingTimers--;
      check();
    };
    pendingTimers += n;
    for (let i = 0; i < n; i++) setTimeout(fire, 0);
  }

  function dispatch(listeners) {
    const button = document.createElement('button');
    document.body.append(button);
    for (let i = 0; i < listeners; i++) button.addEventListener('click', () => sink++);
    return (n) => {
      for (let i = 0; i < n; i++) button.dispatchEvent(new Event('click', { bubbles: true }));
    };
  }

  const repeated = (span) => (n) => {
    for (let i = 0; i < n; i++) span('floor', work);
  };

  const sync = (run, batch = 100) => ({ kind: 'sync', batch, run });
  const async = (run, step = 1) => ({ kind: 'async', step, run });

  return {
    floor: sync((n) => {
      for (let i = 0; i < n; i++) {
        const start = performance.now();
        work();
        if (performance.now() < start) tell('clock ran backwards');
      }
    }),
    floorHeld: sync((n) => {
      for (let i = 0; i < n; i++) {
        const start = heldClock.now();
        work();
        if (heldClock.now() < start) tell('clock ran backwards');
      }
    }),
    empty: sync((n) => {
      for (let i = 0; i < n; i++) withSpan('empty', work);
    }),
    // Jobs with a few spans each, as pages have them; zonetrace treats longer bursts of them differently.
    sparse: sync((n) => {
      for (let i = 0; i < n; i++) withSpan('empty', work);
    }, 8),
    child: sync((n) => {
      withSpan('parent', (span) => {
        for (let i = 0; i < n; i++) withSpan('child', work);
        checkInside(span);
      });
    }),
    nested: sync((n) => {
      for (let i = 0; i < n; i++) withSpan('outer', middle);
    }),
    ...(hasAttributes && {
      attributes: sync((n) => {
        for (let i = 0; i < n; i++) withSpan('attributes', describe);
      }),
      attribute: sync((n) => {
        withSpan('attribute', (span) => {
          for (let i = 0; i < n; i++) span.setAttribute(ATTRIBUTES[i], i);
        });
      }),
      event: sync((n) => {
        withSpan('event', (span) => {
          for (let i = 0; i < n; i++) span.addEvent('checked out', EVENT);
        });
      }),
    }),
    request: async(async (n) => {
      for (let i = 0; i < n; i++) await withSpan('request', request);
      checkOutside();
    }),
    awaitAsync: async(outside(awaitAsync)),
    awaitAsyncInside: async(inside(awaitAsync)),
    awaitResolved: async(outside(awaitResolved)),
    awaitResolvedInside: async(inside(awaitResolved)),
    awaitUndefined: async(outside(awaitUndefined), 9),
    awaitUndefinedInside: async(inside(awaitUndefined), 9),
    then: async((n) => chainThen(n, checkOutside), 100),
    thenInside: async(
      (n) =>
        new Promise((resolve) => {
          withSpan('measured', (span) => chainThen(n, () => checkInside(span)).then(resolve));
        }),
      100,
    ),
    timer: { ...sync((n) => setTimers(n, checkOutside)), isIdle: () => pendingTimers === 0 },
    timerInside: {
      ...sync((n) => withSpan('measured', (span) => setTimers(n, () => checkInside(span)))),
      isIdle: () => pendingTimers === 0,
    },
    dispatch1: sync(dispatch(1), 100),
    dispatch10: sync(dispatch(10), 20),
    dispatch100: sync(dispatch(100), 4),
    ...Object.fromEntries(Object.entries(floors).map(([name, span]) => [name, sync(repeated(span))])),
    ...(encode && { encode: sync(encode, BATCH) }),
    ...spansOfATrace(withSpan, work, mostSpans),
    ...openAtOnce(withSpan),
  };
}
