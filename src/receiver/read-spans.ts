import { FileError } from '../../panel/formats/json.js';
import type { ReadSpan } from '../../panel/formats/span.js';
import { spansOfOtlp } from '../../panel/formats/spans-of-otlp.js';
import type { AttributeValue } from '../trace/types.js';
import { PROTOBUF_TYPE } from './otlp-answer.js';
import { exportTraceServiceRequest } from './otlp-messages.js';
import { ProtobufError, readProtobuf } from './protobuf.js';
import { Refusal } from './refusal.js';

/** The spans of an `ExportTraceServiceRequest`; throws a `Refusal` that says where it is not one. */
export function readSpans(body: Buffer, type: string): ReadSpan[] {
  try {
    const spans = spansOfOtlp(type === PROTOBUF_TYPE ? readProtobuf(body, exportTraceServiceRequest) : readJson(body));
    for (const { record } of spans) {
      for (const { attributes } of [record, ...record.events, ...record.links]) keepInJson(attributes);
    }
    return spans;
  } catch (cause) {
    // A RangeError: the stack ends where values lie too deep within each other.
    const isExpected = cause instanceof FileError || cause instanceof ProtobufError || cause instanceof RangeError;
    if (!isExpected) throw cause;
    throw new Refusal(400, `the body is no OTLP request: ${cause.message}`, { cause });
  }
}

function readJson(body: Buffer): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch (cause) {
    throw new FileError('', `it is not JSON (${(cause as Error).message.slice(0, 200)})`, { cause });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new FileError('', 'an object is expected');
}

/** The spans go to the pages as JSON, which has no NaN and no infinities: they become their names. */
function keepInJson(attributes: Record<string, AttributeValue>): void {
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === 'number' && !Number.isFinite(value)) attributes[key] = String(value);
    else if (Array.isArray(value) && value.some((each) => typeof each === 'number' && !Number.isFinite(each))) {
      attributes[key] = value.map(String);
    }
  }
}
