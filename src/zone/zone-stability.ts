import { nativeQueueMicrotask, zoneSymbol } from './native.js';
import { setTimerOutside } from './outside.js';
import { baseOf, type ZoneFields } from './value-zone.js';

/** Hooks that a delegate has, its own or inherited; the names survive Zone.js's minified builds. */
interface Hooks {
  _hasTaskZS: unknown;
  _handleErrorZS: unknown;
}

/**
 * A zone whose owner waits for its microtasks, as Angular's NgZone does: change detection follows when they are done. The
 * continuations of native promises are no microtasks of Zone.js. So a burst of them is told as one.
 */
interface Watched {
  /** The microtask that stands for the burst that goes on. */
  burst: Task | undefined;
  idleTurns: number;
  /** The owner is being told. What its change detection does in the zone must not begin the next burst. */
  telling: boolean;
  /** The owner was told, and nothing entered the zone or resumed in it since: a mark of the timeline means nothing new. */
  told: boolean;
}

/** Microtask turns without anything of the zone that end a burst: a promise that resolves another's takes three. */
const IDLE_TURNS = 4;

/** Whether there is such a zone at all; while there is none, nothing below is called. */
export let zonesAreWatched = false;

const watchedZones = new WeakMap<Zone, Watched>();

/**
 * The zone in which a promise was derived by `then`: exact. Nothing tells it of the promise of an async function or of
 * `new Promise`; there it is guessed by time.
 */
const zonesOfPromises = new WeakMap<object, Zone>();

/** The last zone in which code ran, and the end of its last burst. */
let latelyRan: Zone | undefined;
let toldAt = Number.NEGATIVE_INFINITY;

/** The browser reports a rejection in a task of its own, which others may overtake (ms). */
const REPORTED_WITHIN = 100;

function hooksOf(zone: Zone): Hooks {
  return (zone as unknown as ZoneFields)._zoneDelegate as Hooks;
}

function ran(zone: Zone): Watched | undefined {
  if (!hooksOf(zone)._hasTaskZS) return undefined;
  zonesAreWatched = true;
  latelyRan = zone;
  const base = baseOf(zone);
  let watched = watchedZones.get(base);
  if (!watched) {
    watched = { burst: undefined, idleTurns: 0, telling: false, told: false };
    watchedZones.set(base, watched);
  }
  return watched.telling ? undefined : watched;
}

/** Code enters the zone synchronously: its caller may rely on a change detection right after it. */
export function noteEntry(zone: Zone): void {
  const watched = ran(zone);
  if (watched) watched.told = false;
}

/** A task or a continuation begins in the zone, with no code of the page below it: one change detection after the burst. */
export function noteWork(zone: Zone): void {
  const watched = ran(zone);
  if (!watched) return;
  watched.told = false;
  keepBusy(watched, zone);
}

/** Continuations that no hook sees may run in the zone now. */
export function noteTurn(zone: Zone): void {
  const watched = ran(zone);
  if (watched && !watched.told) keepBusy(watched, zone);
}

function keepBusy(watched: Watched, zone: Zone): void {
  watched.idleTurns = 0;
  if (watched.burst) return;
  // The values of the code that began the burst: the change detection is its effect.
  const burst = zone.scheduleMicroTask(
    'Promise.then',
    () => {},
    {},
    () => {},
  );
  watched.burst = burst;
  const wait = (): void => {
    if (++watched.idleTurns < IDLE_TURNS) {
      nativeQueueMicrotask.call(globalThis, wait);
      return;
    }
    watched.burst = undefined;
    watched.told = watched.telling = true;
    try {
      burst.invoke();
    } finally {
      watched.telling = false;
      toldAt = performance.now();
    }
  };
  nativeQueueMicrotask.call(globalThis, wait);
}

/** `then` was called in `zone` and made `promise`. */
export function notePromise(promise: object, zone: Zone): void {
  zonesOfPromises.set(promise, zone);
}

/** An owner that handles errors hears of a rejection that nobody handled or prevented; the event itself stays. */
function tellOwner(zone: Zone, event: PromiseRejectionEvent): void {
  if (event.defaultPrevented) return;
  try {
    zone.runGuarded(() => {
      throw event.reason;
    });
  } catch {
    // The owner did not handle it. The page has seen the event already.
  }
}

type Listen = (this: Window, type: string, listener: (event: PromiseRejectionEvent) => void) => void;

function platformMethod(name: 'addEventListener' | 'removeEventListener'): Listen {
  const scope = globalThis as unknown as Record<string, Listen>;
  return (scope[zoneSymbol(name)] ?? scope[name]) as Listen;
}

export function forwardRejections(): () => void {
  const listener = (event: PromiseRejectionEvent): void => {
    let zone = zonesOfPromises.get(event.promise);
    if (!zone && performance.now() - toldAt < REPORTED_WITHIN) zone = latelyRan;
    // After all other listeners, any of which may prevent it: the owner's own may have told it already.
    if (zone && hooksOf(zone)._handleErrorZS) setTimerOutside(() => tellOwner(zone, event), 0);
  };
  platformMethod('addEventListener').call(window, 'unhandledrejection', listener);
  return () => platformMethod('removeEventListener').call(window, 'unhandledrejection', listener);
}
