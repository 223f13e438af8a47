import type { ServerResponse } from 'node:http';

/** The encodings of OTLP/HTTP; an answer has that of its request. */
export const JSON_TYPE = 'application/json';
export const PROTOBUF_TYPE = 'application/x-protobuf';

/** Answers that everything was taken; or, with a reason, how many spans were not, which are not to be sent again. */
export function answerTaken(response: ServerResponse, type: string, rejectedSpans: number, reason: string): void {
  if (type === PROTOBUF_TYPE) {
    const partial = [...numberField(1, rejectedSpans), ...textField(2, reason)];
    send(response, 200, type, rejectedSpans > 0 ? Buffer.from(bytesField(1, partial)) : Buffer.alloc(0));
  } else {
    const partialSuccess = { rejectedSpans: String(rejectedSpans), errorMessage: reason };
    send(response, 200, JSON_TYPE, JSON.stringify(rejectedSpans > 0 ? { partialSuccess } : {}));
  }
}

/** Answers why nothing was taken, as a `google.rpc.Status` (https://opentelemetry.io/docs/specs/otlp/#failures). */
export function answerRefused(response: ServerResponse, type: string, status: number, message: string): void {
  const isProtobuf = type === PROTOBUF_TYPE;
  const body = isProtobuf ? Buffer.from(textField(2, message)) : JSON.stringify({ message });
  send(response, status, isProtobuf ? type : JSON_TYPE, body);
}

function send(response: ServerResponse, status: number, type: string, body: string | Buffer): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(body) });
  response.end(body);
}

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value % 0x80) | 0x80, ...varint(Math.floor(value / 0x80))];
}

const numberField = (field: number, value: number): number[] => [...varint(field * 8), ...varint(value)];

const bytesField = (field: number, bytes: readonly number[]): number[] => [
  ...varint(field * 8 + 2),
  ...varint(bytes.length),
  ...bytes,
];

const textField = (field: number, text: string): number[] => bytesField(field, [...Buffer.from(text)]);
