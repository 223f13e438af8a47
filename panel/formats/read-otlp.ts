import type { Attributes, SpanEvent, SpanLink, StatusCode } from '../../src/trace/types.js';
import {
  anyValue,
  emptyAttributes,
  idAt,
  type JsonObject,
  member,
  msAt,
  neededIdAt,
  neededMsAt,
  numberOf,
  objectsAt,
  textOf,
  toAttribute,
} from './json.js';
import { contextOf, kindOf, type ReadSpan, spanOf } from './span.js';

/** ns a ms. */
const NANO = 1_000_000;

/** Reads an `ExportTraceServiceRequest` or `TracesData` (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding). */
export function readOtlp(file: JsonObject, at = ''): ReadSpan[] {
  const read: ReadSpan[] = [];
  for (const [group, place] of objectsAt(member(file, 'resourceSpans'), `${at}resourceSpans`)) {
    const resource = attributesOf(resourceAttributes(group), `${place}.resource.attributes`);
    const service = textOf(resource['service.name']);
    delete resource['service.name'];
    const scopes = Object.hasOwn(group, 'instrumentationLibrarySpans') ? 'instrumentationLibrarySpans' : 'scopeSpans';
    for (const [scope, inScope] of objectsAt(member(group, scopes), `${place}.${scopes}`)) {
      for (const [span, inSpan] of objectsAt(member(scope, 'spans'), `${inScope}.spans`)) {
        read.push({ record: readSpan(span, inSpan, resource), service });
      }
    }
  }
  return read;
}

function resourceAttributes(group: JsonObject): unknown {
  const resource = group['resource'] as JsonObject | undefined;
  return typeof resource === 'object' && resource !== null ? resource['attributes'] : undefined;
}

function readSpan(span: JsonObject, at: string, resource: Attributes) {
  const own = (name: string) => member(span, name);
  const status = (own('status') ?? {}) as JsonObject;
  const attributes = attributesOf(own('attributes'), `${at}.attributes`);
  for (const key in resource) if (!(key in attributes)) attributes[key] = resource[key] as string;
  const flags = numberOf(own('flags'), 1);
  const traceState = textOf(own('traceState'));
  return spanOf({
    name: textOf(own('name')),
    context: contextOf(neededIdAt(own('traceId'), 32, `${at}.traceId`), neededIdAt(own('spanId'), 16, `${at}.spanId`), {
      traceFlags: flags & 0xff,
      ...(traceState ? { traceState } : {}),
    }),
    parentSpanId: idAt(own('parentSpanId'), 16, `${at}.parentSpanId`),
    parentIsRemote: (flags & 0x200) !== 0,
    kind: kindOf(own('kind')),
    startTime: neededMsAt(own('startTimeUnixNano'), NANO, `${at}.startTimeUnixNano`),
    // Zero: not ended.
    endTime: msAt(own('endTimeUnixNano'), NANO, `${at}.endTimeUnixNano`) || undefined,
    status: statusOf(member(status, 'code')),
    statusMessage: textOf(member(status, 'message')) || undefined,
    attributes,
    events: [...objectsAt(own('events'), `${at}.events`)].map(readEvent),
    links: [...objectsAt(own('links'), `${at}.links`)].map(readLink),
    droppedAttributesCount: numberOf(own('droppedAttributesCount'), 0),
    droppedEventsCount: numberOf(own('droppedEventsCount'), 0),
    droppedLinksCount: numberOf(own('droppedLinksCount'), 0),
  });
}

function readEvent([event, at]: [JsonObject, string]): SpanEvent {
  return {
    name: textOf(member(event, 'name')),
    time: neededMsAt(member(event, 'timeUnixNano'), NANO, `${at}.timeUnixNano`),
    attributes: attributesOf(member(event, 'attributes'), `${at}.attributes`),
  };
}

function readLink([link, at]: [JsonObject, string]): SpanLink {
  const flags = numberOf(member(link, 'flags'), 0);
  const traceState = textOf(member(link, 'traceState'));
  return {
    context: contextOf(
      neededIdAt(member(link, 'traceId'), 32, `${at}.traceId`),
      neededIdAt(member(link, 'spanId'), 16, `${at}.spanId`),
      { traceFlags: flags & 0xff, isRemote: (flags & 0x200) !== 0, ...(traceState ? { traceState } : {}) },
    ),
    attributes: attributesOf(member(link, 'attributes'), `${at}.attributes`),
  };
}

function attributesOf(value: unknown, at: string): Attributes {
  const attributes = emptyAttributes();
  for (const [pair] of objectsAt(value, at)) attributes[textOf(pair['key'])] = toAttribute(anyValue(pair['value']));
  return attributes;
}

function statusOf(code: unknown): StatusCode {
  if (code === 1 || code === '1' || code === 'STATUS_CODE_OK') return 'OK';
  return code === 2 || code === '2' || code === 'STATUS_CODE_ERROR' ? 'ERROR' : 'UNSET';
}
