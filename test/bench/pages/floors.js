import { generateSpanId, generateTraceId } from '../../../src/trace/ids.ts';

/** As many as the store of the panel keeps. */
const KEPT = 100_000;

const clock = globalThis.performance;

/** The fields of src/trace/span.ts that hold what was recorded, and nothing that works with them. */
class LeastSpan {
  constructor(name) {
    this.name = name;
    this.trace = undefined;
    this.parent = undefined;
    this.context = undefined;
    this.kind = 'INTERNAL';
    this.startTime = clock.now();
    this.endTime = undefined;
    this.status = 'UNSET';
    this.statusMessage = undefined;
    this.attributes = undefined;
    this.events = undefined;
    this.links = undefined;
    this.droppedAttributesCount = 0;
    this.droppedEventsCount = 0;
    this.droppedLinksCount = 0;
  }

  end() {
    this.status = 'OK';
    this.endTime = clock.now();
  }
}

/** The last one, so that no compiler finds out that nobody wants it. */
let last;

/** The least that a span can cost: the object and two readings of the clock. */
export function leastSpan(name, work) {
  const span = new LeastSpan(name);
  last = span;
  work(span);
  span.end();
}

/** The same with the ids of a trace and a span, which zonetrace draws when they are asked for. */
export function leastWithIds(name, work) {
  leastSpan(name, work);
  last.context = { traceId: generateTraceId(), spanId: generateSpanId(), traceFlags: 3, isRemote: false };
}

const kept = Array.from({ length: KEPT });
let place = 0;

/** The same, kept as the store of the panel keeps spans: an object that lives costs the garbage collector its moves. */
export function leastKept(name, work) {
  leastSpan(name, work);
  kept[place] = last;
  place = (place + 1) % KEPT;
}

/** The same in a zone of Zone.js that is there already. */
export function leastInZone(zone) {
  return (name, work) => {
    const span = new LeastSpan(name);
    zone.run(work, undefined, [span]);
    span.end();
  };
}
