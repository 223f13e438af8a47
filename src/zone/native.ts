/**
 * The platform's own promise machinery, taken before Zone.js is evaluated (this module is imported ahead of it),
 * and the switches that make Zone.js leave that machinery alone.
 */
import { isSecondCopy } from '../share.js';
import { remark } from '../warn.js';

const scope = globalThis as unknown as Record<string, unknown>;

export function zoneSymbol(name: string): string {
  const prefix = scope['__Zone_symbol_prefix'];
  return (typeof prefix === 'string' ? prefix : '__zone_symbol__') + name;
}

/** False on a server, where a page is rendered and nothing is to be patched. */
export const inBrowser = typeof addEventListener === 'function';

/** Zone.js throws where it cannot patch, and an import that throws takes its page with it. */
const isFrozen = ['Function', 'Promise', 'EventTarget', 'XMLHttpRequest'].some((name) => {
  const { prototype } = (scope[name] ?? {}) as { prototype?: object };
  return prototype !== undefined && Object.isFrozen(prototype);
});

/** A frame of Zone.js's stack of current zones. The one without parent is the root frame. */
export interface ZoneFrame {
  readonly parent: ZoneFrame | null;
  zone: Zone;
}

export interface LoadedZone {
  readonly ZoneClass: ZoneType & { prototype: Zone };
  readonly currentFrame: () => ZoneFrame;
}

/** Something is called `Zone`; an element of the page whose id it is counts. */
let isTaken = 'Zone' in scope;

/** What is called `Zone`, if that is Zone.js and open to patches: it hands out the frame of a zone. */
function readZone(): LoadedZone | undefined {
  try {
    // The name as Zone.js itself reads it: a class or constant of a script hides the property of the global object.
    const ZoneClass = Zone as LoadedZone['ZoneClass'];
    isTaken = true;
    let currentFrame: unknown;
    ZoneClass.__load_patch('zonetrace', (_global, _zone, api) => {
      ({ currentZoneFrame: currentFrame } = api as unknown as { currentZoneFrame: unknown });
    });
    const loaded = { ZoneClass, currentFrame: currentFrame as LoadedZone['currentFrame'] };
    const isFrozenZone = Object.isFrozen(ZoneClass) || Object.isFrozen(ZoneClass.prototype);
    if (!isFrozenZone && loaded.currentFrame().zone instanceof (ZoneClass as unknown as new () => Zone)) return loaded;
  } catch {
    // There is none, or it is of the page's.
  }
  return undefined;
}

const zoneAtFirst = isFrozen || isSecondCopy ? undefined : readZone();

/** Zone.js was there first, with its own promise: the native one is kept under its symbols. */
export const zoneWasFirst = zoneAtFirst !== undefined;

/** The import of Zone.js is to do nothing: no error, and no zones. */
const staysOut = !zoneAtFirst && (isTaken || isFrozen || !inBrowser);

function original<T>(holder: object, name: string): T {
  const values = holder as Record<string, unknown>;
  return (values[zoneSymbol(name)] ?? values[name]) as T;
}

/** Of the engine's promises: an async function returns one, whatever the page has made of `Promise`. */
export const promisePrototype = Object.getPrototypeOf((async () => {})()) as Promise<unknown>;
export const NativePromise = findNativePromise();
export const nativeThen = original<Promise<unknown>['then']>(promisePrototype, 'then');
export const nativeQueueMicrotask = original<typeof queueMicrotask>(globalThis, 'queueMicrotask');

/** The page's `Promise` may be a subclass of the engine's, or, where nothing leads to the engine's, a polyfill. */
function findNativePromise(): PromiseConstructor {
  const pagePromise = original<PromiseConstructor>(globalThis, 'Promise');
  let found: PromiseConstructor | null = pagePromise;
  while (found !== null && found.prototype !== promisePrototype) found = Object.getPrototypeOf(found);
  return found ?? pagePromise;
}

/** The platform's `on…` properties of elements; Zone.js replaces them and keeps them to itself. */
const handlerProperties =
  inBrowser && !zoneWasFirst && typeof HTMLElement === 'function'
    ? [HTMLElement, SVGElement].map(({ prototype }) => ({
        prototype,
        properties: Object.getOwnPropertyDescriptors(prototype) as Record<string, PropertyDescriptor>,
      }))
    : [];

export function handlerProperty(element: Element, name: string): PropertyDescriptor | undefined {
  return handlerProperties.find(({ prototype }) => Object.prototype.isPrototypeOf.call(prototype, element))?.properties[
    name
  ];
}

/**
 * Patches of Zone.js that stay out: the native promise and microtask queue keep their order and their errors, and
 * custom element reactions are synchronous, so the zone of whoever caused them is already current.
 */
const DISABLED = ['ZoneAwarePromise', 'queueMicrotask', 'customElements'];

/** Zone.js throws where it is loaded twice and this is true; it reads it at no other time. */
const DUPLICATE_CHECK = zoneSymbol('forceDuplicateZoneCheck');

/** Puts a value into a global property for the moment; false where that cannot be. Its undo is called later. */
function lend(name: string, value: unknown): boolean {
  const own = Object.getOwnPropertyDescriptor(scope, name);
  delete own?.configurable; // stays what it is, and Firefox refuses to hear that it is not
  undo.push(() => {
    if (own) Reflect.defineProperty(scope, name, own);
    else delete scope[name];
  });
  return Reflect.defineProperty(scope, name, own ? { value } : { value, configurable: true });
}

/** Zone.js finds a Zone that takes its patches and does nothing with them. */
function lendIdleZone(): void {
  const idleZone = { __symbol__: zoneSymbol, __load_patch() {} };
  // Where the page's cannot be replaced, Zone.js looks for it elsewhere: it asks for `globalThis.Zone`.
  if (!lend('Zone', idleZone)) lend('globalThis', Object.create(scope, { Zone: { value: idleZone } }));
}

/**
 * The page's own Zone.js comes after ours, or ours after it: the first one serves both. Whoever wants an error of that is
 * told in another way: nothing here may throw into the page.
 */
function watchDuplicates(): boolean {
  let wanted = scope[DUPLICATE_CHECK];
  return Reflect.defineProperty(scope, DUPLICATE_CHECK, {
    get() {
      if (tells) remark(SECOND_ZONE);
      tells = false;
      return wanted === true ? 1 : wanted;
    },
    set(value) {
      wanted = value;
    },
    configurable: true,
  });
}

const SECOND_ZONE =
  'a second zone.js was loaded and uses the first one; load it once, or first the version that the page needs';
/** A further reading of the switch is one by a further Zone.js. */
let tells = zoneWasFirst;

const undo: (() => void)[] = [];

/** To be called once Zone.js has been evaluated: takes away what was only there for that moment. */
export function afterZoneLoaded(): LoadedZone | undefined {
  for (const name of DISABLED) delete scope[`__Zone_disable_${name}`];
  for (const step of undo) step();
  tells ||= !zoneWasFirst;
  return staysOut ? undefined : (zoneAtFirst ?? readZone());
}

if (staysOut) lendIdleZone();
if (staysOut || !watchDuplicates()) lend(DUPLICATE_CHECK, false);

if (!staysOut && !zoneAtFirst) {
  for (const name of DISABLED) scope[`__Zone_disable_${name}`] = true;
  // Without these two Zone.js runs its own microtasks by setTimeout.
  scope[zoneSymbol('Promise')] = NativePromise;
  Object.defineProperty(promisePrototype, zoneSymbol('then'), {
    value: nativeThen,
    writable: true,
    configurable: true,
  });
}
