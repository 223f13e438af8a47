import { failureHook } from './hooks.js';
import { currentFrame } from './load.js';
import { burstMark, noteReturn, noteZone, queuedSoFar, shortenMarks } from './timeline.js';
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
  const frame = currentFrame();
  const before = frame.zone;
  const queued = queuedSoFar();
  const mark = burstMark();
  if (before !== zone) {
    frame.zone = zone;
    noteZone(zone);
  }
  if (isValueZone(zone)) failureHook?.ran(zone);
  let waits = true;
  try {
    const result = args === undefined ? (fn as () => R).call(self) : fn.apply(self, args);
    waits = typeof result === 'object' && result !== null;
    return result;
  } catch (error) {
    failureHook?.failed(error, zone);
    throw error;
  } finally {
    frame.zone = before;
    noteReturn(before);
    if (before !== zone && isValueZone(before)) failureHook?.ran(before);
    if (mark && !waits && queued === queuedSoFar()) shortenMarks(mark);
  }
}
