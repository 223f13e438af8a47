import type { Span } from '../trace/span.js';
import type { Attributes, AttributeValue, SpanEvent, SpanKind, SpanRecord, StatusCode } from '../trace/types.js';

/** OTLP's AnyValue in JSON. */
type AnyValue =
  | { stringValue: string }
  | { boolValue: boolean }
  | { intValue: string }
  | { doubleValue: number | string }
  | { arrayValue: { values: AnyValue[] } };

interface KeyValue {
  key: string;
  value: AnyValue;
}

const KINDS: Record<SpanKind, number> = { INTERNAL: 1, SERVER: 2, CLIENT: 3, PRODUCER: 4, CONSUMER: 5 };
const STATUSES: Record<StatusCode, number> = { UNSET: 0, OK: 1, ERROR: 2 };

/** W3C flags in the low byte; 0x100 says that 0x200, "is remote", is known (opentelemetry.proto.trace.v1.SpanFlags). */
function encodeFlags(traceFlags: number, isRemote: boolean): number {
  return (traceFlags & 0xff) | 0x100 | (isRemote ? 0x200 : 0);
}

function encodeNumber(value: number): AnyValue {
  if (Number.isSafeInteger(value)) return { intValue: String(value) };
  // proto3 JSON writes what JSON has no number for as strings.
  return { doubleValue: Number.isFinite(value) ? value : String(value) };
}

function encodeValue(value: AttributeValue): AnyValue {
  if (typeof value === 'string') return { stringValue: toText(value) };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number') return encodeNumber(value);
  return { arrayValue: { values: (value as AttributeValue[]).map(encodeValue) } };
}

/** UTF-8 has no half pairs of UTF-16, and a strict receiver refuses a whole batch for one. */
function toText(text: string): string {
  return text.toWellFormed?.() ?? text;
}

function encodeAttributes(attributes: Readonly<Attributes>): KeyValue[] {
  return Object.entries(attributes).map(([key, value]) => ({ key: toText(key), value: encodeValue(value) }));
}

/** What events and links have beside their own. */
function encodeDetails({
  attributes,
  droppedAttributesCount,
}: Pick<SpanEvent, 'attributes' | 'droppedAttributesCount'>) {
  return {
    attributes: encodeAttributes(attributes),
    ...(droppedAttributesCount ? { droppedAttributesCount } : {}),
  };
}

/** The last moment that 64 bits of ns can say: in the year 2554. */
const MAX_TIME = 18_446_744_073_709;

/** ms to ns as decimal digits: a double has not enough of them for ns since 1970. */
function toNanoseconds(ms: number): string {
  const time = Math.min(Math.max(ms, 0), MAX_TIME);
  const whole = Math.floor(time);
  const rest = Math.round((time - whole) * 1e6);
  return String(BigInt(whole) * 1_000_000n + BigInt(rest));
}

function encodeSpan(span: SpanRecord): Record<string, unknown> {
  const { traceId, spanId, traceFlags, traceState } = span.context;
  return {
    traceId,
    spanId,
    ...(traceState ? { traceState: toText(traceState) } : {}),
    ...(span.parentSpanId ? { parentSpanId: span.parentSpanId } : {}),
    flags: encodeFlags(traceFlags, span.parentIsRemote === true),
    name: toText(span.name),
    kind: KINDS[span.kind],
    startTimeUnixNano: toNanoseconds(span.startTime),
    endTimeUnixNano: toNanoseconds(span.endTime ?? span.startTime),
    attributes: encodeAttributes(span.attributes),
    droppedAttributesCount: span.droppedAttributesCount,
    events: span.events.map((event) => ({
      timeUnixNano: toNanoseconds(event.time),
      name: toText(event.name),
      ...encodeDetails(event),
    })),
    droppedEventsCount: span.droppedEventsCount,
    links: span.links.map((link) => ({
      traceId: link.context.traceId,
      spanId: link.context.spanId,
      ...(link.context.traceState ? { traceState: toText(link.context.traceState) } : {}),
      flags: encodeFlags(link.context.traceFlags, link.context.isRemote),
      ...encodeDetails(link),
    })),
    droppedLinksCount: span.droppedLinksCount,
    status: { code: STATUSES[span.status], ...(span.statusMessage ? { message: toText(span.statusMessage) } : {}) },
  };
}

/**
 * Spans as the JSON text of an `ExportTraceServiceRequest` (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding).
 * Traces that began in the same session, page, view and for the same user share a resource.
 */
export function encodeOtlp(spans: readonly Span[], resource: Readonly<Attributes>): string {
  const groups = new Map<Readonly<Attributes>, Span[]>();
  for (const span of spans) {
    const { attributes } = span.trace;
    const group = groups.get(attributes);
    if (group) group.push(span);
    else groups.set(attributes, [span]);
  }
  const resourceSpans = Array.from(groups, ([attributes, group]) => ({
    resource: { attributes: encodeAttributes({ ...resource, ...attributes }) },
    scopeSpans: [{ scope: { name: 'zonetrace' }, spans: group.map(encodeSpan) }],
  }));
  return JSON.stringify({ resourceSpans });
}
