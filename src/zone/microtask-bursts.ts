import { setWorkHook, type WorkHook } from './hooks.js';
import { nativeQueueMicrotask } from './native.js';
import { setTimerOutside } from './outside.js';
import { undoAll } from './replace.js';
import type { ZoneFields } from './value-zone.js';

/** Hooks that a delegate has, its own or inherited; the names survive Zone.js's minified builds. */
interface Hooks {
  _hasTaskZS: unknown;
  _handleErrorZS: unknown;
}

function hooksOf(zone: Zone): Hooks {
  return (zone as unknown as ZoneFields)._zoneDelegate as Hooks;
}

/** Microtask turns without anything of the zone that end a burst: a promise that resolves another's takes three. */
const IDLE_TURNS = 4;

/** The browser reports a rejection in a task of its own, which others may overtake (ms). */
const REPORTED_WITHIN = 100;

/** Whether there is such a zone at all; while there is none, continuations and marks ask for nothing more. */
let zonesAreWatched = false;

/** The last zone in which code ran, and the end of its last burst. */
let latelyRan: Zone | undefined;
let toldAt = Number.NEGATIVE_INFINITY;

/**
 * A zone whose owner waits for its microtasks, as Angular's NgZone does: change detection follows when they are done. The
 * continuations of native promises are no microtasks of Zone.js. So a burst of them is told as one.
 */
class WatchedZone {
  /** The microtask that stands for the burst that goes on. */
  #burst: Task | undefined;
  #idleTurns = 0;
  /** The owner was told, and nothing entered the zone or resumed in it since: a mark of the timeline means nothing new. */
  told = false;

  keepBusy(zone: Zone): void {
    if (this.told) return;
    this.#idleTurns = 0;
    if (this.#burst) return;
    // In the zone of the code that began the burst, with its values: the change detection is its effect.
    this.#burst = zone.scheduleMicroTask(
      'Promise.then',
      () => {},
      {},
      () => {},
    );
    this.#wait();
  }

  #wait(): void {
    nativeQueueMicrotask.call(globalThis, () => {
      if (++this.#idleTurns < IDLE_TURNS) this.#wait();
      else this.#tell();
    });
  }

  #tell(): void {
    const burst = this.#burst;
    this.#burst = undefined;
    try {
      burst?.invoke();
    } finally {
      // Last, since what the owner's change detection does in the zone must not begin the next burst.
      this.told = true;
      toldAt = performance.now();
    }
  }
}

/** By delegate, which the zones that carry values over one base share. */
const watchedZones = new WeakMap<Hooks, WatchedZone>();

function watch(zone: Zone): WatchedZone | undefined {
  const hooks = hooksOf(zone);
  if (!hooks._hasTaskZS) return undefined;
  zonesAreWatched = true;
  latelyRan = zone;
  let watched = watchedZones.get(hooks);
  if (!watched) {
    watched = new WatchedZone();
    watchedZones.set(hooks, watched);
  }
  return watched;
}

/**
 * The zone in which a promise was derived by `then`: exact. Nothing tells it of the promise of an async function or of
 * `new Promise`; there it is guessed by time.
 */
const zonesOfPromises = new WeakMap<object, Zone>();

const hook: WorkHook = {
  entered(zone) {
    const watched = watch(zone);
    if (watched) watched.told = false;
  },
  began(zone) {
    // One change detection after the burst.
    const watched = watch(zone);
    if (!watched) return;
    watched.told = false;
    watched.keepBusy(zone);
  },
  replayed(zone) {
    if (zonesAreWatched) watch(zone)?.keepBusy(zone);
  },
  derived(promise, zone) {
    if (zonesAreWatched) zonesOfPromises.set(promise, zone);
  },
};

/** Tells the owners of zones of their microtasks and of the rejections in them. Returns the undo. */
export function tellZoneOwners(): () => void {
  setWorkHook(hook);
  return undoAll([() => setWorkHook(undefined), forwardRejections()]);
}

/** An owner that handles errors hears of the rejections that nobody handled or prevented; the event itself stays. */
function forwardRejections(): () => void {
  const forward = (event: PromiseRejectionEvent): void => {
    let zone = zonesOfPromises.get(event.promise);
    if (!zone && performance.now() - toldAt < REPORTED_WITHIN) zone = latelyRan;
    if (!zone || !hooksOf(zone)._handleErrorZS) return;
    // After all other listeners, any of which may prevent it: the owner's own may have told it already.
    setTimerOutside(() => {
      if (event.defaultPrevented) return;
      try {
        zone.runGuarded(() => {
          throw event.reason;
        });
      } catch {
        // The owner did not handle it. The page has seen the event already.
      }
    }, 0);
  };
  addEventListener('unhandledrejection', forward);
  return () => removeEventListener('unhandledrejection', forward);
}
