import type { Attributes, SpanEvent } from '../../src/trace/types.js';
import {
  emptyAttributes,
  isObject,
  type JsonObject,
  msAt,
  neededMsAt,
  objectsAt,
  textOf,
  toAttribute,
} from './json.js';
import { contextOf, type ReadSpan, spanOf } from './span.js';

/** µs a ms. */
const MICRO = 1000;

/** ms: times before the year 2000 count from when the machine was started. */
const YEAR_2000 = 946_684_800_000;

interface Slice {
  event: JsonObject;
  start: number;
  end: number | undefined;
  thread: string;
  instants: SpanEvent[];
}

/**
 * Reads the Chrome Trace Event format: complete events and pairs of begin and end become spans, those within each other
 * on a thread children; instants become events. A thread is a trace, unless `args` have ids, as this panel writes them.
 */
export function readChrome(events: unknown, at: string, now = Date.now()): ReadSpan[] {
  const slices: Slice[] = [];
  const names = new Map<string, string>();
  const begun = new Map<string, Slice[]>();
  const instants: { thread: string; event: SpanEvent }[] = [];
  for (const [event, place] of objectsAt(events, at)) {
    const phase = textOf(event['ph']);
    const pid = textOf(event['pid']);
    const isAsync = phase === 'b' || phase === 'e';
    const thread = `${pid} ${textOf(isAsync ? event['id'] : event['tid'])}`;
    if (phase === 'M') {
      const name = argsOf(event)['name'];
      if (event['name'] === 'process_name') names.set(pid, textOf(name));
      continue;
    }
    if (!/^[XBEbeiIn]$/.test(phase)) continue;
    const start = neededMsAt(event['ts'], MICRO, `${place}.ts`);
    if (phase === 'E' || phase === 'e') {
      const slice = begun.get(phase + thread)?.pop();
      if (slice) {
        slice.end = start;
        slice.event = { ...slice.event, args: { ...argsOf(slice.event), ...argsOf(event) } };
      }
    } else if (phase === 'X' || phase === 'B' || phase === 'b') {
      const end = phase === 'X' ? start + (msAt(event['dur'], MICRO, `${place}.dur`) ?? 0) : undefined;
      const slice = { event, start, end, thread, instants: [] };
      slices.push(slice);
      if (phase === 'X') continue;
      const key = (phase === 'B' ? 'E' : 'e') + thread;
      const open = begun.get(key);
      if (open) open.push(slice);
      else begun.set(key, [slice]);
    } else {
      instants.push({ thread, event: { name: textOf(event['name']), time: start, attributes: attributesOf(event) } });
    }
  }
  return toSpans(slices, names, instants, now);
}

function argsOf(event: JsonObject): JsonObject {
  return isObject(event['args']) ? event['args'] : {};
}

function attributesOf(event: JsonObject): Attributes {
  const attributes = emptyAttributes();
  for (const [key, value] of Object.entries(argsOf(event))) attributes[key] = toAttribute(value);
  return attributes;
}

function toSpans(
  slices: Slice[],
  names: Map<string, string>,
  instants: readonly { thread: string; event: SpanEvent }[],
  now: number,
): ReadSpan[] {
  const last = (slice: Slice) => slice.end ?? Number.POSITIVE_INFINITY;
  slices.sort((a, b) => a.start - b.start || last(b) - last(a));
  const newest = slices.reduce((time, slice) => Math.max(time, slice.end ?? slice.start), 0);
  const shift = newest < YEAR_2000 ? now - newest : 0;
  const seed = hex(crypto.getRandomValues(new Uint8Array(12)));
  const threads = new Map<string, { id: number; stack: { slice: Slice; spanId: string }[]; slices: Slice[] }>();
  const read = slices.map((slice, i): ReadSpan => {
    let thread = threads.get(slice.thread);
    if (!thread) {
      thread = { id: threads.size + 1, stack: [], slices: [] };
      threads.set(slice.thread, thread);
    }
    thread.slices.push(slice);
    const { stack } = thread;
    while (stack.length > 0 && last((stack.at(-1) as (typeof stack)[0]).slice) < last(slice)) stack.pop();
    while (stack.length > 0 && last((stack.at(-1) as (typeof stack)[0]).slice) <= slice.start) stack.pop();
    const attributes = attributesOf(slice.event);
    const take = (key: string, form: RegExp) => {
      const value = attributes[key];
      if (typeof value !== 'string' || !form.test(value)) return undefined;
      delete attributes[key];
      return value;
    };
    const ownTrace = take('trace.id', /^[0-9a-f]{32}$/);
    const ownSpan = take('span.id', /^[0-9a-f]{16}$/);
    const spanId = ownSpan ?? seed.slice(0, 8) + (i + 1).toString(16).padStart(8, '0');
    const traceId = ownTrace ?? seed + thread.id.toString(16).padStart(8, '0');
    const parentSpanId = ownTrace ? take('parent.id', /^[0-9a-f]{16}$/) : stack.at(-1)?.spanId;
    const status = take('span.status', /^(OK|ERROR|UNSET)$/) as 'OK' | undefined;
    const category = textOf(slice.event['cat']);
    if (category && !ownSpan) attributes['category'] = category;
    stack.push({ slice, spanId });
    const record = spanOf({
      name: textOf(slice.event['name']),
      context: contextOf(traceId, spanId),
      parentSpanId,
      startTime: slice.start + shift,
      endTime: slice.end === undefined ? undefined : slice.end + shift,
      status: status ?? 'UNSET',
      attributes,
      events: slice.instants,
    });
    return { record, service: names.get(slice.thread.split(' ')[0] as string) ?? '' };
  });
  for (const { thread, event } of instants) {
    const inside = threads.get(thread)?.slices.findLast((each) => each.start <= event.time && last(each) >= event.time);
    inside?.instants.push({ ...event, time: event.time + shift });
  }
  return read;
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
