import { nativeThen } from './native.js';

/**
 * The engine reads `constructor` of a promise when it is awaited, which is what await.ts waits for, but also inside
 * `then`, `finally` and `Promise.resolve`. Our own calls of those announce the read that they will cause.
 */
export type ExpectedRead = 'none' | 'species' | 'resolve';

let expected: ExpectedRead = 'none';

export function expectRead(read: ExpectedRead): void {
  expected = read;
}

/** Answers, once, which read of `constructor` was announced. */
export function takeExpectedRead(): ExpectedRead {
  const read = expected;
  expected = 'none';
  return read;
}

/** Runs `reaction` when the promise settles, either way; costs the page nothing but the mark "handled". */
export function attachQuietly(promise: Promise<unknown>, reaction: (outcome: unknown) => void): void {
  expected = 'species';
  try {
    nativeThen.call(promise, reaction, reaction);
  } finally {
    expected = 'none';
  }
}
