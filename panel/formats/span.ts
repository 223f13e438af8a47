import type { SpanContext, SpanEvent, SpanKind, SpanLink, SpanRecord } from '../../src/trace/types.js';
import { NO_ATTRIBUTES, textOf } from './json.js';

/** A span of a file. */
export interface ReadSpan {
  readonly record: SpanRecord;
  readonly service: string;
}

export const KINDS: readonly SpanKind[] = ['INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'];

/** By OpenTelemetry's number (1 to 5), or by a name that ends with the kind's. */
export function kindOf(value: unknown): SpanKind {
  if (typeof value === 'number') return KINDS[value - 1] ?? 'INTERNAL';
  const name = textOf(value).toUpperCase();
  return KINDS.find((kind) => name.endsWith(kind)) ?? 'INTERNAL';
}

export function contextOf(traceId: string, spanId: string, more: Partial<SpanContext> = {}): SpanContext {
  return { traceId, spanId, traceFlags: 1, isRemote: false, ...more };
}

export const NO_EVENTS: readonly SpanEvent[] = [];
export const NO_LINKS: readonly SpanLink[] = [];

/** A span with what every format has, the rest empty. */
export function spanOf(
  span: Pick<SpanRecord, 'name' | 'context' | 'parentSpanId' | 'startTime' | 'endTime'> & Partial<SpanRecord>,
): SpanRecord {
  // Member by member: a spread takes three times as long, and a file can have a million of them.
  return {
    name: span.name,
    context: span.context,
    parentSpanId: span.parentSpanId,
    parentIsRemote: span.parentIsRemote ?? false,
    kind: span.kind ?? 'INTERNAL',
    startTime: span.startTime,
    endTime: span.endTime,
    status: span.status ?? 'UNSET',
    statusMessage: span.statusMessage,
    attributes: span.attributes ?? NO_ATTRIBUTES,
    events: span.events && span.events.length > 0 ? span.events : NO_EVENTS,
    links: span.links && span.links.length > 0 ? span.links : NO_LINKS,
    droppedAttributesCount: span.droppedAttributesCount ?? 0,
    droppedEventsCount: span.droppedEventsCount ?? 0,
    droppedLinksCount: span.droppedLinksCount ?? 0,
  };
}
