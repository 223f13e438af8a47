import { warnOnce } from './warn.js';

const KEY = Symbol.for('zonetrace');
const SECOND = 'a second copy of zonetrace was loaded and uses the first one; load it once';
let isSaid = false;

/**
 * Two copies of zonetrace in one page (two script tags, two bundles) would hold two current spans. The first copy puts
 * its parts here; a later one says so and uses them.
 */
export function shareFirst<T>(part: string, own: () => T): T {
  const scope = globalThis as { [KEY]?: Shared };
  let shared = scope[KEY];
  if (!shared) {
    shared = { warnOnce };
    Object.defineProperty(globalThis, KEY, { value: shared });
  }
  if (part in shared) {
    // By the first one, whose panel shows it among its diagnostics.
    if (!isSaid) ((shared['warnOnce'] ?? warnOnce) as typeof warnOnce)(SECOND);
    isSaid = true;
    return shared[part] as T;
  }
  const made = own();
  shared[part] = made;
  return made;
}

type Shared = Record<string, unknown>;

/** What the zonetrace of another window shares; nothing where there is none, or the window is of another origin. */
export function sharedBy(other: unknown): Shared | undefined {
  try {
    return (other as { [KEY]?: Shared } | undefined)?.[KEY];
  } catch {
    return undefined;
  }
}

/** Another copy of zonetrace was there before this one. */
export const isSecondCopy = KEY in globalThis;
