import { failureHook } from './hooks.js';
import { currentFrame } from './load.js';
import { noteQueued, noteScope, noteZone } from './timeline.js';
import { isValueZone } from './value-zone.js';

/** Makes `zone` current in the running frame, until that frame ends or another zone is activated in it. */
export function activateZone(zone: Zone): void {
  const frame = currentFrame();
  if (frame.zone === zone) return;
  frame.zone = zone;
  noteZone(zone);
}

/**
 * Calls `fn` with `zone` current. The zone is set on the running frame rather than by Zone.run: nobody's hooks are
 * concerned, and what `fn` activates and leaves behind ends with it.
 */
export function runInZone<A extends unknown[], R>(zone: Zone, fn: (...args: A) => R, self?: unknown, args?: A): R {
  try {
    return enterZone(zone, fn, self, args);
  } finally {
    noteScope(currentFrame().zone);
  }
}

/** Likewise, but leaves it to the caller to note the zone that is current again, before code of the page runs on. */
export function enterZone<A extends unknown[], R>(zone: Zone, fn: (...args: A) => R, self?: unknown, args?: A): R {
  const frame = currentFrame();
  const before = frame.zone;
  if (before !== zone) {
    frame.zone = zone;
    noteScope(zone);
  }
  if (failureHook && isValueZone(zone)) failureHook.ran(zone);
  try {
    const result = args === undefined ? (fn as () => R).call(self) : fn.apply(self, args);
    if (typeof result === 'object' && result !== null) noteQueued();
    return result;
  } catch (error) {
    noteQueued();
    failureHook?.failed(error, zone);
    throw error;
  } finally {
    frame.zone = before;
    if (failureHook && before !== zone && isValueZone(before)) failureHook.ran(before);
  }
}
