import type { Message } from './protobuf.js';

/*
 * The messages of OTLP's traces, version 1.9: opentelemetry/proto/{collector/trace,trace,resource,common}/v1/*.proto at
 * https://github.com/open-telemetry/opentelemetry-proto. Fields that zonetrace does not show are left out.
 */

const anyValue: Message = {
  1: ['stringValue', 'text'],
  2: ['boolValue', 'bool'],
  3: ['intValue', 'digits'],
  4: ['doubleValue', 'double'],
  5: ['arrayValue', () => arrayValue],
  6: ['kvlistValue', () => keyValueList],
  7: ['bytesValue', 'base64'],
};

const arrayValue: Message = { 1: ['values', () => anyValue, 'list'] };

const keyValue: Message = { 1: ['key', 'text'], 2: ['value', () => anyValue] };

const keyValueList: Message = { 1: ['values', () => keyValue, 'list'] };

const event: Message = {
  1: ['timeUnixNano', 'fixed64'],
  2: ['name', 'text'],
  3: ['attributes', () => keyValue, 'list'],
};

const link: Message = {
  1: ['traceId', 'hex'],
  2: ['spanId', 'hex'],
  3: ['traceState', 'text'],
  4: ['attributes', () => keyValue, 'list'],
  6: ['flags', 'fixed32'],
};

const status: Message = { 2: ['message', 'text'], 3: ['code', 'integer'] };

const span: Message = {
  1: ['traceId', 'hex'],
  2: ['spanId', 'hex'],
  3: ['traceState', 'text'],
  4: ['parentSpanId', 'hex'],
  5: ['name', 'text'],
  6: ['kind', 'integer'],
  7: ['startTimeUnixNano', 'fixed64'],
  8: ['endTimeUnixNano', 'fixed64'],
  9: ['attributes', () => keyValue, 'list'],
  10: ['droppedAttributesCount', 'integer'],
  11: ['events', () => event, 'list'],
  12: ['droppedEventsCount', 'integer'],
  13: ['links', () => link, 'list'],
  14: ['droppedLinksCount', 'integer'],
  15: ['status', () => status],
  16: ['flags', 'fixed32'],
};

const resource: Message = { 1: ['attributes', () => keyValue, 'list'] };

const scopeSpans: Message = { 2: ['spans', () => span, 'list'] };

const resourceSpans: Message = { 1: ['resource', () => resource], 2: ['scopeSpans', () => scopeSpans, 'list'] };

/** The body of `POST /v1/traces`. */
export const exportTraceServiceRequest: Message = { 1: ['resourceSpans', () => resourceSpans, 'list'] };
