import type { AttributeValue, SpanKind, SpanRecord, StatusCode } from '../trace/types.js';

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
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number') return encodeNumber(value);
  return { arrayValue: { values: (value as AttributeValue[]).map(encodeValue) } };
}

export function encodeAttributes(attributes: Readonly<Record<string, AttributeValue>>): KeyValue[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: encodeValue(value) }));
}

/** ms to ns as decimal digits: a double has not enough of them for ns since 1970. */
function toNanoseconds(ms: number): string {
  const whole = Math.floor(ms);
  const rest = Math.round((ms - whole) * 1e6);
  return String(BigInt(whole) * 1_000_000n + BigInt(rest));
}

function encodeSpan(span: SpanRecord): Record<string, unknown> {
  const { traceId, spanId, traceFlags, traceState } = span.context;
  return {
    traceId,
    spanId,
    ...(traceState ? { traceState } : {}),
    ...(span.parentSpanId ? { parentSpanId: span.parentSpanId } : {}),
    flags: encodeFlags(traceFlags, span.parentIsRemote === true),
    name: span.name,
    kind: KINDS[span.kind],
    startTimeUnixNano: toNanoseconds(span.startTime),
    endTimeUnixNano: toNanoseconds(span.endTime ?? span.startTime),
    attributes: encodeAttributes(span.attributes),
    droppedAttributesCount: span.droppedAttributesCount,
    events: span.events.map((event) => ({
      timeUnixNano: toNanoseconds(event.time),
      name: event.name,
      attributes: encodeAttributes(event.attributes),
    })),
    droppedEventsCount: span.droppedEventsCount,
    links: span.links.map(({ context, attributes }) => ({
      traceId: context.traceId,
      spanId: context.spanId,
      ...(context.traceState ? { traceState: context.traceState } : {}),
      flags: encodeFlags(context.traceFlags, context.isRemote),
      attributes: encodeAttributes(attributes),
    })),
    droppedLinksCount: span.droppedLinksCount,
    status: { code: STATUSES[span.status], ...(span.statusMessage ? { message: span.statusMessage } : {}) },
  };
}

/** Spans as the JSON text of an `ExportTraceServiceRequest` (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding). */
export function encodeOtlp(spans: readonly SpanRecord[], resource: Readonly<Record<string, AttributeValue>>): string {
  return JSON.stringify({
    resourceSpans: [
      {
        resource: { attributes: encodeAttributes(resource) },
        scopeSpans: [{ scope: { name: 'zonetrace' }, spans: spans.map(encodeSpan) }],
      },
    ],
  });
}
