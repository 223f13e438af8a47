import type { SpanRecord } from '../../src/trace/types.js';

/** Everything that a span has, as readable JSON. */
export function spanToJson(record: SpanRecord, service: string): string {
  const { name, context, parentSpanId, kind, startTime, endTime, status, statusMessage } = record;
  return JSON.stringify(
    {
      name,
      service,
      kind,
      traceId: context.traceId,
      spanId: context.spanId,
      parentSpanId,
      traceFlags: context.traceFlags,
      traceState: context.traceState,
      startTime: new Date(startTime).toISOString(),
      startTimeMs: startTime,
      endTimeMs: endTime,
      durationMs: endTime === undefined ? undefined : endTime - startTime,
      status: { code: status, message: statusMessage },
      attributes: record.attributes,
      events: record.events,
      links: record.links,
      droppedAttributesCount: record.droppedAttributesCount,
      droppedEventsCount: record.droppedEventsCount,
      droppedLinksCount: record.droppedLinksCount,
    },
    undefined,
    2,
  );
}

/** The header that carries the span to another process (https://www.w3.org/TR/trace-context-2/#traceparent-header). */
export function traceparentOf({ context }: SpanRecord): string {
  return `00-${context.traceId}-${context.spanId}-${context.traceFlags.toString(16).padStart(2, '0')}`;
}
