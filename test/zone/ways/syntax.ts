import { macrotask } from '../../collect.js';
import { type Ways, where } from './way.js';

const asyncDispose: typeof Symbol.asyncDispose = Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose');
const dispose: typeof Symbol.dispose = Symbol.dispose ?? Symbol.for('Symbol.dispose');

const reason = new Error('on purpose');

/** Waits in each of the ways in which an async generator can, and looks after each. */
async function* produce(check: () => void): AsyncGenerator<number, number, undefined> {
  try {
    check();
    yield 1;
    check();
    await undefined;
    check();
    yield Promise.resolve(2);
    check();
    await macrotask();
    check();
    yield 3;
    check();
    return Promise.resolve(4);
  } finally {
    check();
    await undefined;
    check();
    await macrotask();
    check();
  }
}

async function* delegate(check: () => void): AsyncGenerator<unknown> {
  yield* produce(check);
  check();
  yield* [Promise.resolve(1), 2];
  check();
}

/** WebKit 2.50 never goes on after the rejected promise, with or without zonetrace. */
const rejectedGoesOn = await Promise.race([
  macrotask(50).then(() => false),
  (async () => {
    for await (const _ of [1, Promise.reject(reason)]);
  })().catch(() => true),
]);

let modules = 0;

export const syntax: Ways = {
  'a sync generator': async (check) => {
    function* steps() {
      check();
      yield 1;
      check();
      yield 2;
      check();
    }
    for (const _ of steps()) {
      await undefined;
      check();
      await macrotask();
      check();
    }
  },
  'a sync generator that drives promises': async (check) => {
    function* steps(): Generator<Promise<void>> {
      check();
      yield macrotask();
      check();
      yield Promise.resolve();
      check();
    }
    const generator = steps();
    const next = (): Promise<void> | undefined => {
      const { value, done } = generator.next();
      return done ? undefined : (value as Promise<void>).then(next);
    };
    await next();
  },
  'an async generator': async (check) => {
    for await (const _ of produce(check)) {
      check();
      await undefined;
      check();
    }
  },
  'an async generator left by break': async (check) => {
    for await (const _ of produce(check)) break;
    check();
    for await (const value of produce(check)) {
      await macrotask();
      if (value === 2) break;
    }
  },
  'an async generator left by return': async (check) => {
    const first = async () => {
      for await (const value of produce(check)) return value;
      return 0;
    };
    await first();
  },
  'an async generator left by an exception': async (check) => {
    try {
      for await (const _ of produce(check)) throw reason;
    } catch {
      check();
    }
  },
  'an async generator that is asked by hand': async (check) => {
    const generator = produce(check);
    await generator.next();
    check();
    await Promise.all([generator.next(), generator.next()]);
    check();
    await generator.return(5);
  },
  'throw into an async generator': async (check) => {
    const generator = produce(check);
    await generator.next();
    try {
      await generator.throw(reason);
    } catch {
      check();
    }
  },
  'yield* of an async generator': async (check) => {
    for await (const _ of delegate(check)) check();
  },
  'for await over an array of promises': async (check) => {
    for await (const _ of [Promise.resolve(1), macrotask(), 3, undefined]) check();
  },
  'for await over a rejected promise': where(rejectedGoesOn, async (check) => {
    try {
      for await (const _ of [Promise.resolve(1), Promise.reject(reason)]) check();
    } catch {
      check();
    }
  }),
  'for await over an iterator of its own': async (check) => {
    let count = 0;
    const iterable = {
      [Symbol.asyncIterator]: () => ({
        next: async () => {
          check();
          await macrotask();
          check();
          return { value: count, done: ++count > 3 };
        },
        return: async () => {
          check();
          return { value: 0, done: true };
        },
      }),
    };
    for await (const value of iterable) {
      check();
      if (value === 2) break;
    }
  },
  using: async (check) => {
    {
      using _ = { [dispose]: check };
      await undefined;
      check();
      await macrotask();
    }
    check();
  },
  'await using': async (check) => {
    {
      await using _ = {
        async [asyncDispose]() {
          check();
          await macrotask();
          check();
        },
      };
      await using __ = { [dispose]: check };
      await undefined;
      check();
    }
    check();
  },
  'a class with async work in its static block, fields and constructor': async (check) => {
    const started: Promise<unknown>[] = [];
    const work = async () => {
      check();
      await macrotask();
      check();
      await undefined;
      check();
    };
    class Worker {
      static readonly ready = work();
      readonly field = work();
      constructor() {
        started.push(work());
      }
      static {
        started.push(Worker.ready, work());
      }
      get loaded() {
        return work();
      }
    }
    const worker = new Worker();
    await Promise.all([...started, worker.field, worker.loaded]);
  },
  'await in every place of an expression': async (check) => {
    const number = async (value: number) => {
      await undefined;
      check();
      return value;
    };
    const { a = await number(1), b } = { b: await number(2) } as { a?: number; b: number };
    const sum = [await number(3), ...(await Promise.all([number(4)]))].reduce((x, y) => x + y, 0);
    if ((await number(a + b + sum)) !== 10) throw new Error('wrong sum');
    const tag = async (_: TemplateStringsArray, ...values: unknown[]) => values;
    await tag`${await number(1)} ${(await number(2)) ? await number(3) : 0}`;
    switch (await number(1)) {
      case await number(1):
        check();
    }
    label: while (await number(1)) {
      for (;;) if (await number(1)) break label;
    }
  },
  'try, catch and finally': async (check) => {
    const pass = async () => {
      try {
        await macrotask();
        check();
        throw reason;
      } catch {
        check();
        await undefined;
        check();
      } finally {
        check();
        await Promise.resolve();
        check();
      }
    };
    await pass();
    await (async () => {
      try {
        return await Promise.reject(reason);
      } catch {
        check();
        return Promise.resolve(1);
      } finally {
        await macrotask();
        check();
      }
    })();
  },
  'a dynamic import': () => import('../../../src/warn.js'),
  'a dynamic import of a module with top-level await': async (check) => {
    const { seen } = (await import(`/test/fixtures/zone/top-level-await.ts?${++modules}`)) as { seen: unknown[] };
    check();
    // The module is evaluated once, for whoever imports it: it has no value, and gets none by its awaits.
    if (seen.join() !== 'none,none,none') throw new Error(`the module saw ${seen}`);
  },
  'a dynamic import of one module by all': async (check) => {
    await import('../../fixtures/zone/top-level-await.js');
    check();
  },
  'a dynamic import that fails': async (check) => {
    try {
      await import('/test-server/status?code=404' as string);
    } catch {
      check();
    }
  },
  'code that no compiler has seen': async (check) => {
    const source = 'return (async () => { await 1; check(); await Promise.resolve(); check(); })()';
    await new Function('check', source)(check);
  },
};
