import type { Attributes, AttributeValue } from '../../src/trace/types.js';

/** Values within values, of an attribute: what lies deeper is kept as JSON text. */
const MAX_DEPTH = 16;

/** Where in a file something stands; said only where something is wrong there. */
export class Place {
  readonly #above: Place | undefined;
  readonly #step: string | number;

  /** By the key or the number in what is above it; in nothing, a name. */
  constructor(above: Place | undefined, step: string | number) {
    this.#above = above;
    this.#step = step;
  }

  toString(): string {
    const above = String(this.#above ?? '');
    if (typeof this.#step === 'number') return `${above}[${this.#step}]`;
    return above ? `${above}.${this.#step}` : this.#step;
  }
}

/** The whole file. */
export const WHOLE = new Place(undefined, '');

const SAVE_AGAIN = 'save it again as JSON of OTLP, Jaeger, Zipkin v2 or Chrome Trace Event';

/** What is wrong with a file, where in it, and what to do. */
export class FileError extends Error {
  override readonly name = 'FileError';
  readonly remedy: string;

  constructor(place: Place | string, problem: string, { cause, remedy = SAVE_AGAIN }: FileErrorOptions = {}) {
    const at = String(place);
    super(`${at ? `${at}: ` : ''}${problem}`, cause === undefined ? undefined : { cause });
    this.remedy = remedy;
  }
}

interface FileErrorOptions {
  readonly cause?: unknown;
  readonly remedy?: string;
}

export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function objectAt(value: unknown, at: Place): JsonObject {
  if (!isObject(value)) throw new FileError(at, 'an object is expected here');
  return value;
}

/** Each object of the list that a member (`key`) is, with its place; nothing where there is no list at all. */
export function* objectsAt(value: unknown, at: Place, key = ''): Generator<[JsonObject, Place]> {
  if (value === undefined || value === null) return;
  const place = key ? new Place(at, key) : at;
  if (!Array.isArray(value)) throw new FileError(place, 'an array is expected here');
  for (let i = 0; i < value.length; i++) {
    const element = new Place(place, i);
    yield [objectAt(value[i], element), element];
  }
}

const snakes = new Map<string, string>();

/** A member by its name in protobuf's JSON, or as it is in the `.proto` file, which readers must take as well. */
export function member(object: JsonObject, name: string): unknown {
  if (Object.hasOwn(object, name)) return object[name];
  let snake = snakes.get(name);
  if (snake === undefined) {
    snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    snakes.set(name, snake);
  }
  return Object.hasOwn(object, snake) ? object[snake] : undefined;
}

export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  // `String` of an object calls what stands in it as `toString`.
  return value === undefined || value === null ? '' : JSON.stringify(value);
}

/** A number or its digits; `otherwise` for anything else. */
export function numberOf(value: unknown, otherwise: number): number {
  const number = typeof value === 'string' || typeof value === 'number' ? Number(value) : Number.NaN;
  return Number.isFinite(number) ? number : otherwise;
}

/** Hex digits of either case, filled up with zeros in front to `length`; undefined for none, or for zeros only. */
export function idAt(value: unknown, length: number, at: Place, key: string): string | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  const id = textOf(value).toLowerCase();
  if (!/^[0-9a-f]+$/.test(id) || id.length > length) {
    throw new FileError(
      new Place(at, key),
      `up to ${length} hex digits are expected here, not ${JSON.stringify(value)?.slice(0, 60)}`,
    );
  }
  return /[^0]/.test(id) ? id.padStart(length, '0') : undefined;
}

/** As `idAt`, where there must be one. */
export function neededIdAt(value: unknown, length: number, at: Place, key: string): string {
  const id = idAt(value, length, at, key);
  if (id === undefined) throw new FileError(new Place(at, key), `an id of ${length} hex digits is missing`);
  return id;
}

/** A time in ms, of a number or its digits; `perMs`, a power of ten, says how many of its units are one ms. */
export function msAt(value: unknown, perMs: number, at: Place, key: string): number | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) return value / perMs;
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string' && /^\d{1,20}$/.test(value)) {
    // A double has not enough digits for ns since 1970.
    const digits = String(perMs).length - 1;
    return Number(value.slice(0, -digits)) + Number(value.slice(-digits)) / perMs;
  }
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) {
    throw new FileError(new Place(at, key), `a time is expected here, not ${JSON.stringify(value)?.slice(0, 60)}`);
  }
  return number / perMs;
}

export function neededMsAt(value: unknown, perMs: number, at: Place, key: string): number {
  const ms = msAt(value, perMs, at, key);
  if (ms === undefined) throw new FileError(new Place(at, key), 'a time is missing');
  return ms;
}

/** What most spans have of a kind: nothing. */
export const NO_ATTRIBUTES: Readonly<Attributes> = Object.freeze(emptyAttributes());

/** Without a prototype: no key of a file, `__proto__` neither, is more than a key. */
export function emptyAttributes(): Attributes {
  return Object.create(null) as Attributes;
}

/** Any JSON value as an attribute: what an attribute cannot hold, as JSON text. */
export function toAttribute(value: unknown): AttributeValue {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (Array.isArray(value)) {
    const type = typeof value[0];
    const isPlain = type === 'string' || type === 'number' || type === 'boolean';
    if (value.length === 0 || (isPlain && value.every((each) => typeof each === type))) return value as string[];
  }
  return value === undefined || value === null ? '' : JSON.stringify(value);
}

/** OTLP's AnyValue as plain JSON; integers that a double cannot hold stay digits. */
export function anyValue(value: unknown, depth = 0): unknown {
  if (!isObject(value)) return value ?? '';
  if (depth > MAX_DEPTH) return JSON.stringify(value);
  const own = (name: string) => member(value, name);
  const int = own('intValue');
  if (int !== undefined) return Number.isSafeInteger(numberOf(int, Number.NaN)) ? Number(int) : textOf(int);
  const double = own('doubleValue');
  if (double !== undefined) return Number(textOf(double));
  const array = own('arrayValue');
  if (isObject(array)) return listOf(array).map((each) => anyValue(each, depth + 1));
  const pairs = own('kvlistValue');
  if (isObject(pairs)) {
    const entries = listOf(pairs).filter(isObject);
    return Object.fromEntries(entries.map((pair) => [textOf(pair['key']), anyValue(pair['value'], depth + 1)]));
  }
  return own('stringValue') ?? own('boolValue') ?? own('bytesValue') ?? '';
}

function listOf(object: JsonObject): unknown[] {
  const values = object['values'];
  return Array.isArray(values) ? values : [];
}
