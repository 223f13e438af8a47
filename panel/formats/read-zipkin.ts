import type { SpanEvent } from '../../src/trace/types.js';
import {
  emptyAttributes,
  idAt,
  isObject,
  type JsonObject,
  msAt,
  neededIdAt,
  neededMsAt,
  objectsAt,
  type Place,
  textOf,
  toAttribute,
  WHOLE,
} from './json.js';
import { contextOf, kindOf, type ReadSpan, spanOf } from './span.js';
import type { Reading, TraceCollector } from './traces.js';

/** µs a ms. */
const MICRO = 1000;

/** Reads a list of spans of Zipkin's API v2 (https://zipkin.io/zipkin-api/#/default/post_spans). */
export function* readZipkin(file: readonly unknown[], traces: TraceCollector): Reading {
  /** Of servers that share the id of the client's span, by trace, id and service: the id that they get instead. */
  const shared = new Map<string, string>();
  const read: ReadSpan[] = [];
  for (const [span, at] of objectsAt(file, WHOLE)) {
    read.push(readSpan(span, at, shared));
    yield;
  }
  for (const { record, service } of read) {
    const { context, parentSpanId } = record;
    const server = shared.size > 0 && shared.get(`${context.traceId} ${parentSpanId} ${service}`);
    const isBelow = server && server !== context.spanId;
    traces.add(isBelow ? { ...record, parentSpanId: server } : record, service);
    yield;
  }
}

function readSpan(span: JsonObject, at: Place, shared: Map<string, string>): ReadSpan {
  const local = isObject(span['localEndpoint']) ? span['localEndpoint'] : {};
  const remote = isObject(span['remoteEndpoint']) ? span['remoteEndpoint'] : {};
  const service = textOf(local['serviceName']);
  const traceId = neededIdAt(span['traceId'], 32, at, 'traceId');
  const id = neededIdAt(span['id'], 16, at, 'id');
  const attributes = emptyAttributes();
  for (const [name, from] of Object.entries({
    'peer.service': 'serviceName',
    'network.peer.address': remote['ipv4'] ? 'ipv4' : 'ipv6',
    'network.peer.port': 'port',
  })) {
    if (remote[from] !== undefined) attributes[name] = toAttribute(remote[from]);
  }
  for (const [key, value] of Object.entries(isObject(span['tags']) ? span['tags'] : {})) {
    attributes[key] = toAttribute(value);
  }
  const isShared = span['shared'] === true;
  const spanId = isShared ? inverted(id) : id;
  if (isShared) shared.set(`${traceId} ${id} ${service}`, spanId);
  const startTime = neededMsAt(span['timestamp'], MICRO, at, 'timestamp');
  const duration = msAt(span['duration'], MICRO, at, 'duration');
  const failed = 'error' in attributes;
  const record = spanOf({
    name: textOf(span['name']),
    context: contextOf(traceId, spanId),
    parentSpanId: isShared ? id : idAt(span['parentId'], 16, at, 'parentId'),
    kind: kindOf(span['kind']),
    startTime,
    endTime: duration === undefined ? undefined : startTime + duration,
    status: failed ? 'ERROR' : 'UNSET',
    statusMessage: failed ? textOf(attributes['error']) || undefined : undefined,
    attributes,
    events: [...objectsAt(span['annotations'], at, 'annotations')].map(
      ([annotation, place]): SpanEvent => ({
        name: textOf(annotation['value']),
        time: neededMsAt(annotation['timestamp'], MICRO, place, 'timestamp'),
        attributes: {},
      }),
    ),
  });
  return { record, service };
}

/** Another id, the same for every reader. */
function inverted(id: string): string {
  return ((Number.parseInt(id[0] as string, 16) ^ 8) & 15).toString(16) + id.slice(1);
}
