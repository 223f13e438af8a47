import type { Attributes, AttributeValue, SpanRecord } from '../../src/trace/types.js';
import { KINDS, type ReadSpan } from './span.js';

/** Spans as an `ExportTraceServiceRequest` (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding). */
export function writeOtlp(spans: readonly ReadSpan[]): string {
  const services = new Map<string, unknown[]>();
  for (const { record, service } of spans) {
    const list = services.get(service);
    if (list) list.push(encode(record));
    else services.set(service, [encode(record)]);
  }
  const resourceSpans = [...services].map(([service, list]) => ({
    resource: { attributes: service ? pairs({ 'service.name': service }) : [] },
    scopeSpans: [{ scope: {}, spans: list }],
  }));
  return JSON.stringify({ resourceSpans });
}

function encode(record: SpanRecord): unknown {
  const { context, statusMessage } = record;
  return {
    traceId: context.traceId,
    spanId: context.spanId,
    traceState: context.traceState,
    parentSpanId: record.parentSpanId,
    flags: flags(context.traceFlags, record.parentIsRemote === true),
    name: record.name,
    kind: KINDS.indexOf(record.kind) + 1,
    startTimeUnixNano: nanoseconds(record.startTime),
    // Zero: not ended.
    endTimeUnixNano: nanoseconds(record.endTime ?? 0),
    attributes: pairs(record.attributes),
    droppedAttributesCount: record.droppedAttributesCount,
    events: record.events.map(({ name, time, attributes }) => ({
      timeUnixNano: nanoseconds(time),
      name,
      attributes: pairs(attributes),
    })),
    droppedEventsCount: record.droppedEventsCount,
    links: record.links.map(({ context: to, attributes }) => ({
      traceId: to.traceId,
      spanId: to.spanId,
      traceState: to.traceState,
      flags: flags(to.traceFlags, to.isRemote),
      attributes: pairs(attributes),
    })),
    droppedLinksCount: record.droppedLinksCount,
    status: { code: ['UNSET', 'OK', 'ERROR'].indexOf(record.status), message: statusMessage },
  };
}

/** 0x100 says that 0x200, "is remote", is known (opentelemetry.proto.trace.v1.SpanFlags). */
function flags(traceFlags: number, isRemote: boolean): number {
  return (traceFlags & 0xff) | 0x100 | (isRemote ? 0x200 : 0);
}

/** As digits: a double has not enough of them for ns since 1970. */
function nanoseconds(ms: number): string {
  const whole = Math.floor(ms);
  return String(BigInt(whole) * 1_000_000n + BigInt(Math.round((ms - whole) * 1e6)));
}

function pairs(attributes: Readonly<Attributes>): unknown[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) }));
}

function anyValue(value: AttributeValue): unknown {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (Array.isArray(value)) return { arrayValue: { values: (value as AttributeValue[]).map(anyValue) } };
  if (Number.isSafeInteger(value) && !Object.is(value, -0)) return { intValue: String(value) };
  // proto3 JSON writes what JSON has no number for as strings.
  return {
    doubleValue: Number.isFinite(value) && !Object.is(value, -0) ? value : Object.is(value, -0) ? '-0' : String(value),
  };
}
