import { currentFrame } from './load.js';
import { disguise, installed, replaceMethod, undoAll } from './replace.js';
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

type Construct = new (...args: unknown[]) => object;

/** Replaces a constructor by one that makes the same objects: prototype, statics, `instanceof` and subclasses stay. */
export function replaceConstructor(
  name: string,
  construct: (native: Construct, args: unknown[], newTarget: Construct) => object,
): () => void {
  const native = scope[name] as unknown as Construct | undefined;
  const descriptor = Object.getOwnPropertyDescriptor(globalThis, name);
  if (typeof native !== 'function' || !descriptor?.configurable) return () => {};
  const replacement = function (this: unknown, ...args: unknown[]) {
    // Without `new` the platform throws its own error.
    if (!new.target) return (native as unknown as Callback).apply(this, args);
    const target = new.target === (replacement as unknown) ? native : (new.target as unknown as Construct);
    return installed ? construct(native, args, target) : Reflect.construct(native, args, target);
  };
  Object.setPrototypeOf(replacement, native);
  disguise(replacement, native as unknown as Callback);
  Object.defineProperty(replacement, 'prototype', { value: native.prototype, writable: false });
  Object.defineProperty(globalThis, name, { ...descriptor, value: replacement });
  const { prototype } = native as unknown as { prototype: object };
  const own = Object.getOwnPropertyDescriptor(prototype, 'constructor');
  if (own?.configurable) Object.defineProperty(prototype, 'constructor', { ...own, value: replacement });
  return () => {
    if (scope[name] === (replacement as unknown)) Object.defineProperty(globalThis, name, descriptor);
    if (own && (prototype.constructor as unknown) === replacement) Object.defineProperty(prototype, 'constructor', own);
  };
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
