import { macrotask } from './collect.js';

/** There in Chromium, by a flag in web-test-runner.config.js. */
export const { gc } = globalThis as { gc?: (options: { type: 'major'; execution: 'async' }) => Promise<void> };

/** Collects what can be collected; twice, as what a finalizer or a weak map held goes in the second round. */
export async function collectGarbage(): Promise<void> {
  for (let i = 0; i < 2; i++) {
    await macrotask(10);
    await gc?.({ type: 'major', execution: 'async' });
  }
}

/** A busy browser leaves a collection for later: what can be collected is gone after so many. */
const COLLECTIONS = 10;

/** How many of the refs still have their object, once none has, or for good. */
export async function survivors(refs: readonly WeakRef<object>[]): Promise<number> {
  for (let i = 1; ; i++) {
    await collectGarbage();
    const alive = refs.filter((ref) => ref.deref() !== undefined).length;
    if (alive === 0 || i === COLLECTIONS) return alive;
  }
}
