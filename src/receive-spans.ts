import { dropOldest } from './trace/drop-oldest.js';
import type { Span } from './trace/span.js';
import type { Trace } from './trace/trace.js';
import type { SpanRecord } from './trace/types.js';
import { tracer } from './tracer.js';
import { warnOnce } from './warn.js';

/** A foreign trace and its spans by their ids. Weak: a live one is kept by the tracer, others only as long as by the store. */
interface ForeignTrace {
  trace: WeakRef<Trace>;
  spans: Map<string, WeakRef<Span>>;
}

/** Foreign traces that were begun and whose spans may still end; what ends after more of them is shown as never ended. */
const MOST_TRACES = 100;

const traces = new Map<string, ForeignTrace>();

/**
 * Takes spans of a worker or frame, open ones and ended ones: the page's panel shows them, in the trace of their id, and the
 * page's processors and exporters get those that have none of their own there. A span comes again when it has ended.
 */
export function receiveSpans(
  records: readonly SpanRecord[],
  service: string,
  exportsItself: boolean,
  dropped: number,
): void {
  if (dropped > 0) {
    if (tracer.store) tracer.store.droppedSpans += dropped;
    warnOnce(`more spans of "${service}" waited for the page than are kept, and some are lost; make fewer at once`);
  }
  for (const record of records) {
    const span = spanOf(record, service, exportsItself);
    if (record.endTime === undefined || !span.recording) continue;
    span.updateName(record.name).setAttributes(record.attributes);
    for (const { name, attributes, time } of record.events) span.addEvent(name, attributes, time);
    for (const { context, attributes } of record.links) span.addLink(context, attributes);
    const { status, statusMessage } = record;
    span.finish(statusMessage === undefined ? status : { code: status, message: statusMessage }, record.endTime);
  }
}

function spanOf(record: SpanRecord, service: string, exportsItself: boolean): Span {
  const { context, parentSpanId } = record;
  const { traceId, spanId } = context;
  const known = traces.get(traceId);
  const before = known?.spans.get(spanId)?.deref();
  if (before) return before;
  const trace = known?.trace.deref();
  const live = trace?.state === 'live' ? trace : undefined;
  const parent = parentSpanId !== undefined && live ? known?.spans.get(parentSpanId)?.deref() : undefined;
  const span = tracer.start(record.name, {
    kind: record.kind,
    startTime: record.startTime,
    attributes: { ...record.attributes, 'thread.name': service },
    ...(parentSpanId === undefined ? { root: true } : { parent: parent ?? { ...context, spanId: parentSpanId } }),
    foreign: { context, origin: { service, exports: exportsItself }, trace: live },
  });
  const spans = known?.spans ?? new Map();
  spans.set(spanId, new WeakRef(span));
  traces.delete(traceId);
  traces.set(traceId, { trace: new WeakRef(span.trace), spans });
  dropOldest(traces, MOST_TRACES);
  return span;
}
