import { createRequire } from 'node:module';

/**
 * Decoders that protobufjs has made from OpenTelemetry's own definitions, as an older package of OpenTelemetry ships them:
 * an implementation of the format that shares nothing with ours.
 */
const { opentelemetry } = createRequire(import.meta.url)('../node_modules/otlp-official/build/src/generated/root.js');
const Request = opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;

/** OTLP's JSON has ids in hex where proto3's has base64 (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding). */
const IDS = ['traceId', 'spanId', 'parentSpanId'];

/**
 * An OTLP/HTTP JSON document, taken into protobuf's binary form and out of it again.
 *
 * @param {string} text
 * @returns {object} with ids as hex, 64-bit numbers as decimal strings, and NaN and infinities as strings
 */
export function decodeOtlp(text) {
  const document = JSON.parse(text, (key, value) => {
    if (!IDS.includes(key)) return value;
    if (!/^([\da-f]{32}|[\da-f]{16})$/.test(value)) throw new TypeError(`${key} is ${value}`);
    return Buffer.from(value, 'hex').toString('base64');
  });
  checkFields(document, Request);
  const problem = Request.verify(Request.fromObject(document));
  if (problem) throw new TypeError(problem);
  const decoded = Request.decode(Request.encode(Request.fromObject(document)).finish());
  const plain = Request.toObject(decoded, { longs: String, enums: String, bytes: String, json: true, arrays: true });
  return JSON.parse(JSON.stringify(plain), (key, value) =>
    IDS.includes(key) ? Buffer.from(value, 'base64').toString('hex') : value,
  );
}

/** fromObject passes over what the definitions do not have: a misspelt field would go unseen. */
function checkFields(value, type) {
  const known = Object.keys(type.toObject(new type(), { defaults: true, oneofs: false }));
  for (const [key, member] of Object.entries(value)) {
    if (!(key in type.prototype)) throw new TypeError(`${type.name} has no field ${key}; it has ${known}`);
    for (const item of [member].flat()) {
      const inner = FIELDS[key];
      if (inner && typeof item === 'object') checkFields(item, inner);
    }
  }
}

const { common, resource, trace } = {
  common: opentelemetry.proto.common.v1,
  resource: opentelemetry.proto.resource.v1,
  trace: opentelemetry.proto.trace.v1,
};

const FIELDS = {
  resourceSpans: trace.ResourceSpans,
  resource: resource.Resource,
  scopeSpans: trace.ScopeSpans,
  scope: common.InstrumentationScope,
  spans: trace.Span,
  events: trace.Span.Event,
  links: trace.Span.Link,
  status: trace.Status,
  attributes: common.KeyValue,
  value: common.AnyValue,
  arrayValue: common.ArrayValue,
};
