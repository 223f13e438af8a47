import { zoneSymbol } from './native.js';

type SetTimer = (fn: () => void, ms: number) => number;

function platformTimer<F>(name: string): F {
  const scope = globalThis as unknown as Record<string, F | undefined>;
  return (scope[zoneSymbol(name)] ?? scope[name]) as F;
}

const setTimer = platformTimer<SetTimer>('setTimeout');
const clearTimer = platformTimer<(id: number) => void>('clearTimeout');

/** A timer of the platform cannot wait longer (ms); asked to, it does not wait at all. */
export const MAX_TIMER = 2 ** 31 - 1;

/** A timer in no zone, that no hook of Zone.js sees: for the library's own work. Returns its undo. */
export function setTimerOutside(fn: () => void, ms: number): () => void {
  const id = setTimer.call(globalThis, fn, Math.min(ms, MAX_TIMER));
  // On a server it must not keep the process alive.
  (id as unknown as { unref?: () => void }).unref?.();
  return () => clearTimer.call(globalThis, id);
}

const requestIdle = platformTimer<typeof requestIdleCallback | undefined>('requestIdleCallback');

/** ms after which a busy page is disturbed all the same. */
const IDLE_TIMEOUT = 1000;

/** Calls `fn` in no zone when the page has nothing to do; soon, where the platform cannot say (WebKit). Returns its undo. */
export function runWhenIdle(fn: () => void): () => void {
  if (!requestIdle) return setTimerOutside(fn, 0);
  const id = requestIdle.call(globalThis, fn, { timeout: IDLE_TIMEOUT });
  return () => cancelIdleCallback(id);
}

type Listeners = Record<string, (event: never) => void>;

function change(
  name: 'addEventListener' | 'removeEventListener',
  target: EventTarget,
  listeners: Listeners,
  capture: boolean,
): void {
  const { prototype } = EventTarget;
  const platform = prototype as unknown as Record<string, EventTarget['addEventListener'] | undefined>;
  const method = platform[zoneSymbol(name)] ?? prototype[name];
  for (const [type, listener] of Object.entries(listeners)) {
    method.call(target, type, listener as EventListener, capture);
  }
}

/** Adds listeners in no zone, that no hook of Zone.js sees. Returns their undo, which keeps the target alive. */
export function listenOutside(target: EventTarget, listeners: Listeners, capture = false): () => void {
  change('addEventListener', target, listeners, capture);
  return () => unlistenOutside(target, listeners, capture);
}

/** The undo of {@link listenOutside} for who does not keep the target. */
export function unlistenOutside(target: EventTarget, listeners: Listeners, capture = false): void {
  change('removeEventListener', target, listeners, capture);
}
