import { zoneSymbol } from './native.js';
import { replaceValue, undoAll } from './replace.js';

type Constructor = (new (...args: unknown[]) => object) & { prototype: object };

/** Told what a constructor made, or what it threw, and its arguments. */
type Seen = (made: object | undefined, args: unknown[], error?: unknown) => void;

/**
 * Replaces a global constructor by one that tells what it makes. A proxy, so that `prototype`, `instanceof`, subclasses,
 * static members, a call without `new` and every error are the platform's own. Returns the undo.
 */
export function replaceConstructor(name: string, seen: Seen): () => void {
  const native = (globalThis as unknown as Record<string, Constructor | undefined>)[name];
  if (typeof native !== 'function') return () => {};
  let active = true;
  const replacement: Constructor = new Proxy(native, {
    construct(target, args, newTarget) {
      let made: object;
      try {
        made = Reflect.construct(target, args, newTarget === replacement ? target : newTarget);
      } catch (error) {
        if (active) seen(undefined, args, error);
        throw error;
      }
      if (active) seen(made, args);
      return made;
    },
    // Zone.js's toString asks for the function behind it.
    get: (target, key) => (key === zoneSymbol('OriginalDelegate') ? target : Reflect.get(target, key)),
  });
  return undoAll([
    () => {
      active = false;
    },
    replaceValue(native.prototype, 'constructor', replacement),
    replaceValue(globalThis, name, replacement),
  ]);
}
