import { runSuppressed } from '../suppressed.js';
import { warnOnce } from '../warn.js';

/** Calls a hook that the user gave; what it throws is said once and goes no further. */
export function callHook<A extends unknown[]>(
  name: string,
  hook: ((...args: A) => unknown) | undefined,
  ...args: A
): void {
  if (!hook) return;
  try {
    runSuppressed(() => hook(...args));
  } catch (error) {
    warnOnce(`the option ${name} threw, and the span goes on without it; see the cause`, error);
  }
}
