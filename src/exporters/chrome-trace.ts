import type { Span } from '../trace/span.js';
import type { Trace } from '../trace/trace.js';

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

const PID = 1;

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
 * A trace in the Chrome Trace Event format: spans as complete events on lanes that nest, their events as instants, links
 * between spans of the trace as flows. Open spans end now.
 */
export function toChromeTrace(trace: Trace): ChromeTrace {
  const now = trace.now();
  const endOf = (span: Span): number => Math.max(span.endTime ?? now, span.startTime);
  const laneOf = packLanes(trace.spans, endOf);
  const lanes = Math.max(0, ...laneOf.values()) + 1;
  const traceEvents: ChromeTraceEvent[] = [metadata('process_name', 0, trace.rootSpan?.name ?? trace.traceId)];
  for (let lane = 0; lane < lanes; lane++) traceEvents.push(metadata('thread_name', lane, `lane ${lane + 1}`));
  for (const span of trace.spans) traceEvents.push(...spanEvents(span, laneOf.get(span) ?? 0, endOf(span)));
  const byId = new Map(trace.spans.map((span) => [span.context.spanId, span]));
  for (const span of trace.spans) {
    for (const { context } of span.links) {
      const cause = context.traceId === trace.traceId ? byId.get(context.spanId) : undefined;
      if (cause) traceEvents.push(...flow(cause, span, laneOf));
    }
  }
  return { traceEvents, displayTimeUnit: 'ms' };
}

function metadata(name: string, tid: number, value: string): ChromeTraceEvent {
  return { name, ph: 'M', ts: 0, pid: PID, tid, args: { name: value } };
}

function toMicroseconds(ms: number): number {
  return Math.round(ms * 1000);
}

function spanEvents(span: Span, tid: number, end: number): ChromeTraceEvent[] {
  const ts = toMicroseconds(span.startTime);
  const args = {
    ...span.attributes,
    'span.id': span.context.spanId,
    'span.kind': span.kind,
    'span.status': span.statusMessage ? `${span.status}: ${span.statusMessage}` : span.status,
  };
  const complete: ChromeTraceEvent = {
    name: span.name,
    ph: 'X',
    ts,
    dur: toMicroseconds(end) - ts,
    pid: PID,
    tid,
    cat: 'span',
    args,
  };
  const instants = span.events.map(
    (event): ChromeTraceEvent => ({
      name: event.name,
      ph: 'i',
      ts: toMicroseconds(event.time),
      pid: PID,
      tid,
      s: 't',
      cat: 'event',
      args: { ...event.attributes },
    }),
  );
  return [complete, ...instants];
}

function flow(from: Span, to: Span, laneOf: Map<Span, number>): ChromeTraceEvent[] {
  const id = `${from.context.spanId}-${to.context.spanId}`;
  const shared = { name: 'link', cat: 'link', id, pid: PID };
  return [
    { ...shared, ph: 's', ts: toMicroseconds(from.startTime), tid: laneOf.get(from) ?? 0 },
    { ...shared, ph: 'f', bp: 'e', ts: toMicroseconds(to.startTime), tid: laneOf.get(to) ?? 0 },
  ];
}
