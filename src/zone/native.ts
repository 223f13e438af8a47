/**
 * The platform's own promise machinery, taken before Zone.js is evaluated (this module is imported ahead of it),
 * and the switches that make Zone.js leave that machinery alone.
 */
const scope = globalThis as unknown as Record<string, unknown>;

export function zoneSymbol(name: string): string {
  const prefix = scope['__Zone_symbol_prefix'];
  return (typeof prefix === 'string' ? prefix : '__zone_symbol__') + name;
}

/** False on a server, where a page is rendered and nothing is to be patched. */
export const inBrowser = typeof addEventListener === 'function';

/** Something of the page is called `Zone` and is not Zone.js, which would throw at it. */
const strangeZone =
  'Zone' in scope && typeof (scope['Zone'] as { __symbol__?: unknown } | null)?.__symbol__ !== 'function';

/** Zone.js throws where it cannot patch, and an import that throws takes its page with it. */
const isFrozen = ['Function', 'Promise', 'EventTarget', 'XMLHttpRequest'].some((name) => {
  const { prototype } = (scope[name] ?? {}) as { prototype?: object };
  return prototype !== undefined && Object.isFrozen(prototype);
});

/** Zone.js was there first, with its own promise: the native one is kept under its symbols. */
export const zoneWasFirst = 'Zone' in scope && !strangeZone;

function original<T>(holder: object, name: string): T {
  const values = holder as Record<string, unknown>;
  return ((zoneWasFirst && values[zoneSymbol(name)]) || values[name]) as T;
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

/** Zone.js throws when it is loaded twice and a page has set this. */
const duplicateCheck = zoneSymbol('forceDuplicateZoneCheck');
const checkedDuplicates = scope[duplicateCheck];

/** To be called once Zone.js has been evaluated: takes away what was only there for that moment. */
export function afterZoneLoaded(): void {
  for (const name of DISABLED) delete scope[`__Zone_disable_${name}`];
  if (checkedDuplicates !== undefined) scope[duplicateCheck] = checkedDuplicates;
  if (strangeZone) scope['Zone'] = pagesZone;
  else if ((isFrozen || !inBrowser) && !zoneWasFirst) delete scope['Zone'];
}

const pagesZone = scope['Zone'];
if (checkedDuplicates !== undefined) scope[duplicateCheck] = false;

if (strangeZone || !(zoneWasFirst || (inBrowser && !isFrozen))) {
  // Zone.js finds a Zone that takes its patches and does nothing with them: no error, and no zones.
  scope['Zone'] = { __symbol__: zoneSymbol, __load_patch() {} };
} else if (!zoneWasFirst) {
  for (const name of DISABLED) scope[`__Zone_disable_${name}`] = true;
  // Without these two Zone.js runs its own microtasks by setTimeout.
  scope[zoneSymbol('Promise')] = NativePromise;
  Object.defineProperty(promisePrototype, zoneSymbol('then'), {
    value: nativeThen,
    writable: true,
    configurable: true,
  });
}
