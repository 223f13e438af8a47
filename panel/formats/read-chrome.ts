import type { ForeignTrace } from '../../src/store/stored-trace.js';
import type { Attributes, SpanContext, SpanEvent, SpanRecord, StatusCode } from '../../src/trace/types.js';
import type { ChromeEvents, ChromeThread } from './chrome-events.js';
import { emptyAttributes, type JsonObject } from './json.js';
import { contextOf, NO_EVENTS, NO_LINKS, spanOf } from './span.js';
import type { TraceCollector } from './traces.js';

/** ms: times before the year 2000 count from when the machine was started. */
const YEAR_2000 = 946_684_800_000;

/**
 * Makes traces of the Chrome Trace Event format, one at a step: a thread is a trace, what lies within each other on it are
 * parents and children, instants are events of the innermost span around them. Spans whose `args` have ids, as this panel
 * writes them, go to `traces` instead.
 */
export function* readChrome(events: ChromeEvents, traces: TraceCollector, now = Date.now()): Generator<ChromeTrace> {
  const shift = events.newest < YEAR_2000 ? now - events.newest : 0;
  for (const thread of events.threads.values()) {
    const service = events.processNames.get(thread.process) ?? '';
    yield readThread(events, thread, service, shift, traces);
  }
}

function readThread(
  events: ChromeEvents,
  { slices, instants }: ChromeThread,
  service: string,
  shift: number,
  traces: TraceCollector,
): ChromeTrace {
  const { starts } = events;
  const endOf = (event: number) => {
    const end = events.ends[event] as number;
    return Number.isNaN(end) ? Number.POSITIVE_INFINITY : end;
  };
  sortBy(
    slices,
    (a, b) => (starts[a] as number) - (starts[b] as number) || (endOf(a) === endOf(b) ? 0 : endOf(b) - endOf(a)),
  );
  sortBy(instants, (a, b) => (starts[a] as number) - (starts[b] as number));
  const trace = new ChromeTrace(events, service, shift);
  /** The spans that the next ones can lie in, the innermost last. */
  const stack: { end: number; place: number; own: SpanEvent[] | undefined }[] = [];
  const add = (event: number) => {
    const start = starts[event] as number;
    const end = endOf(event);
    for (let above = stack.at(-1); above && (above.end < end || above.end <= start); above = stack.at(-1)) stack.pop();
    const args = events.argsOf(event);
    const own = args && 'trace.id' in args ? ownSpan(events, event, args, shift) : undefined;
    if (own) traces.add(own.record, service);
    stack.push({ end, place: own ? -1 : trace.add(event, stack.at(-1)?.place ?? -1), own: own?.events });
  };
  let noted = 0;
  /** Instants that are in no span become spans of no length. */
  const note = (before: number) => {
    for (; noted < instants.length && (starts[instants[noted] as number] as number) < before; noted++) {
      const instant = instants[noted] as number;
      const around = stack.findLast(({ end }) => end >= (starts[instant] as number));
      if (!around) add(instant);
      else if (around.own) around.own.push(events.spanEventOf(instant, shift));
      else trace.note(around.place, instant);
    }
  };
  for (const slice of slices) {
    note(starts[slice] as number);
    add(slice);
  }
  note(Number.POSITIVE_INFINITY);
  return trace;
}

/** Chrome writes what lasts when it ends, so that most of it is in order or nearly so. */
function sortBy(events: number[], compare: (a: number, b: number) => number): void {
  for (let i = 1; i < events.length; i++) {
    if (compare(events[i - 1] as number, events[i] as number) > 0) {
      events.sort(compare);
      return;
    }
  }
}

/** A span with the ids that this panel writes, and the list for its events; undefined where they are none. */
function ownSpan(events: ChromeEvents, event: number, args: JsonObject, shift: number) {
  const { 'trace.id': traceId, 'span.id': spanId, 'parent.id': parentId, 'span.status': status } = args;
  if (!isId(traceId, 32) || !isId(spanId, 16)) return undefined;
  const attributes: Attributes = Object.assign(emptyAttributes(), events.attributesOf(event));
  for (const key of ['trace.id', 'span.id', 'parent.id', 'span.status']) delete attributes[key];
  const end = events.ends[event] as number;
  const noted: SpanEvent[] = [];
  const record: SpanRecord = {
    ...spanOf({
      name: events.nameOf(event),
      context: contextOf(traceId, spanId),
      parentSpanId: isId(parentId, 16) ? parentId : undefined,
      startTime: (events.starts[event] as number) + shift,
      endTime: Number.isNaN(end) ? undefined : end + shift,
      status: status === 'OK' || status === 'ERROR' ? status : 'UNSET',
      attributes,
    }),
    events: noted,
  };
  return { record, events: noted };
}

function isId(value: unknown, length: number): value is string {
  return typeof value === 'string' && value.length === length && /^[0-9a-f]+$/.test(value);
}

/** A thread as a trace. */
export class ChromeTrace implements ForeignTrace {
  readonly traceId = hex(16);
  readonly events: ChromeEvents;
  readonly shift: number;
  readonly #seed = hex(4);
  readonly #service: string;
  readonly #slices: number[] = [];
  readonly #parents: number[] = [];
  readonly #instants = new Map<number, number[]>();

  constructor(events: ChromeEvents, service: string, shift: number) {
    this.events = events;
    this.shift = shift;
    this.#service = service;
  }

  /** Adds an event and answers its place. */
  add(event: number, parent: number): number {
    this.#parents.push(parent);
    return this.#slices.push(event) - 1;
  }

  note(place: number, instant: number): void {
    const instants = this.#instants.get(place);
    if (instants) instants.push(instant);
    else this.#instants.set(place, [instant]);
  }

  get size(): number {
    return this.#slices.length;
  }

  parentOf(place: number): number {
    return this.#parents[place] as number;
  }

  startOf(place: number): number {
    return (this.events.starts[this.eventOf(place)] as number) + this.shift;
  }

  endOf(place: number): number {
    return (this.events.ends[this.eventOf(place)] as number) + this.shift;
  }

  statusOf(): StatusCode {
    return 'UNSET';
  }

  serviceOf(): string {
    return this.#service;
  }

  recordOf(place: number): SpanRecord {
    return new ChromeRecord(this, place);
  }

  eventOf(place: number): number {
    return this.#slices[place] as number;
  }

  instantsOf(place: number): readonly SpanEvent[] {
    return this.#instants.get(place)?.map((instant) => this.events.spanEventOf(instant, this.shift)) ?? NO_EVENTS;
  }

  spanIdOf(place: number): string {
    return this.#seed + (place + 1).toString(16).padStart(8, '0');
  }
}

/** A span of a thread, made for whoever looks at it. */
class ChromeRecord implements SpanRecord {
  readonly kind = 'INTERNAL';
  readonly status = 'UNSET';
  readonly statusMessage = undefined;
  readonly links = NO_LINKS;
  readonly droppedAttributesCount = 0;
  readonly droppedEventsCount = 0;
  readonly droppedLinksCount = 0;
  readonly #trace: ChromeTrace;
  readonly #place: number;

  constructor(trace: ChromeTrace, place: number) {
    this.#trace = trace;
    this.#place = place;
  }

  get name(): string {
    return this.#trace.events.nameOf(this.#trace.eventOf(this.#place));
  }

  get context(): SpanContext {
    return contextOf(this.#trace.traceId, this.#trace.spanIdOf(this.#place));
  }

  get parentSpanId(): string | undefined {
    const parent = this.#trace.parentOf(this.#place);
    return parent < 0 ? undefined : this.#trace.spanIdOf(parent);
  }

  get startTime(): number {
    return this.#trace.startOf(this.#place);
  }

  get endTime(): number | undefined {
    const end = this.#trace.endOf(this.#place);
    return Number.isNaN(end) ? undefined : end;
  }

  get attributes(): SpanRecord['attributes'] {
    return this.#trace.events.attributesOf(this.#trace.eventOf(this.#place));
  }

  get events(): readonly SpanEvent[] {
    return this.#trace.instantsOf(this.#place);
  }
}

function hex(length: number): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(length)), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  );
}
