import type { Span } from '../trace/span.js';
import type {
  Attributes,
  AttributeValue,
  SpanContext,
  SpanEvent,
  SpanKind,
  SpanLink,
  SpanRecord,
  StatusCode,
} from '../trace/types.js';

// The text is written as it will be sent. Objects for JSON.stringify cost four times as much: there are forty a span.

const KINDS: Record<SpanKind, number> = { INTERNAL: 1, SERVER: 2, CLIENT: 3, PRODUCER: 4, CONSUMER: 5 };
const STATUSES: Record<StatusCode, number> = { UNSET: 0, OK: 1, ERROR: 2 };

/** What JSON escapes, and what may be half a pair of UTF-16. */
const UNSAFE = /[^ !#-[\]-~]/;

/** UTF-8 has no half pairs of UTF-16, and a strict receiver refuses a whole batch for one. */
function quote(text: string): string {
  return UNSAFE.test(text) ? JSON.stringify(text.toWellFormed?.() ?? text) : `"${text}"`;
}

function writeNumber(value: number): string {
  if (Number.isSafeInteger(value)) return `{"intValue":"${value}"}`;
  // proto3 JSON writes what JSON has no number for as strings.
  return `{"doubleValue":${Number.isFinite(value) ? value : `"${value}"`}}`;
}

/** OTLP's AnyValue. */
function writeValue(value: AttributeValue): string {
  if (typeof value === 'string') return `{"stringValue":${quote(value)}}`;
  if (typeof value === 'boolean') return `{"boolValue":${value}}`;
  if (typeof value === 'number') return writeNumber(value);
  return `{"arrayValue":{"values":${writeList(value as AttributeValue[], writeValue)}}}`;
}

function writeList<Item>(items: readonly Item[], write: (item: Item) => string): string {
  let text = '';
  for (const item of items) text += text ? `,${write(item)}` : write(item);
  return `[${text}]`;
}

function writeAttributes(attributes: Readonly<Attributes>): string {
  return writeList(
    Object.keys(attributes),
    (key) => `{"key":${quote(key)},"value":${writeValue(attributes[key] as AttributeValue)}}`,
  );
}

/** What events and links have beside their own. */
function writeDetails({
  attributes,
  droppedAttributesCount,
}: Pick<SpanEvent, 'attributes' | 'droppedAttributesCount'>): string {
  const dropped = droppedAttributesCount ? `,"droppedAttributesCount":${droppedAttributesCount}` : '';
  return `"attributes":${writeAttributes(attributes)}${dropped}`;
}

/** A member that may be missing, with the comma after it. */
function writeText(name: string, text: string | undefined): string {
  return text ? `"${name}":${quote(text)},` : '';
}

/** W3C flags in the low byte; 0x100 says that 0x200, "is remote", is known (opentelemetry.proto.trace.v1.SpanFlags). */
function flagsOf(traceFlags: number, isRemote: boolean): number {
  return (traceFlags & 0xff) | 0x100 | (isRemote ? 0x200 : 0);
}

function writeContext({ traceId, spanId, traceState }: SpanContext): string {
  return `"traceId":${quote(traceId)},"spanId":${quote(spanId)},${writeText('traceState', traceState)}`;
}

/** The last moment that 64 bits of ns can say: in the year 2554. */
const MAX_TIME = 18_446_744_073_709;

/** ms to ns as decimal digits, in two halves: a double has not enough of them for ns since 1970. */
function writeNanoseconds(ms: number): string {
  const time = Math.min(Math.max(ms, 0), MAX_TIME);
  let whole = Math.floor(time);
  let rest = Math.round((time - whole) * 1e6);
  if (rest === 1e6) {
    whole++;
    rest = 0;
  }
  return whole ? `"${whole}${String(1e6 + rest).slice(1)}"` : `"${rest}"`;
}

function writeEvent(event: SpanEvent): string {
  return `{"timeUnixNano":${writeNanoseconds(event.time)},"name":${quote(event.name)},${writeDetails(event)}}`;
}

function writeLink(link: SpanLink): string {
  const { context } = link;
  return `{${writeContext(context)}"flags":${flagsOf(context.traceFlags, context.isRemote)},${writeDetails(link)}}`;
}

function writeSpan(span: SpanRecord): string {
  const { context, startTime } = span;
  return `{${writeContext(context)}${writeText('parentSpanId', span.parentSpanId)}"flags":${flagsOf(
    context.traceFlags,
    span.parentIsRemote === true,
  )},"name":${quote(span.name)},"kind":${KINDS[span.kind]},"startTimeUnixNano":${writeNanoseconds(
    startTime,
  )},"endTimeUnixNano":${writeNanoseconds(span.endTime ?? startTime)},"attributes":${writeAttributes(
    span.attributes,
  )},"droppedAttributesCount":${span.droppedAttributesCount},"events":${writeList(
    span.events,
    writeEvent,
  )},"droppedEventsCount":${span.droppedEventsCount},"links":${writeList(
    span.links,
    writeLink,
  )},"droppedLinksCount":${span.droppedLinksCount},"status":{${writeText('message', span.statusMessage)}"code":${
    STATUSES[span.status]
  }}}`;
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
  const resourceSpans = writeList(
    [...groups],
    ([attributes, group]) =>
      `{"resource":{"attributes":${writeAttributes({ ...resource, ...attributes })}},"scopeSpans":[{"scope":{"name":"zonetrace"},"spans":${writeList(group, writeSpan)}}]}`,
  );
  return `{"resourceSpans":${resourceSpans}}`;
}
