import {
  afterZoneLoaded,
  type LoadedZone,
  NativePromise,
  nativeQueueMicrotask,
  nativeThen,
  promisePrototype,
  type ZoneFrame,
  zoneSymbol,
  zoneWasFirst,
} from './native.js';
import 'zone.js';

const zone = afterZoneLoaded();

/** Zone.js's class, or nothing where it could not be loaded. */
export const ZoneClass: LoadedZone['ZoneClass'] | undefined = zone?.ZoneClass;

if (ZoneClass) {
  if (zoneWasFirst) takeBackNatives();
  else {
    // Registers the page's promise as the patched one: assertZonePatched() passes, a second import of Zone.js is a no-op.
    for (const name of ['ZoneAwarePromise', 'queueMicrotask', 'customElements']) {
      ZoneClass.__load_patch(name, () => Promise as never);
    }
    clearMarks();
  }
}

/** Zone.js notes its own loading in the page's performance timeline, where the page looks for its own. */
function clearMarks(): void {
  for (const type of ['mark', 'measure']) {
    for (const { name } of performance.getEntriesByType(type)) {
      if (!/^Zone(:|$)/.test(name)) continue;
      performance.clearMarks(name);
      performance.clearMeasures(name);
    }
  }
}

/** Puts the native promise, `then`, fetch and queueMicrotask back in the places where Zone.js put its own. */
function takeBackNatives(): void {
  const scope = globalThis as unknown as Record<string, unknown>;
  setHidden(scope, 'Promise', NativePromise);
  setHidden(promisePrototype, 'then', nativeThen);
  // Read by Zone.js's fetch patch, which would patch `then` a second time and recurse.
  (NativePromise as unknown as Record<string, unknown>)[zoneSymbol('thenPatched')] = true;
  const nativeFetch = scope[zoneSymbol('fetch')];
  if (typeof nativeFetch === 'function') scope['fetch'] = nativeFetch;
  scope['queueMicrotask'] = nativeQueueMicrotask;
  (ZoneClass as unknown as Record<string, unknown>)['assertZonePatched'] = () => {};
}

function setHidden(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, writable: true, enumerable: false, configurable: true });
}

/** False where Zone.js could not be loaded: then the current span is kept in synchronous code only. */
export const zoneLoaded = zone !== undefined;

/** Stands for the stack of zones where there is no Zone.js. */
const onlyFrame: ZoneFrame = {
  parent: null,
  zone: { _parent: null, _name: '<root>', _properties: {}, _zoneDelegate: {} } as unknown as Zone,
};

export const currentFrame = zone ? zone.currentFrame : () => onlyFrame;

function findRootFrame(): ZoneFrame {
  let frame = currentFrame();
  while (frame.parent) frame = frame.parent;
  return frame;
}

/** Where scripts, native continuations and unpatched callbacks run. */
export const rootFrame = findRootFrame();

/** The zone of code that carries no value. */
export const pageZone: Zone = rootFrame.zone;
