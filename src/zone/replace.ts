import { zoneSymbol } from './native.js';

/** False after uninstalling: a wrapper that somebody patched over, and that therefore had to stay, passes through. */
export let installed = false;

export function setInstalled(value: boolean): void {
  installed = value;
}

/** One undo for several, the last step first. */
export function undoAll(steps: readonly (() => void)[]): () => void {
  return () => {
    for (const step of [...steps].reverse()) step();
  };
}

/** Where an object keeps a property: on itself, or, as the global object of a worker, on a prototype. */
export function ownerOf(object: object, name: string): object {
  let owner: object | null = object;
  while (owner && !Object.hasOwn(owner, name)) owner = Object.getPrototypeOf(owner);
  return owner ?? object;
}

type AnyFunction = (...args: never[]) => unknown;

/**
 * Replaces a method by what `wrap` makes of it, keeping name, length and property attributes, and the mark by which
 * Zone.js's `Function.prototype.toString` still says `[native code]` (Dexie turns itself off without it).
 * Returns the undo, which leaves the place alone where somebody has patched over us.
 */
export function replaceMethod<F extends AnyFunction>(
  target: object,
  name: string,
  wrap: (original: F) => F,
): () => void {
  const descriptor = Object.getOwnPropertyDescriptor(target, name);
  if (!descriptor?.configurable || typeof descriptor.value !== 'function') return () => {};
  const original = descriptor.value as F;
  const replacement = wrap(original);
  disguise(replacement, original);
  return replaceValue(target, name, replacement);
}

/** Replaces the value of a property; the undo leaves the place alone where somebody has patched over us. */
export function replaceValue(target: object, name: PropertyKey, value: unknown): () => void {
  const descriptor = Object.getOwnPropertyDescriptor(target, name);
  if (!descriptor?.configurable) return () => {};
  Object.defineProperty(target, name, { ...descriptor, value });
  return () => {
    const now = Object.getOwnPropertyDescriptor(target, name);
    // Frozen since, it cannot go back.
    if (now?.value === value && now?.configurable) Object.defineProperty(target, name, descriptor);
  };
}

/** Replaces the getter of a property, likewise. */
export function replaceGetter<This, Value>(
  target: object,
  name: string,
  wrap: (original: (this: This) => Value) => (this: This) => Value,
): () => void {
  const descriptor = Object.getOwnPropertyDescriptor(target, name);
  if (!descriptor?.configurable || !descriptor.get) return () => {};
  const get = wrap(descriptor.get as (this: This) => Value);
  disguise(get as AnyFunction, descriptor.get);
  Object.defineProperty(target, name, { ...descriptor, get });
  return () => {
    const now = Object.getOwnPropertyDescriptor(target, name);
    if (now?.get === get && now.configurable) Object.defineProperty(target, name, descriptor);
  };
}

/** Whether a function is the platform's, and nobody's who has replaced it. */
export function isNative(fn: unknown): boolean {
  return typeof fn === 'function' && /\{\s*\[native code\]\s*\}$/.test(Function.prototype.toString.call(fn));
}

/** Gives a function the name, the length and the source text of another. */
export function disguise(replacement: AnyFunction, original: AnyFunction): void {
  Object.defineProperty(replacement, 'name', { value: original.name, configurable: true });
  Object.defineProperty(replacement, 'length', { value: original.length, configurable: true });
  Object.defineProperty(replacement, zoneSymbol('OriginalDelegate'), { value: original, configurable: true });
}
