import { currentFrame } from './load.js';
import { zoneSymbol } from './native.js';
import { installed, replaceMethod, replaceValue, undoAll } from './replace.js';
import { runInZone } from './run.js';
import { isValueZone } from './value-zone.js';

export type Callback = (this: unknown, ...args: unknown[]) => unknown;

/** Where the callback stands among the arguments. */
type Position = number | 'last';

/**
 * The functions of the platform that take a callback and that Zone.js leaves alone. The callback runs with the values of
 * the code that handed it over; `members` name the callbacks where the argument may be an object. What returns a promise
 * needs no row: the await does it.
 */
const METHODS: readonly [owner: string, method: string, positions: readonly Position[], members?: readonly string[]][] =
  [
    ['globalThis', 'requestIdleCallback', [0]],
    ['Scheduler', 'postTask', [0]],
    ['LockManager', 'request', ['last']],
    ['Document', 'startViewTransition', [0], ['update']],
    ['NavigateEvent', 'intercept', [0], ['handler', 'precommitHandler']],
    ['HTMLVideoElement', 'requestVideoFrameCallback', [0]],
    ['HTMLCanvasElement', 'toBlob', [0]],
    ['Notification constructor', 'requestPermission', [0]],
    ['DataTransferItem', 'getAsString', [0]],
    ['BaseAudioContext', 'decodeAudioData', [1, 2]],
    ['RTCPeerConnection', 'createOffer', [0, 1]],
    ['RTCPeerConnection', 'createAnswer', [0, 1]],
    ['RTCPeerConnection', 'setLocalDescription', [1, 2]],
    ['RTCPeerConnection', 'setRemoteDescription', [1, 2]],
    ['RTCPeerConnection', 'addIceCandidate', [1, 2]],
    ['FileSystemEntry', 'getParent', [0, 1]],
    ['FileSystemFileEntry', 'file', [0, 1]],
    ['FileSystemDirectoryEntry', 'getFile', [2, 3]],
    ['FileSystemDirectoryEntry', 'getDirectory', [2, 3]],
    ['FileSystemDirectoryReader', 'readEntries', [0, 1]],
  ];

/** The constructors, likewise. */
const CONSTRUCTORS: readonly [name: string, members?: readonly string[]][] = [
  ['ResizeObserver'],
  ['PerformanceObserver'],
  ['ReportingObserver'],
  ['AudioDecoder', ['output', 'error']],
  ['AudioEncoder', ['output', 'error']],
  ['VideoDecoder', ['output', 'error']],
  ['VideoEncoder', ['output', 'error']],
  ['ReadableStream', ['pull', 'cancel']],
];

type Scope = Record<string, ({ prototype: object } & object) | undefined>;
const scope = globalThis as unknown as Scope;

/** Runs the callback in the current zone; as it is, where no value is set: code without values leaves no trace of us. */
export function bindCallback<F>(callback: F): F {
  const { zone } = currentFrame();
  if (typeof callback !== 'function' || !isValueZone(zone)) return callback;
  return function (this: unknown, ...args: unknown[]) {
    return runInZone(zone, callback as unknown as Callback, this, args);
  } as unknown as F;
}

/**
 * The object with those of its members bound. The page's object stays as it is; the platform reads through to it, and
 * calls its members on it.
 */
export function bindMembers(
  target: object,
  members: readonly string[],
  bind: (fn: Callback, name: string) => Callback,
): object {
  const bound: PropertyDescriptorMap = {};
  for (const name of members) {
    const callback = (target as Record<string, unknown>)[name];
    if (typeof callback !== 'function') continue;
    const onTarget: Callback = (...args) => (callback as Callback).apply(target, args);
    bound[name] = { value: bind(onTarget, name), writable: true, enumerable: true, configurable: true };
  }
  return Object.create(target, bound) as object;
}

function bindArgument(argument: unknown, members: readonly string[] | undefined): unknown {
  if (typeof argument === 'function') return bindCallback(argument);
  if (!members || typeof argument !== 'object' || argument === null || !isValueZone(currentFrame().zone))
    return argument;
  return bindMembers(argument, members, bindCallback);
}

function ownerOf(name: string): object | undefined {
  if (name === 'globalThis') return globalThis;
  const [type, isConstructor] = name.split(' ');
  const found = scope[type as string];
  return isConstructor ? found : found?.prototype;
}

function patchMethod(
  owner: object,
  method: string,
  positions: readonly Position[],
  members?: readonly string[],
): () => void {
  return replaceMethod<Callback>(owner, method, (native) => {
    return function (this: unknown, ...args) {
      if (installed) {
        for (const position of positions) {
          const index = position === 'last' ? args.length - 1 : position;
          if (index >= 0 && index < args.length) args[index] = bindArgument(args[index], members);
        }
      }
      return native.apply(this, args);
    };
  });
}

type Construct = (new (...args: unknown[]) => object) & { prototype: object };

/**
 * Replaces a constructor by a proxy, so that `prototype`, `instanceof`, subclasses, static members, a call without `new`
 * and every error stay the platform's own.
 */
export function replaceConstructor(
  name: string,
  construct: (native: Construct, args: unknown[], newTarget: Construct) => object,
): () => void {
  const native = scope[name] as unknown as Construct | undefined;
  if (typeof native !== 'function') return () => {};
  let active = true;
  const replacement: Construct = new Proxy(native, {
    construct(_native, args, newTarget) {
      const target = newTarget === replacement ? native : (newTarget as Construct);
      return active ? construct(native, args, target) : Reflect.construct(native, args, target);
    },
    // Zone.js's toString asks for the function behind it.
    get: (_native, key) => (key === zoneSymbol('OriginalDelegate') ? native : Reflect.get(native, key)),
  });
  return undoAll([
    () => {
      active = false;
    },
    replaceValue(native.prototype, 'constructor', replacement),
    replaceValue(globalThis, name, replacement),
  ]);
}

/** Binds the callbacks of all rows that this browser has. */
export function patchPlatformCallbacks(): () => void {
  const undo: (() => void)[] = [];
  for (const [ownerName, method, positions, members] of METHODS) {
    const owner = ownerOf(ownerName);
    if (owner) undo.push(patchMethod(owner, method, positions, members));
  }
  for (const [name, members] of CONSTRUCTORS) {
    undo.push(
      replaceConstructor(name, (native, [first, ...rest], target) =>
        Reflect.construct(native, [bindArgument(first, members), ...rest], target),
      ),
    );
  }
  return undoAll(undo);
}
