import type { Span } from '../trace/span.js';
import type { Trace } from '../trace/trace.js';
import type { SpanContext } from '../trace/types.js';

/** One event of the Chrome Trace Event format; times in µs. */
export interface ChromeTraceEvent {
  name: string;
  /** X complete, i instant, M metadata, s and f the ends of a flow. */
  ph: 'X' | 'i' | 'M' | 's' | 'f';
  ts: number;
  pid: number;
  tid: number;
  dur?: number;
  cat?: string;
  id?: string;
  bp?: 'e';
  s?: 't';
  args?: Record<string, unknown>;
}

/** The JSON object of the Chrome Trace Event format, as Perfetto and chrome://tracing open it. */
export interface ChromeTrace {
  traceEvents: ChromeTraceEvent[];
  displayTimeUnit: 'ms';
}

/** Spans that are open on a lane at a time, by their end: a span may lie on it if the innermost one encloses it. */
type Lane = number[];

function fits(lane: Lane, start: number, end: number): boolean {
  while (lane.length > 0 && (lane[lane.length - 1] as number) <= start) lane.pop();
  const enclosing = lane[lane.length - 1];
  return enclosing === undefined || enclosing >= end;
}

/** Puts each span on the first lane on which it nests; complete events of one thread must. */
function packLanes(spans: readonly Span[], endOf: (span: Span) => number): Map<Span, number> {
  const lanes: Lane[] = [];
  const laneOf = new Map<Span, number>();
  const ordered = [...spans].sort((a, b) => a.startTime - b.startTime || endOf(b) - endOf(a));
  for (const span of ordered) {
    const end = endOf(span);
    let index = lanes.findIndex((lane) => fits(lane, span.startTime, end));
    if (index < 0) index = lanes.push([]) - 1;
    (lanes[index] as Lane).push(end);
    laneOf.set(span, index);
  }
  return laneOf;
}

/**
 * A trace, or several, in the Chrome Trace Event format: each trace a process, spans as complete events on lanes that nest,
 * their events as instants, links between the spans as flows, from one trace to another too. Open spans end now.
 */
export function toChromeTrace(traces: Trace | readonly Trace[]): ChromeTrace {
  const traceEvents: ChromeTraceEvent[] = [];
  const placed = new Map<string, Place>();
  const all = 'spans' in traces ? [traces] : traces;
  for (const [i, trace] of all.entries()) {
    const pid = i + 1;
    const now = trace.now();
    const endOf = (span: Span): number => Math.max(span.endTime ?? now, span.startTime);
    const laneOf = packLanes(trace.spans, endOf);
    const lanes = Math.max(0, ...laneOf.values()) + 1;
    traceEvents.push(metadata('process_name', pid, 0, trace.rootSpan?.name ?? trace.traceId));
    for (let lane = 0; lane < lanes; lane++) traceEvents.push(metadata('thread_name', pid, lane, `lane ${lane + 1}`));
    for (const span of trace.spans) {
      const place = { ts: toMicroseconds(span.startTime), pid, tid: laneOf.get(span) ?? 0 };
      placed.set(keyOf(span.context), place);
      traceEvents.push(...spanEvents(span, place, endOf(span)));
    }
  }
  for (const { context, links } of all.flatMap(({ spans }) => spans)) {
    const [to, toPlace] = [keyOf(context), placed.get(keyOf(context))];
    for (const { context: cause } of links) {
      const fromPlace = placed.get(keyOf(cause));
      if (!fromPlace || !toPlace) continue;
      const shared = { name: 'link', cat: 'link', id: `${keyOf(cause)}-${to}` };
      traceEvents.push({ ...shared, ph: 's', ...fromPlace }, { ...shared, ph: 'f', bp: 'e', ...toPlace });
    }
  }
  return { traceEvents, displayTimeUnit: 'ms' };
}

/** Where a span begins. */
type Place = Pick<ChromeTraceEvent, 'ts' | 'pid' | 'tid'>;

function keyOf({ traceId, spanId }: SpanContext): string {
  return `${traceId}-${spanId}`;
}

function metadata(name: string, pid: number, tid: number, value: string): ChromeTraceEvent {
  return { name, ph: 'M', ts: 0, pid, tid, args: { name: value } };
}

function toMicroseconds(ms: number): number {
  return Math.round(ms * 1000);
}

function spanEvents(span: Span, place: Place, end: number): ChromeTraceEvent[] {
  const args = {
    ...span.attributes,
    'span.id': span.context.spanId,
    'span.kind': span.kind,
    'span.status': span.statusMessage ? `${span.status}: ${span.statusMessage}` : span.status,
  };
  const complete: ChromeTraceEvent = {
    name: span.name,
    ph: 'X',
    ...place,
    dur: toMicroseconds(end) - place.ts,
    cat: 'span',
    args,
  };
  const instants = span.events.map(
    (event): ChromeTraceEvent => ({
      name: event.name,
      ph: 'i',
      ...place,
      ts: toMicroseconds(event.time),
      s: 't',
      cat: 'event',
      args: { ...event.attributes },
    }),
  );
  return [complete, ...instants];
}
