import { macrotask } from '../../collect.js';
import { type Ways, where } from './way.js';

type Resolve = (value: number) => void;
type Reject = (reason: unknown) => void;

class Sub<T> extends Promise<T> {}

class Thenable {
  get then() {
    return (resolve: Resolve) => resolve(1);
  }
}

/** Newer than the types of this project. */
const Modern = Promise as PromiseConstructor & { try(fn: () => unknown): Promise<unknown> };
const ModernArray = Array as ArrayConstructor & { fromAsync(items: unknown, map?: () => void): Promise<unknown[]> };

const reason = new Error('on purpose');

/** A promise that several wait for, resolved by the first of them. */
let shared: Promise<void> | undefined;
function sharedPromise(): Promise<void> {
  shared ??= macrotask().then(() => {
    shared = undefined;
  });
  return shared;
}

export const awaitables: Ways = {
  undefined: () => undefined,
  null: () => null,
  'a number': () => 5,
  'a string': () => 'text',
  'an object': () => ({}),
  'a resolved promise': () => Promise.resolve(1),
  'a pending promise': () => macrotask(),
  'a rejected promise': async (check) => {
    try {
      await Promise.reject(reason);
    } catch {
      check();
      await undefined;
    } finally {
      check();
      await undefined;
    }
    check();
  },
  'a promise that rejects later': async (check) => {
    try {
      await macrotask().then(() => Promise.reject(reason));
    } catch {
      check();
    }
  },
  'a promise of a promise': () => Promise.resolve(new Promise((resolve) => resolve(Promise.resolve(1)))),
  'a promise that others await too': sharedPromise,
  'one promise twice': async (check) => {
    const promise = macrotask();
    await promise;
    check();
    await promise;
  },
  'a promise twice at once': (check) => {
    const promise = macrotask();
    const wait = async () => {
      await promise;
      check();
    };
    return Promise.all([wait(), wait()]);
  },
  'an async function': () => (async () => 1)(),
  'an async function that awaits': async (check) => {
    await undefined;
    check();
    await Promise.resolve();
    check();
    await macrotask();
    check();
  },
  'an async function that returns a promise': () => (async () => Promise.resolve(1))(),
  'async functions in async functions': async (check) => {
    const nest = async (depth: number): Promise<void> => {
      check();
      if (depth > 0) await nest(depth - 1);
      else await macrotask();
      check();
    };
    await nest(5);
  },
  'an async method and an async arrow function': async (check) => {
    const object = {
      async method() {
        await macrotask();
        check();
        return this;
      },
    };
    await object.method();
    check();
    await (async () => check())();
  },
  'a forgotten async function': async (check) => {
    let done = () => {};
    const finished = new Promise<void>((resolve) => {
      done = resolve;
    });
    void (async () => {
      await undefined;
      check();
      await Promise.resolve();
      check();
      done();
    })();
    await finished;
  },
  'a thenable': () => ({ then: (resolve: Resolve) => resolve(1) }),
  'a thenable with a getter': () => new Thenable(),
  'a thenable that answers later': () => ({ then: (resolve: Resolve) => void setTimeout(resolve, 1, 1) }),
  'a thenable of a promise': () => ({ then: (resolve: Resolve) => Promise.resolve(1).then(resolve) }),
  'a thenable of a thenable': () => ({
    then: (resolve: (value: unknown) => void) => resolve({ then: (inner: Resolve) => inner(1) }),
  }),
  'a thenable that rejects': async (check) => {
    try {
      await { then: (_: Resolve, reject: Reject) => reject(reason) };
    } catch {
      check();
    }
  },
  'a thenable that throws': async (check) => {
    try {
      const thenable: PromiseLike<void> = {
        then() {
          throw reason;
        },
      };
      await thenable;
    } catch {
      check();
    }
  },
  'a thenable whose then looks at the value': (check) => ({
    then: (resolve: Resolve) => {
      check();
      resolve(1);
    },
  }),
  'a promise of a thenable': () => Promise.resolve({ then: (resolve: Resolve) => resolve(1) }),
  'a promise of a subclass': () => Sub.resolve(1),
  'a pending promise of a subclass': () => new Sub((resolve) => setTimeout(resolve, 1)),
  'a promise with a constructor of its own': () => Object.assign(Promise.resolve(1), { constructor: Sub }),
  'eight values in a row': async (check) => {
    for (let i = 0; i < 8; i++) {
      await i;
      check();
    }
  },
};

export const promises: Ways = {
  then: (check) => Promise.resolve(1).then(check),
  'a chain of then': (check) =>
    Promise.resolve()
      .then(check)
      .then(check)
      .then(() => macrotask())
      .then(check),
  'then on a pending promise': (check) => macrotask().then(check),
  'then with two handlers': (check) => Promise.reject(reason).then(() => {}, check),
  catch: (check) => Promise.reject(reason).catch(check),
  'catch after an async function': (check) =>
    (async () => {
      await undefined;
      throw reason;
    })().catch(check),
  finally: (check) => Promise.resolve(1).finally(check),
  'finally with a pending promise': (check) => Promise.resolve(1).finally(macrotask).finally(check),
  'then of a subclass': (check) => Sub.resolve(1).then(check).finally(check),
  'the executor of a promise': (check) =>
    new Promise<void>((resolve) => {
      check();
      void macrotask().then(() => {
        check();
        resolve();
      });
    }),
  'a promise made elsewhere': (check) => sharedPromise().then(check),
  'Promise.all': (check) => Promise.all([1, Promise.resolve(2), macrotask().then(check)]).then(check),
  'Promise.all that rejects': (check) => Promise.all([Promise.reject(reason), macrotask()]).catch(check),
  'Promise.allSettled': (check) => Promise.allSettled([Promise.reject(reason).finally(check), macrotask()]).then(check),
  'Promise.race': (check) => Promise.race([macrotask(5), macrotask().then(check)]).then(check),
  'Promise.any': (check) => Promise.any([Promise.reject(reason), macrotask().then(check)]).then(check),
  'Promise.any that rejects': (check) => Promise.any([Promise.reject(reason)]).catch(check),
  'combinators of a subclass': (check) => Sub.all([Sub.resolve(1), macrotask()]).then(check),
  'Promise.try': where('try' in Promise, async (check) => {
    await Modern.try(check);
    check();
    await Modern.try(async () => {
      await macrotask();
      check();
    });
  }),
  'Promise.withResolvers': where('withResolvers' in Promise, async (check) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    setTimeout(resolve);
    await promise;
    check();
  }),
  'Array.fromAsync': where('fromAsync' in Array, async (check) => {
    await ModernArray.fromAsync([1, Promise.resolve(2), macrotask()], check);
    check();
    await ModernArray.fromAsync(
      (async function* () {
        check();
        yield 1;
        check();
      })(),
    );
  }),
  queueMicrotask: (check) =>
    new Promise<void>((resolve) => {
      queueMicrotask(() => {
        check();
        queueMicrotask(() => {
          check();
          resolve();
        });
      });
    }),
};
