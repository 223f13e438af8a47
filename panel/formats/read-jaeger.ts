import type { Attributes, SpanEvent, SpanLink } from '../../src/trace/types.js';
import {
  emptyAttributes,
  idAt,
  isObject,
  type JsonObject,
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

/** µs a ms. */
const MICRO = 1000;

/** Reads what Jaeger's UI saves and its query service answers: `{ data: [{ spans, processes }] }`. */
export function* readJaeger(file: JsonObject, traces: TraceCollector): Reading {
  for (const [trace, place] of objectsAt(file['data'], new Place(undefined, 'data'))) {
    const processes = isObject(trace['processes']) ? trace['processes'] : {};
    for (const [span, at] of objectsAt(trace['spans'], place, 'spans')) {
      const id = textOf(span['processID']);
      const own = Object.hasOwn(processes, id) ? processes[id] : span['process'];
      const process = isObject(own) ? own : {};
      const attributes = tagsOf(span['tags'], at, 'tags');
      const resource = tagsOf(process['tags'], new Place(new Place(place, 'processes'), id), 'tags');
      for (const key in resource) if (!(key in attributes)) attributes[key] = resource[key] as string;
      traces.add(readSpan(span, at, attributes), textOf(process['serviceName']));
      yield;
    }
  }
}

function readSpan(span: JsonObject, at: Place, attributes: Attributes) {
  const traceId = neededIdAt(span['traceID'], 32, at, 'traceID');
  const references = [...objectsAt(span['references'], at, 'references')].map(([reference, place]) => ({
    isParent: reference['refType'] !== 'FOLLOWS_FROM',
    traceId: idAt(reference['traceID'], 32, place, 'traceID') ?? traceId,
    spanId: neededIdAt(reference['spanID'], 16, place, 'spanID'),
  }));
  const parent = references.find((each) => each.isParent && each.traceId === traceId);
  const links = references
    .filter((each) => each !== parent)
    .map((each): SpanLink => ({ context: contextOf(each.traceId, each.spanId), attributes: {} }));
  const startTime = neededMsAt(span['startTime'], MICRO, at, 'startTime');
  const code = attributes['otel.status_code'];
  const failed = code === 'ERROR' || attributes['error'] === true || attributes['error'] === 'true';
  return spanOf({
    name: textOf(span['operationName']),
    context: contextOf(traceId, neededIdAt(span['spanID'], 16, at, 'spanID'), {
      traceFlags: numberOf(span['flags'], 1) & 1,
    }),
    parentSpanId: parent?.spanId ?? idAt(span['parentSpanID'], 16, at, 'parentSpanID'),
    kind: kindOf(attributes['span.kind']),
    startTime,
    endTime: startTime + neededMsAt(span['duration'] ?? 0, MICRO, at, 'duration'),
    status: failed ? 'ERROR' : code === 'OK' ? 'OK' : 'UNSET',
    statusMessage: textOf(attributes['otel.status_description']) || undefined,
    attributes,
    events: [...objectsAt(span['logs'], at, 'logs')].map(readLog),
    links,
  });
}

function readLog([log, at]: [JsonObject, Place]): SpanEvent {
  const attributes = tagsOf(log['fields'], at, 'fields');
  const name = textOf(attributes['event'] ?? attributes['message'] ?? 'log');
  delete attributes['event'];
  return { name, time: neededMsAt(log['timestamp'], MICRO, at, 'timestamp'), attributes };
}

function tagsOf(value: unknown, at: Place, key: string): Attributes {
  const attributes = emptyAttributes();
  for (const [tag] of objectsAt(value, at, key)) attributes[textOf(tag['key'])] = toAttribute(tag['value']);
  return attributes;
}
