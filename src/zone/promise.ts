import { anchorAwait } from './await.js';
import { failureHook, workHook } from './hooks.js';
import { currentFrame } from './load.js';
import { NativePromise, promisePrototype } from './native.js';
import { promiseTaken, watchedPromises } from './observe-promise.js';
import { expectRead, takeExpectedRead } from './quiet.js';
import { installed, replaceMethod, undoAll } from './replace.js';
import { noteResumed } from './resumed.js';
import { noteQueued, noteReturn, noteZone, refreshMark } from './timeline.js';

type Then = Promise<unknown>['then'];
type Reaction = ((value: never) => unknown) | null | undefined;

/** The callback of a `then`, run in the zone that was current when it was given. */
function bindReaction(fn: Reaction, zone: Zone): Reaction {
  if (typeof fn !== 'function') return fn;
  noteQueued();
  return (value: never) => {
    const frame = currentFrame();
    const before = frame.zone;
    if (before === zone) refreshMark();
    else {
      frame.zone = zone;
      noteZone(zone);
    }
    noteResumed(zone);
    try {
      return fn(value);
    } catch (error) {
      failureHook?.failed(error, zone);
      throw error;
    } finally {
      // The next job would inherit the zone, also one that `fn` activated and left behind.
      frame.zone = before;
      noteReturn(before);
    }
  };
}

/** A subclass has a `constructor` of its own, which runs the page's code: nothing of ours is read, so nothing is announced. */
function isPlain(promise: unknown): boolean {
  return typeof promise === 'object' && promise !== null && Object.getPrototypeOf(promise) === promisePrototype;
}

function patchThen(): () => void {
  return replaceMethod<Then>(promisePrototype, 'then', (nativeThen) => {
    return function (this: Promise<unknown>, onFulfilled?: Reaction, onRejected?: Reaction) {
      if (!installed) return nativeThen.call(this, onFulfilled as never, onRejected as never);
      if (watchedPromises > 0) promiseTaken(this);
      const { zone } = currentFrame();
      const fulfilled = bindReaction(onFulfilled, zone) as never;
      const rejected = bindReaction(onRejected, zone) as never;
      if (!isPlain(this)) return nativeThen.call(this, fulfilled, rejected);
      expectRead('species');
      try {
        const derived = nativeThen.call(this, fulfilled, rejected);
        workHook?.derived(derived, zone);
        return derived;
      } finally {
        expectRead('none');
      }
    } as Then;
  });
}

function patchFinally(): () => void {
  // `finally` calls `then`, which binds the callback; only the engine's read of `constructor` is announced here.
  return replaceMethod<Promise<unknown>['finally']>(promisePrototype, 'finally', (nativeFinally) => {
    return function (this: Promise<unknown>, onFinally) {
      if (!installed || !isPlain(this)) return nativeFinally.call(this, onFinally);
      expectRead('species');
      try {
        return nativeFinally.call(this, onFinally);
      } finally {
        expectRead('none');
      }
    };
  });
}

function patchResolve(): () => void {
  type Resolve = (this: unknown, value?: unknown) => Promise<unknown>;
  return replaceMethod<Resolve>(NativePromise, 'resolve', (nativeResolve) => {
    return function (this: unknown, value?: unknown) {
      if (!installed || !isPlain(value)) return nativeResolve.call(this, value);
      expectRead('resolve');
      try {
        return nativeResolve.call(this, value);
      } finally {
        expectRead('none');
      }
    };
  });
}

function patchConstructor(): () => void {
  const descriptor = Object.getOwnPropertyDescriptor(promisePrototype, 'constructor');
  if (!descriptor?.configurable || !('value' in descriptor)) return () => {};
  const accessor: PropertyDescriptor = {
    configurable: true,
    enumerable: false,
    get(this: unknown) {
      const read = takeExpectedRead();
      if (read === 'none') {
        if (this !== promisePrototype && isPromiseLike(this)) takeUp(this);
      } else if (read === 'species' && descriptor.value === NativePromise) {
        return undefined; // means %Promise%, and spares the engine the look-up of Symbol.species
      }
      return descriptor.value;
    },
    set(this: unknown, value: unknown) {
      if (this === promisePrototype) descriptor.value = value;
      else if (typeof this === 'object' && this !== null) {
        Object.defineProperty(this, 'constructor', { value, writable: true, enumerable: true, configurable: true });
      }
    },
  };
  Object.defineProperty(promisePrototype, 'constructor', accessor);
  return () => {
    const now = Object.getOwnPropertyDescriptor(promisePrototype, 'constructor');
    if (now?.get === accessor.get) Object.defineProperty(promisePrototype, 'constructor', descriptor);
  };
}

function isPromiseLike(value: unknown): value is Promise<unknown> {
  return typeof value === 'object' && value !== null;
}

function takeUp(promise: Promise<unknown>): void {
  if (watchedPromises > 0) promiseTaken(promise);
  try {
    anchorAwait(promise);
  } catch {
    // An object that only inherits from Promise.prototype; nobody can await it natively.
  }
}

function patchQueueMicrotask(): () => void {
  return replaceMethod<typeof queueMicrotask>(globalThis, 'queueMicrotask', (native) => {
    return function (this: unknown, callback: () => void) {
      if (!installed || typeof callback !== 'function') return native.call(this as never, callback);
      return native.call(this as never, bindReaction(callback as never, currentFrame().zone) as never);
    };
  });
}

/** Puts our hooks on the native promise; the promise itself, its order and its errors stay the engine's. */
export function patchPromise(): () => void {
  const undo = [patchThen(), patchFinally(), patchResolve(), patchConstructor(), patchQueueMicrotask()];
  return undoAll(undo);
}
