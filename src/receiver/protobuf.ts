/** How one field of a message is read: as it stands in protobuf's JSON, ids as hex (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding). */
export type FieldType = 'text' | 'hex' | 'base64' | 'integer' | 'digits' | 'fixed64' | 'fixed32' | 'double' | 'bool';

/** The fields of a message by their numbers; those that are not here are skipped. */
export interface Message {
  readonly [number: number]: readonly [name: string, type: FieldType | (() => Message), isList?: 'list'];
}

/** The bytes are no message of the kind that is expected. */
export class ProtobufError extends Error {
  override readonly name = 'ProtobufError';
}

/** Messages within messages; OTLP needs six, and values of attributes may hold lists of lists. */
const MAX_DEPTH = 64;

/** Two bytes are enough for a message, and an object takes fifty times that: bytes alone do not bound the memory. */
const MAX_MESSAGES = 1_000_000;

/** Where wire types end; groups (3 and 4) are gone from proto3. */
const VARINT = 0;
const BYTES_8 = 1;
const DELIMITED = 2;
const BYTES_4 = 5;

const WIRE_TYPES: Record<FieldType, number> = {
  text: DELIMITED,
  hex: DELIMITED,
  base64: DELIMITED,
  integer: VARINT,
  digits: VARINT,
  bool: VARINT,
  fixed64: BYTES_8,
  double: BYTES_8,
  fixed32: BYTES_4,
};

/** Reads a message of protobuf's wire format (https://protobuf.dev/programming-guides/encoding/); throws a `ProtobufError`. */
export function readProtobuf(bytes: Buffer, message: Message): Record<string, unknown> {
  return new Reader(bytes).message(message, bytes.length, 0);
}

class Reader {
  #at = 0;
  #messages = 0;
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  message(fields: Message, end: number, depth: number): Record<string, unknown> {
    if (depth > MAX_DEPTH) throw new ProtobufError('values are nested too deeply');
    if (++this.#messages > MAX_MESSAGES) throw new ProtobufError(`there are more than ${MAX_MESSAGES} messages in it`);
    const read: Record<string, unknown> = {};
    while (this.#at < end) {
      const tag = this.#varint(end);
      const wireType = Number(tag & 7n);
      const field = fields[Number(tag >> 3n)];
      if (!field) {
        this.#skip(wireType, end);
        continue;
      }
      const [name, type, isList] = field;
      const value =
        typeof type === 'string' ? this.#value(type, wireType, end) : this.#inner(type(), wireType, end, depth);
      if (!isList) read[name] = value;
      else if (read[name]) (read[name] as unknown[]).push(value);
      else read[name] = [value];
    }
    return read;
  }

  #inner(fields: Message, wireType: number, end: number, depth: number): Record<string, unknown> {
    this.#expect(wireType, DELIMITED);
    return this.message(fields, this.#lengthEnd(end), depth + 1);
  }

  #value(type: FieldType, wireType: number, end: number): unknown {
    this.#expect(wireType, WIRE_TYPES[type]);
    switch (type) {
      case 'integer':
        return Number(BigInt.asIntN(32, this.#varint(end)));
      case 'digits':
        return String(BigInt.asIntN(64, this.#varint(end)));
      case 'bool':
        return this.#varint(end) !== 0n;
      case 'fixed64':
        return String(this.#bytes.readBigUInt64LE(this.#take(8, end)));
      case 'double':
        return this.#bytes.readDoubleLE(this.#take(8, end));
      case 'fixed32':
        return this.#bytes.readUInt32LE(this.#take(4, end));
      default: {
        const last = this.#lengthEnd(end);
        const text = this.#bytes.toString(type === 'text' ? 'utf8' : type, this.#at, last);
        this.#at = last;
        return text;
      }
    }
  }

  #skip(wireType: number, end: number): void {
    if (wireType === VARINT) this.#varint(end);
    else if (wireType === BYTES_8) this.#take(8, end);
    else if (wireType === BYTES_4) this.#take(4, end);
    else if (wireType === DELIMITED) this.#at = this.#lengthEnd(end);
    else throw new ProtobufError(`byte ${this.#at} has the wire type ${wireType}, which there is not`);
  }

  #expect(wireType: number, expected: number): void {
    if (wireType === expected) return;
    throw new ProtobufError(`byte ${this.#at} has the wire type ${wireType} where ${expected} is expected`);
  }

  /** Answers where the bytes begin that it passes. */
  #take(length: number, end: number): number {
    const start = this.#at;
    if (length > end - start) throw new ProtobufError(`the bytes end inside a value, at ${end}`);
    this.#at += length;
    return start;
  }

  #lengthEnd(end: number): number {
    const length = this.#varint(end);
    if (length > BigInt(end - this.#at)) throw new ProtobufError(`the bytes end inside a value, at ${end}`);
    return this.#at + Number(length);
  }

  #varint(end: number): bigint {
    const first = this.#bytes[this.#take(1, end)] as number;
    if (first < 0x80) return BigInt(first);
    let value = BigInt(first & 0x7f);
    for (let shift = 7n; shift < 70n; shift += 7n) {
      const byte = this.#bytes[this.#take(1, end)] as number;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw new ProtobufError(`byte ${this.#at} belongs to a number of more than ten bytes`);
  }
}
