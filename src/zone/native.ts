/**
 * The platform's own promise machinery, taken before Zone.js is evaluated (this module is imported ahead of it),
 * and the switches that make Zone.js leave that machinery alone.
 */
const scope = globalThis as unknown as Record<string, unknown>;

export function zoneSymbol(name: string): string {
  const prefix = scope['__Zone_symbol_prefix'];
  return (typeof prefix === 'string' ? prefix : '__zone_symbol__') + name;
}

/** Zone.js was there first, with its own promise: the native one is kept under its symbols. */
export const zoneWasFirst = 'Zone' in scope;

function original<T>(holder: object, name: string): T {
  const values = holder as Record<string, unknown>;
  return ((zoneWasFirst && values[zoneSymbol(name)]) || values[name]) as T;
}

export const NativePromise = original<PromiseConstructor>(globalThis, 'Promise');
export const promisePrototype = NativePromise.prototype as Promise<unknown>;
export const nativeThen = original<Promise<unknown>['then']>(promisePrototype, 'then');
export const nativeFinally = promisePrototype.finally;
export const nativeResolve = NativePromise.resolve;
export const nativeQueueMicrotask = original<typeof queueMicrotask>(globalThis, 'queueMicrotask');

/**
 * Patches of Zone.js that stay out: the native promise and microtask queue keep their order and their errors, and
 * custom element reactions are synchronous, so the zone of whoever caused them is already current.
 */
const DISABLED = ['ZoneAwarePromise', 'queueMicrotask', 'customElements'];

export function enableAllPatches(): void {
  for (const name of DISABLED) delete scope[`__Zone_disable_${name}`];
}

if (!zoneWasFirst) {
  for (const name of DISABLED) scope[`__Zone_disable_${name}`] = true;
  // Without these two Zone.js runs its own microtasks by setTimeout.
  scope[zoneSymbol('Promise')] = NativePromise;
  Object.defineProperty(promisePrototype, zoneSymbol('then'), {
    value: nativeThen,
    writable: true,
    configurable: true,
  });
}
