import type { Attributes, SpanEvent, SpanLink, SpanRecord, StatusCode } from '../../src/trace/types.js';
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
export const NANO = 1_000_000;

/** Reads an `ExportTraceServiceRequest` or `TracesData` (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding). */
export function* readOtlp(file: JsonObject, traces: TraceCollector): Reading {
  for (const [group, place] of objectsAt(groupsOf(file), GROUPS_PLACE)) {
    const { service, attributes } = readResource(group, place);
    for (const [list, inScope] of listsOfSpans(group, place)) {
      for (const [span, inSpan] of objectsAt(list, inScope, 'spans')) {
        traces.add(readSpan(span, inSpan, attributes), service);
        yield;
      }
    }
  }
}

export const GROUPS_PLACE = new Place(undefined, 'resourceSpans');

export function groupsOf(file: JsonObject): unknown {
  return member(file, 'resourceSpans');
}

/** What the spans of a group have in common. */
export interface OtlpResource {
  readonly service: string;
  /** All others. */
  readonly attributes: Attributes;
  /** What these say, in lower case, to be searched. */
  readonly text: string;
}

export function readResource(group: JsonObject, at: Place): OtlpResource {
  const attributes = attributesOf(resourceAttributes(group), new Place(at, 'resource'));
  const service = textOf(attributes['service.name']);
  delete attributes['service.name'];
  const text = Object.entries(attributes).join(' ').toLowerCase();
  return { service, attributes, text };
}

export function resourceAttributes(group: JsonObject): unknown {
  const resource = group['resource'] as JsonObject | undefined;
  return typeof resource === 'object' && resource !== null ? resource['attributes'] : undefined;
}

/** The lists of spans of a group, by its scopes, with the place of the scope. */
export function* listsOfSpans(group: JsonObject, at: Place): Generator<[list: unknown, inScope: Place]> {
  const scopes = Object.hasOwn(group, 'instrumentationLibrarySpans') ? 'instrumentationLibrarySpans' : 'scopeSpans';
  for (const [scope, inScope] of objectsAt(member(group, scopes), at, scopes)) yield [member(scope, 'spans'), inScope];
}

/** A span, whose attributes are also those of its resource that it has not itself. */
export function readSpan(span: JsonObject, at: Place, resource: Readonly<Attributes>): SpanRecord {
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
    events: eventsOf(own('events'), at),
    links: linksOf(own('links'), at),
    droppedAttributesCount: numberOf(own('droppedAttributesCount'), 0),
    droppedEventsCount: numberOf(own('droppedEventsCount'), 0),
    droppedLinksCount: numberOf(own('droppedLinksCount'), 0),
  });
}

export function eventsOf(value: unknown, at: Place): SpanEvent[] {
  return [...objectsAt(value, at, 'events')].map(readEvent);
}

export function linksOf(value: unknown, at: Place): SpanLink[] {
  return [...objectsAt(value, at, 'links')].map(readLink);
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

export function attributesOf(value: unknown, at: Place): Attributes {
  const attributes = emptyAttributes();
  for (const [pair] of objectsAt(value, at, 'attributes'))
    attributes[textOf(pair['key'])] = toAttribute(anyValue(pair['value']));
  return attributes;
}

export function statusOf(code: unknown): StatusCode {
  if (code === 1 || code === '1' || code === 'STATUS_CODE_OK') return 'OK';
  return code === 2 || code === '2' || code === 'STATUS_CODE_ERROR' ? 'ERROR' : 'UNSET';
}
