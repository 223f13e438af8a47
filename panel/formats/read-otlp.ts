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
  Place,
  textOf,
  toAttribute,
} from './json.js';
import { contextOf, kindOf, spanOf } from './span.js';
import type { Reading, TraceCollector } from './traces.js';

/** ns a ms. */
const NANO = 1_000_000;

/** Reads an `ExportTraceServiceRequest` or `TracesData` (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding). */
export function* readOtlp(file: JsonObject, traces: TraceCollector): Reading {
  for (const [group, place] of objectsAt(member(file, 'resourceSpans'), new Place(undefined, 'resourceSpans'))) {
    const resource = attributesOf(resourceAttributes(group), new Place(place, 'resource'));
    const service = textOf(resource['service.name']);
    delete resource['service.name'];
    const scopes = Object.hasOwn(group, 'instrumentationLibrarySpans') ? 'instrumentationLibrarySpans' : 'scopeSpans';
    for (const [scope, inScope] of objectsAt(member(group, scopes), place, scopes)) {
      for (const [span, inSpan] of objectsAt(member(scope, 'spans'), inScope, 'spans')) {
        traces.add(readSpan(span, inSpan, resource), service);
        yield;
      }
    }
  }
}

function resourceAttributes(group: JsonObject): unknown {
  const resource = group['resource'] as JsonObject | undefined;
  return typeof resource === 'object' && resource !== null ? resource['attributes'] : undefined;
}

function readSpan(span: JsonObject, at: Place, resource: Attributes) {
  const own = (name: string) => member(span, name);
  const status = (own('status') ?? {}) as JsonObject;
  const attributes = attributesOf(own('attributes'), at);
  for (const key in resource) if (!(key in attributes)) attributes[key] = resource[key] as string;
  const flags = numberOf(own('flags'), 1);
  const traceState = textOf(own('traceState'));
  return spanOf({
    name: textOf(own('name')),
    context: contextOf(neededIdAt(own('traceId'), 32, at, 'traceId'), neededIdAt(own('spanId'), 16, at, 'spanId'), {
      traceFlags: flags & 0xff,
      ...(traceState ? { traceState } : {}),
    }),
    parentSpanId: idAt(own('parentSpanId'), 16, at, 'parentSpanId'),
    parentIsRemote: (flags & 0x200) !== 0,
    kind: kindOf(own('kind')),
    startTime: neededMsAt(own('startTimeUnixNano'), NANO, at, 'startTimeUnixNano'),
    // Zero: not ended.
    endTime: msAt(own('endTimeUnixNano'), NANO, at, 'endTimeUnixNano') || undefined,
    status: statusOf(member(status, 'code')),
    statusMessage: textOf(member(status, 'message')) || undefined,
    attributes,
    events: [...objectsAt(own('events'), at, 'events')].map(readEvent),
    links: [...objectsAt(own('links'), at, 'links')].map(readLink),
    droppedAttributesCount: numberOf(own('droppedAttributesCount'), 0),
    droppedEventsCount: numberOf(own('droppedEventsCount'), 0),
    droppedLinksCount: numberOf(own('droppedLinksCount'), 0),
  });
}

function readEvent([event, at]: [JsonObject, Place]): SpanEvent {
  return {
    name: textOf(member(event, 'name')),
    time: neededMsAt(member(event, 'timeUnixNano'), NANO, at, 'timeUnixNano'),
    attributes: attributesOf(member(event, 'attributes'), at),
  };
}

function readLink([link, at]: [JsonObject, Place]): SpanLink {
  const flags = numberOf(member(link, 'flags'), 0);
  const traceState = textOf(member(link, 'traceState'));
  return {
    context: contextOf(
      neededIdAt(member(link, 'traceId'), 32, at, 'traceId'),
      neededIdAt(member(link, 'spanId'), 16, at, 'spanId'),
      { traceFlags: flags & 0xff, isRemote: (flags & 0x200) !== 0, ...(traceState ? { traceState } : {}) },
    ),
    attributes: attributesOf(member(link, 'attributes'), at),
  };
}

function attributesOf(value: unknown, at: Place): Attributes {
  const attributes = emptyAttributes();
  for (const [pair] of objectsAt(value, at, 'attributes'))
    attributes[textOf(pair['key'])] = toAttribute(anyValue(pair['value']));
  return attributes;
}

function statusOf(code: unknown): StatusCode {
  if (code === 1 || code === '1' || code === 'STATUS_CODE_OK') return 'OK';
  return code === 2 || code === '2' || code === 'STATUS_CODE_ERROR' ? 'ERROR' : 'UNSET';
}
