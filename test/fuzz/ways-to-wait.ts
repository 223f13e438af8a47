class Sub<T> extends Promise<T> {}

async function* twice() {
  yield 1;
  await undefined;
  yield Promise.resolve(2);
}

const inTask = () => new Promise<number>((resolve) => setTimeout(resolve, 0, 1));

/** What an `await` can be given that is a promise of the engine. */
export const PROMISES = {
  resolved: () => Promise.resolve(1),
  caught: () => Promise.reject(1).catch(() => 2),
  handled: () => Promise.reject(1).then(undefined, () => 2),
  rejected: () => Promise.reject(1),
  pending: inTask,
  queued: () => new Promise<void>((resolve) => queueMicrotask(() => resolve())),
  executorThrows: () =>
    new Promise(() => {
      throw 1;
    }),
  asyncFunction: () => (async () => 1)(),
  asyncReturnsPromise: () => (async () => Promise.resolve(1))(),
  asyncThrows: () =>
    (async () => {
      await undefined;
      throw 1;
    })(),
  asyncAwaits: () =>
    (async () => {
      await undefined;
      await Promise.resolve();
    })(),
  finally: () => Promise.resolve(1).finally(() => {}),
  finallyRejects: () => Promise.resolve(1).finally(() => Promise.reject(1)),
  all: () => Promise.all([1, Promise.resolve(2), (async () => 3)()]),
  allRejects: () => Promise.all([inTask(), Promise.reject(1)]),
  allSettled: () => Promise.allSettled([Promise.reject(1), 2, Sub.resolve(3)]),
  race: () => Promise.race([inTask(), Promise.resolve(2)]),
  any: () => Promise.any([Promise.reject(1), Promise.resolve(2)]),
  anyRejects: () => Promise.any([Promise.reject(1), { then: (_: unknown, reject: (e: unknown) => void) => reject(2) }]),
  nested: () => Promise.resolve(new Promise((resolve) => resolve(Promise.resolve(1)))),
  ofThenable: () => Promise.resolve({ then: (resolve: (v: number) => void) => resolve(1) }),
  asyncGenerator: () =>
    (async () => {
      for await (const _ of twice());
    })(),
  fromSync: () =>
    (async () => {
      for await (const _ of [Promise.resolve(1), 2]);
    })(),
} satisfies Record<string, () => Promise<unknown>>;

/** What else: nothing of ours is called between such an `await` and its continuation. */
export const OTHERS = {
  undefined: () => undefined,
  number: () => 5,
  thenable: () => ({ then: (resolve: (v: number) => void) => resolve(1) }),
  thenableOfPromise: () => ({ then: (resolve: (v: number) => void) => Promise.resolve(1).then(resolve) }),
  thenableThrows: () => ({
    then: () => {
      throw 1;
    },
  }),
  lateThenable: () => ({ then: (resolve: (v: number) => void) => void setTimeout(resolve, 0, 1) }),
  subclass: () => Sub.resolve(1),
  lateSubclass: () => new Sub((resolve) => setTimeout(resolve)),
  thenOfSubclass: () => Sub.resolve(1).then(() => 2),
} satisfies Record<string, () => unknown>;

export type PromiseName = keyof typeof PROMISES;
export type OtherName = keyof typeof OTHERS;
export const promiseNames = Object.keys(PROMISES) as PromiseName[];
export const otherNames = Object.keys(OTHERS) as OtherName[];
