import { traced } from './traced.js';
import { warnOnce } from './warn.js';
import { isNative, replaceMethod, undoAll } from './zone/replace.js';

type Method = (...args: never[]) => unknown;

/** Calling a class without `new` throws, which a wrapped one would do. */
const isClass = (fn: Function): boolean => /^class\b/.test(Function.prototype.toString.call(fn));

/** The object and those that it inherits from, up to what the platform made. */
function* chainOf(object: object): Generator<object> {
  let holder: object | null = object;
  while (holder) {
    if (holder === Object.prototype || holder === Function.prototype) return;
    const maker: unknown = holder.constructor;
    if (holder !== object && typeof maker === 'function' && isNative(maker)) return;
    yield holder;
    holder = Object.getPrototypeOf(holder);
  }
}

function findMethod(object: object, name: string): PropertyDescriptor | undefined {
  for (let holder: object | null = object; holder; holder = Object.getPrototypeOf(holder)) {
    const descriptor = Object.getOwnPropertyDescriptor(holder, name);
    if (descriptor) return typeof descriptor.value === 'function' ? descriptor : undefined;
  }
  return undefined;
}

function methodsOf(object: object): string[] {
  const names = new Set<string>();
  for (const holder of chainOf(object)) for (const name of Object.getOwnPropertyNames(holder)) names.add(name);
  return [...names].filter((name) => {
    const method = name === 'constructor' ? undefined : findMethod(object, name)?.value;
    return method && !isClass(method);
  });
}

function nameOf(object: object): string {
  const type = typeof object === 'function' ? object : object.constructor;
  return typeof type === 'function' && type !== Object && type.name ? `${type.name}.` : '';
}

/** Replaces a method on the object itself; an inherited one is not changed for others. Undefined where it cannot. */
function replaceOn(object: object, name: string, spanName: string): (() => void) | undefined {
  const descriptor = findMethod(object, name);
  if (!descriptor) return undefined;
  const own = Object.getOwnPropertyDescriptor(object, name);
  if (own ? !own.configurable : !Object.isExtensible(object)) return undefined;
  if (own) return replaceMethod<Method>(object, name, (method) => traced(spanName, method));
  const value = traced(spanName, descriptor.value as Method);
  Object.defineProperty(object, name, { ...descriptor, value, configurable: true });
  return () => {
    if (Object.getOwnPropertyDescriptor(object, name)?.value === value) Reflect.deleteProperty(object, name);
  };
}

/**
 * Makes a span of each call of an object's methods, named `Class.method`, or `label.method` where minifiers shorten the
 * names of classes: the methods that `names` lists, or all that are
 * its own or inherited from classes of the page. Give a class for its static methods, its prototype for those of all its
 * instances. Answers the undo, which puts the identical originals back. What cannot be wrapped (getters, missing names,
 * methods of frozen objects) is named in one warning.
 */
export function traceMethods(object: object, names?: readonly string[], label?: string): () => void {
  if ((typeof object !== 'object' && typeof object !== 'function') || object === null) {
    warnOnce(`traceMethods was given ${String(object)} and does nothing; give an object or a class`);
    return () => {};
  }
  const prefix = label === undefined ? nameOf(object) : `${label}.`;
  const left: string[] = [];
  const undo: (() => void)[] = [];
  for (const name of new Set(names ?? methodsOf(object))) {
    const step = replaceOn(object, name, prefix + name);
    if (step) undo.push(step);
    else left.push(name);
  }
  if (left.length > 0) {
    warnOnce(
      `traceMethods left out ${left.map((name) => prefix + name).join(', ')}; name methods that exist and can be replaced, not getters or those of a frozen object`,
    );
  }
  return undoAll(undo);
}
