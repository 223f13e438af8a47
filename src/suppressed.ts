import { currentFrame } from './zone/load.js';
import { enterZone } from './zone/run.js';
import { ZoneVariable } from './zone/variable.js';

/**
 * What the running code begins is not recorded, and its requests carry no headers: it works for tracing itself. What the
 * `redact` option writes to spans cannot be redacted either.
 */
export const suppressed = new ZoneVariable<boolean | 'redact' | 'processor'>({ name: 'zonetrace.suppressed' });

/**
 * Calls code of the page's that tracing asks something (a hook, a processor, an exporter). It may use this library and make
 * requests; were they recorded, it would be asked again, without end.
 */
export function runSuppressed<R>(fn: () => R, by: true | 'redact' = true): R {
  return suppressed.run(by, fn);
}

/**
 * Processors are called with each span, and the timeline would hold two marks more for each call, for jobs that hardly any
 * processor queues unseen. After so many calls the marks are left out, unless one has been seen to go on later and to begin
 * something there. One that does so more rarely cannot feed itself without end.
 */
const OBSERVED_CALLS = 1000;

let calls = 0;
let isCalling = false;
let goesOnLater = false;

/** By whom the running code is suppressed, if it is; for what is about to record something. */
export function suppressedBy(zone: Zone = currentFrame().zone): boolean | 'redact' | 'processor' | undefined {
  const by = suppressed.getIn(zone);
  if (by === 'processor' && !isCalling) goesOnLater = true;
  return by;
}

/** Calls a processor suppressed, and leaves it to the caller to note the zone that is current again. */
export function callProcessor<A, R>(fn: (of: A) => R, self: unknown, of: A): R {
  const frame = currentFrame();
  const before = frame.zone;
  const zone = suppressed.keptZoneWith('processor', before);
  isCalling = true;
  try {
    if (goesOnLater || calls < OBSERVED_CALLS) {
      calls++;
      return enterZone(zone, fn, self, [of]);
    }
    frame.zone = zone;
    return fn.call(self, of);
  } finally {
    frame.zone = before;
    isCalling = false;
  }
}
