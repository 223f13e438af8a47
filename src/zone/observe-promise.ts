import { nativeThen, promisePrototype } from './native.js';
import { expectRead } from './quiet.js';
import { installed } from './replace.js';

/**
 * Observing a promise marks it as handled, which would silence its `unhandledrejection`. So the observer's own promise,
 * the shadow, rejects with it, unhandled in its place; and once the page takes the promise up, by `then` or `await`,
 * the shadow counts as handled too. Of several observers the first one's stands for all; undefined once the page has taken the
 * promise up.
 */
const shadows = new WeakMap<object, Promise<unknown> | undefined>();

/** Observed promises that the page has not taken up; while there is none, `then` and `await` need not ask. */
export let watchedPromises = 0;

function ignore(): void {}

export function isNativePromise(value: unknown): value is Promise<unknown> {
  return Object.prototype.isPrototypeOf.call(promisePrototype, value as object);
}

/**
 * Calls back when a native promise settles; the promise, its order and its unhandled rejection stay as they are.
 * False for anything else: a foreign thenable may do its work only when asked, and is left alone.
 */
export function observePromise(
  value: unknown,
  fulfilled: (result: unknown) => void,
  rejected: (reason: unknown) => void,
): boolean {
  if (!isNativePromise(value)) return false;
  const isFirst = !shadows.has(value);
  expectRead('species');
  try {
    const shadow = nativeThen.call(
      value,
      (result) => {
        promiseTaken(value);
        fulfilled(result);
      },
      (reason) => {
        rejected(reason);
        if (isFirst) throw reason;
      },
    );
    if (!isFirst) return true;
    if (!installed) {
      // Nobody tells when the page takes the promise up: rather a rejection unreported than one reported wrongly.
      nativeThen.call(shadow, ignore, ignore);
      return true;
    }
    shadows.set(value, shadow);
    watchedPromises++;
  } finally {
    expectRead('none');
  }
  return true;
}

/** The platform's `catch`, whatever the page has made of it. */
export function catchNative<T>(promise: Promise<T>, rejected: (reason: unknown) => T | PromiseLike<T>): Promise<T> {
  expectRead('species');
  try {
    return nativeThen.call(promise, undefined, rejected) as Promise<T>;
  } finally {
    expectRead('none');
  }
}

/** The page handles the promise from here on. */
export function promiseTaken(promise: object): void {
  const shadow = shadows.get(promise);
  if (!shadow) return;
  shadows.set(promise, undefined);
  watchedPromises--;
  expectRead('species');
  // A page that has taken our accessor away may have had a promise of its own made (core-js does).
  const derive = isNativePromise(shadow as unknown) ? nativeThen : shadow.then;
  derive.call(shadow, ignore, ignore);
  expectRead('none');
}
