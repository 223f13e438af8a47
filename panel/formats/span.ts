import type { SpanContext, SpanKind, SpanRecord } from '../../src/trace/types.js';
import { emptyAttributes, textOf } from './json.js';

/** A span of a file. */
export interface ReadSpan {
  record: SpanRecord;
  service: string;
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

/** A span with what every format has, the rest empty. */
export function spanOf(
  span: Pick<SpanRecord, 'name' | 'context' | 'parentSpanId' | 'startTime' | 'endTime'> & Partial<SpanRecord>,
): SpanRecord {
  return {
    kind: 'INTERNAL',
    status: 'UNSET',
    statusMessage: undefined,
    attributes: emptyAttributes(),
    events: [],
    links: [],
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
    ...span,
  };
}

/** Where parents go round in a circle, makes a link of the parent of one of them, so that the rest is a tree. */
export function breakCircles(spans: readonly ReadSpan[]): void {
  const key = ({ context: { traceId } }: SpanRecord, spanId: string) => `${traceId}${spanId}`;
  const byId = new Map(spans.map((span) => [key(span.record, span.record.context.spanId), span]));
  /** The number of the climb that passed. */
  const climbs = new Map<ReadSpan, number>();
  spans.forEach((span, climb) => {
    let at: ReadSpan | undefined = span;
    while (at && !climbs.has(at)) {
      climbs.set(at, climb);
      const { record }: ReadSpan = at;
      at = record.parentSpanId === undefined ? undefined : byId.get(key(record, record.parentSpanId));
    }
    if (!at || climbs.get(at) !== climb) return;
    const { record } = at;
    const context = contextOf(record.context.traceId, record.parentSpanId ?? '');
    at.record = { ...record, parentSpanId: undefined, links: [...record.links, { context, attributes: {} }] };
  });
}
