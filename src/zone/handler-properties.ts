import { messageHook } from './hooks.js';
import { currentFrame } from './load.js';
import { disguise, installed, ownerOf, undoAll } from './replace.js';
import { runInZone } from './run.js';
import { isValueZone } from './value-zone.js';

/** Interfaces whose `on…` properties Zone.js leaves alone; their events answer an operation or come from an object kept by the page. */
const INTERFACES = [
  'AbortSignal',
  'Animation',
  'BroadcastChannel',
  'EventSource',
  'FontFaceSet',
  'MediaRecorder',
  'MediaSource',
  'MessagePort',
  'Notification',
  'RTCDataChannel',
  'RTCPeerConnection',
  'ServiceWorker',
  'ServiceWorkerContainer',
  'SharedWorker',
  'SourceBuffer',
  'SpeechSynthesisUtterance',
];

type Handler = (this: unknown, ...args: unknown[]) => unknown;

/** From the function that the platform holds to the one that the page gave. */
const originals = new WeakMap<Handler, Handler>();

function bindHandler(handler: Handler, takesMessages: boolean): Handler {
  const { zone } = currentFrame();
  if (!isValueZone(zone) && !takesMessages) return handler;
  const bound: Handler = function (this: unknown, ...args) {
    // Dispatched by a script that runs in a context of its own: that one.
    if (isValueZone(currentFrame().zone)) return handler.apply(this, args);
    const [event] = args;
    const sent = event instanceof MessageEvent ? messageHook?.(event, zone) : undefined;
    return runInZone(sent ?? zone, handler, this, args);
  };
  originals.set(bound, handler);
  return bound;
}

function patchProperty(prototype: object, name: string): () => void {
  const descriptor = Object.getOwnPropertyDescriptor(prototype, name);
  const { get, set } = descriptor ?? {};
  if (!descriptor?.configurable || !get || !set) return () => {};
  const replacement: PropertyDescriptor = {
    ...descriptor,
    get(this: unknown) {
      const handler: unknown = get.call(this);
      return typeof handler === 'function' ? (originals.get(handler as Handler) ?? handler) : handler;
    },
    set(this: unknown, handler: unknown) {
      const binds = installed && typeof handler === 'function';
      set.call(this, binds ? bindHandler(handler as Handler, name === 'onmessage') : handler);
    },
  };
  disguise(replacement.get as () => unknown, get);
  disguise(replacement.set as () => unknown, set as () => unknown);
  Object.defineProperty(prototype, name, replacement);
  return () => {
    const now = Object.getOwnPropertyDescriptor(prototype, name);
    if (now?.set === replacement.set) Object.defineProperty(prototype, name, descriptor);
  };
}

export function patchHandlerProperties(): () => void {
  const undo: (() => void)[] = [];
  for (const name of INTERFACES) {
    const type = (globalThis as unknown as Record<string, { prototype?: object } | undefined>)[name];
    if (!type?.prototype) continue;
    for (const property of Object.getOwnPropertyNames(type.prototype)) {
      if (property.startsWith('on')) undo.push(patchProperty(type.prototype, property));
    }
  }
  // Zone.js leaves the properties of a worker's global object alone.
  if (typeof document === 'undefined') undo.push(patchProperty(ownerOf(globalThis, 'onmessage'), 'onmessage'));
  return undoAll(undo);
}
