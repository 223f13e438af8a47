import { type FailureHook, setFailureHook } from './hooks.js';

/**
 * Where errors came from. `window` hears of an error when the task is over and its zone is gone, so the hooks that an
 * error passes through note the zone: exact. A rejection that passes through none (an async function that nobody awaits,
 * `Promise.reject`) is known by the zones that ran in the task just before its event.
 */
const zones = new WeakMap<object, Zone>();

/** The last one, for values that are no objects, and for errors of other origins, which `window` does not hand over. */
let last: { error: unknown; zone: Zone } | undefined;

/** A task that runs more zones than this tells nothing about a rejection. */
const MAX_RAN = 8;

const ran: Zone[] = [];

const hook: FailureHook = {
  failed(error, zone) {
    // The innermost one counts.
    if (!last || last.error !== error) last = { error, zone };
    if (typeof error === 'object' && error !== null && !zones.has(error)) zones.set(error, zone);
  },
  began(zone) {
    ran.length = 1;
    ran[0] = zone;
  },
  ran(zone) {
    if (ran[ran.length - 1] !== zone && ran.length <= MAX_RAN) ran.push(zone);
  },
};

/** Notes from here on where errors come from. Returns the undo. */
export function watchFailures(): () => void {
  setFailureHook(hook);
  return () => setFailureHook(undefined);
}

/** `isMuted`: the event does not tell which error it reports; it is the last one then. */
export function zoneOfFailure(error: unknown, isMuted = false): Zone | undefined {
  const noted = typeof error === 'object' && error !== null ? zones.get(error) : undefined;
  const lately = last && (isMuted || Object.is(last.error, error)) ? last.zone : undefined;
  last = undefined;
  return noted ?? lately;
}

/** The zones that ran in the last task, in this order; none where they were too many to tell. */
export function zonesOfLastTask(): readonly Zone[] {
  return ran.length > MAX_RAN ? [] : ran;
}
