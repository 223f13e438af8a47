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

/** How many of the refs still have their object after a collection. */
export async function survivors(refs: readonly WeakRef<object>[]): Promise<number> {
  await collectGarbage();
  return refs.filter((ref) => ref.deref() !== undefined).length;
}
