import {
  BACKSLASH,
  ByteReader,
  CLOSE_LIST,
  CLOSE_OBJECT,
  COLON,
  COMMA,
  OPEN_LIST,
  OPEN_OBJECT,
  POWERS,
  QUOTE,
  SPACE,
} from './byte-reader.js';
import { FileError, numberOf, textOf, WHOLE } from './json.js';
import { FlatSpan, type OtlpSpans, STATUSES } from './otlp-spans.js';
import { attributesOf, eventsOf, linksOf, NANO, statusOf } from './read-otlp.js';
import { KINDS, kindOf } from './span.js';
import { WrittenText } from './written-text.js';

const [ZERO, UNDERSCORE] = [48, 95];

/** Digits of today in ns since 1970. */
const DIGITS_OF_TIME = 19;

/** Digits that an integer of 32 bits holds, with which one reckons faster. */
const DIGITS_OF_INTEGER = 9;

/** Characters of a trace's id, with its quotation marks. */
const TRACE_ID = 34;

/** Digits of ns behind those of whole ms, and of all of them where a double holds these. */
const DIGITS_OF_NANO = 6;
const MOST_DIGITS = 20;

/** Members of a span and of its status. */
const KEYS = [
  'traceId',
  'spanId',
  'parentSpanId',
  'name',
  'kind',
  'startTimeUnixNano',
  'endTimeUnixNano',
  'status',
  'attributes',
  'events',
  'links',
  'flags',
  'traceState',
  'droppedAttributesCount',
  'droppedEventsCount',
  'droppedLinksCount',
  'code',
  'message',
] as const;

type Key = (typeof KEYS)[number];

/** A slot for each key of a table of 32, by what is read of it at once. */
const slotOf = (length: number, first: number, last: number): number => (length + 4 * (first + last)) & 31;

/** By slot. */
const KEY_AT: (Key | undefined)[] = [];
for (const key of KEYS) KEY_AT[slotOf(key.length, key.charCodeAt(0), key.charCodeAt(key.length - 1))] = key;
const BYTES_AT = KEY_AT.map((key) => new TextEncoder().encode(key));

/** By slot: a key as most programs write it, colon included. */
const KEY_TEXT_AT = KEY_AT.map((key) => {
  const { buffer, length } = new TextEncoder().encode(`"${key}":`);
  const text = new WrittenText(length);
  text.set(new DataView(buffer), 0, length);
  return text;
});

/** What stands for a slot where there was no key of interest before, and before the first key of a span, and of a status. */
const [NO_SLOT, SPAN_BEGINS, STATUS_BEGINS] = [-1, 32, 33];

/** By byte: what a hex digit is; 16 for anything else. */
const HEX = new Uint8Array(256).fill(16);
for (const digits of ['0123456789abcdef', '0123456789ABCDEF'])
  for (let value = 0; value < 16; value++) HEX[digits.charCodeAt(value)] = value;

/** What is checked of a list, and how. */
const CHECKS = { attributes: attributesOf, events: eventsOf, links: linksOf };
type Checked = keyof typeof CHECKS;

/** A span that has more than is in the columns, and where its text lies. */
interface Longer {
  readonly span: number;
  readonly from: number;
  readonly to: number;
}

/**
 * Reads OTLP's spans from the bytes of a file into columns. What is not written as such spans mostly are, or is no JSON, or no
 * span, it leaves to `JSON.parse`.
 */
export class SpanReader extends ByteReader<Checked> {
  readonly #spans: OtlpSpans;
  readonly #flat = new FlatSpan();
  /** The last id of a trace, as it is written and as it is meant. */
  readonly #writtenId = new WrittenText(TRACE_ID);
  #idOfTrace = '';
  /** By what stands for a slot, from `NO_SLOT` on: the one that came next the last time. */
  readonly #slotAfter = new Int8Array(STATUS_BEGINS - NO_SLOT + 1).fill(NO_SLOT);
  /** Of the last span: where it begins, and whether it has more than is in the columns. */
  #begin = 0;
  #hasMore = false;
  /** Of the last id. A field that is a double from the beginning stays one: no code is compiled anew for the first great number. */
  #high = Number.NaN;
  #low = Number.NaN;

  constructor(spans: OtlpSpans) {
    super();
    this.#spans = spans;
  }

  /**
   * Adds the spans of a list that begin at `from`, behind a bracket or comma, and before `until`, as far as it reads them.
   * Answers where it stopped: `from`, or behind a comma.
   */
  read(bytes: Uint8Array, from: number, until: number): number {
    this.begin(bytes, from);
    const before = this.#spans.count;
    const longer: Longer[] = [];
    let next = from;
    while (next < until) {
      const { waiting } = this;
      const flat = this.#span();
      const end = this.at;
      if (this.fails || this.step() !== COMMA) {
        this.waiting = waiting;
        break;
      }
      const span = this.#spans.add(flat);
      if (this.#hasMore) longer.push({ span, from: this.#begin, to: end });
      next = this.at;
    }
    if (!this.#check()) {
      this.#spans.count = before;
      return from;
    }
    for (const each of longer) this.#spans.keep(each.span, bytes.subarray(each.from, each.to));
    return next;
  }

  /** Whether what lies within the spans is as it should be. */
  #check(): boolean {
    try {
      return this.parseNested((key, value) => CHECKS[key](value, WHOLE));
    } catch (cause) {
      if (cause instanceof FileError) return false;
      throw cause;
    }
  }

  #span(): FlatSpan {
    const span = this.#flat;
    span.empty();
    this.#hasMore = false;
    if (this.step() !== OPEN_OBJECT) this.fails = true;
    this.#begin = this.at - 1;
    let seen = 0;
    let byte = COMMA;
    let slot = SPAN_BEGINS;
    for (; byte === COMMA && !this.fails; byte = this.step()) {
      slot = this.#key(slot);
      // Of a key that is there twice the last one counts.
      if (slot >= 0 && seen & (1 << slot)) this.fails = true;
      seen |= slot >= 0 ? 1 << slot : 0;
      this.#member(span, KEY_AT[slot]);
    }
    if (byte !== CLOSE_OBJECT) this.fails = true;
    // What a span must have.
    if (span.traceId === '' || (span.idHigh === 0 && span.idLow === 0) || Number.isNaN(span.start)) this.fails = true;
    return span;
  }

  #member(span: FlatSpan, key: Key | undefined): void {
    switch (key) {
      case 'traceId':
        this.#traceId(span);
        return;
      case 'spanId':
        this.#id();
        span.idHigh = this.#high;
        span.idLow = this.#low;
        return;
      case 'parentSpanId':
        this.#id();
        span.parentHigh = this.#high;
        span.parentLow = this.#low;
        return;
      case 'name':
        span.name = textOf(this.value());
        return;
      case 'kind':
        span.kind = KINDS.indexOf(kindOf(this.value()));
        return;
      case 'startTimeUnixNano':
        span.start = this.#time();
        return;
      case 'endTimeUnixNano':
        // Zero: not ended.
        span.end = this.#time() || Number.NaN;
        return;
      case 'status':
        this.#status(span);
        return;
      case 'attributes':
      case 'events':
      case 'links':
        this.#list(key);
        return;
      case 'flags':
        span.flags = numberOf(this.value(), 1);
        return;
      case 'traceState':
        span.hasTraceState = textOf(this.value()) !== '';
        if (span.hasTraceState) this.#hasMore = true;
        return;
      case 'droppedAttributesCount':
      case 'droppedEventsCount':
      case 'droppedLinksCount':
        if (numberOf(this.value(), 0) !== 0) this.#hasMore = true;
        return;
      default:
        this.passOver(undefined);
    }
  }

  /** A key up to its colon, as its slot, or `NO_SLOT`. `before`: the slot of the key before it. */
  #key(before: number): number {
    // Nearly always the one that came next in the last span.
    const guess = this.#slotAfter[before - NO_SLOT] as number;
    const text = guess === NO_SLOT ? undefined : KEY_TEXT_AT[guess];
    if (text?.isAt(this.view, this.at)) {
      this.at += text.length;
      return guess;
    }
    const slot = this.#anyKey();
    this.#slotAfter[before - NO_SLOT] = slot;
    return slot;
  }

  #anyKey(): number {
    if (this.step() !== QUOTE) this.fails = true;
    const bytes = this.bytes;
    const from = this.at;
    let at = from;
    for (; at < bytes.length; at++) {
      const byte = bytes[at] as number;
      if (byte === QUOTE) break;
      // Names as they are in the `.proto` file are left to `JSON.parse` as well.
      if (byte < SPACE || byte === BACKSLASH || byte === UNDERSCORE) this.fails = true;
    }
    this.at = this.past(at);
    if (this.step() !== COLON) this.fails = true;
    const slot = slotOf(at - from, bytes[from] as number, bytes[at - 1] as number);
    const key = BYTES_AT[slot];
    if (key?.length !== at - from) return NO_SLOT;
    for (let i = 0; i < key.length; i++) if (key[i] !== bytes[from + i]) return NO_SLOT;
    return slot;
  }

  #traceId(span: FlatSpan): void {
    this.step();
    this.at--;
    // Nearly always that of the span before, and then the same string.
    if (this.#writtenId.isAt(this.view, this.at)) this.at += TRACE_ID;
    else {
      const from = this.at;
      const written = this.value();
      const isId = typeof written === 'string' && /^(?!0+$)[0-9a-f]{32}$/i.test(written);
      if (!isId) this.fails = true;
      else if (this.at === from + TRACE_ID) this.#writtenId.set(this.view, from, this.at);
      this.#idOfTrace = isId ? written.toLowerCase() : '';
    }
    span.traceId = this.#idOfTrace;
  }

  /** Sixteen hex digits as two halves; zeros where there is none. */
  #id(): void {
    this.#high = 0;
    this.#low = 0;
    if (this.step() !== QUOTE) this.fails = true;
    if (this.bytes[this.at] !== QUOTE) {
      this.#high = this.#half();
      this.#low = this.#half();
    }
    if (this.bytes[this.at++] !== QUOTE) this.fails = true;
  }

  #half(): number {
    const high = this.#fourDigits();
    const low = this.#fourDigits();
    if ((high | low) < 0) this.fails = true;
    return ((high << 16) | low) >>> 0;
  }

  /** Of hex; negative where one of them is none. */
  #fourDigits(): number {
    const { bytes, at } = this;
    const a = HEX[bytes[at] as number] as number;
    const b = HEX[bytes[at + 1] as number] as number;
    const c = HEX[bytes[at + 2] as number] as number;
    const d = HEX[bytes[at + 3] as number] as number;
    this.at = at + 4;
    return (a | b | c | d) > 15 ? -1 : (a << 12) | (b << 8) | (c << 4) | d;
  }

  /** ms, of digits or a number. */
  #time(): number {
    if (this.step() !== QUOTE) {
      this.at--;
      const value = this.value();
      if (typeof value !== 'number' || !Number.isFinite(value)) this.fails = true;
      return (value as number) / NANO;
    }
    const bytes = this.bytes;
    const from = this.at;
    let until = from + DIGITS_OF_TIME;
    let time = bytes[until] === QUOTE ? this.#timeOf(from, until) : Number.NaN;
    if (Number.isNaN(time)) {
      until = from;
      while (until < bytes.length && bytes[until] !== QUOTE) until++;
      time = this.#timeOf(from, until);
      if (until === from || until - from > MOST_DIGITS || Number.isNaN(time)) this.fails = true;
    }
    this.at = this.past(until);
    return time;
  }

  /** ms; NaN where there is anything but digits. */
  #timeOf(from: number, until: number): number {
    // A double has not enough digits for ns since 1970.
    const split = Math.max(from, until - DIGITS_OF_NANO);
    return this.#digits(from, split) + this.#digits(split, until) / NANO;
  }

  #digits(from: number, until: number): number {
    let number = 0;
    for (let begin = from; begin < until; ) {
      const end = Math.min(until, begin + DIGITS_OF_INTEGER);
      let part = 0;
      let wrong = 0;
      for (let at = begin; at < end; at++) {
        const digit = (this.bytes[at] as number) - ZERO;
        wrong |= digit | (9 - digit);
        part = (Math.imul(part, 10) + digit) | 0;
      }
      if (wrong < 0) return Number.NaN;
      number = number * (POWERS[end - begin] as number) + part;
      begin = end;
    }
    return number;
  }

  #status(span: FlatSpan): void {
    if (this.step() !== OPEN_OBJECT) this.fails = true;
    let byte = this.step();
    if (byte === CLOSE_OBJECT) return;
    this.at--;
    let seen = 0;
    let slot = STATUS_BEGINS;
    for (byte = COMMA; byte === COMMA && !this.fails; byte = this.step()) {
      slot = this.#key(slot);
      if (slot >= 0 && seen & (1 << slot)) this.fails = true;
      seen |= slot >= 0 ? 1 << slot : 0;
      const key = KEY_AT[slot];
      if (key === 'code') span.status = STATUSES.indexOf(statusOf(this.value()));
      else if (key !== 'message') this.passOver(undefined);
      else if (textOf(this.value()) !== '') this.#hasMore = true;
    }
    if (byte !== CLOSE_OBJECT) this.fails = true;
  }

  /** A list, which is checked later. */
  #list(key: Checked): void {
    if (this.step() !== OPEN_LIST) this.fails = true;
    if (this.bytes[this.at] === CLOSE_LIST) {
      this.at++;
      return;
    }
    this.at--;
    this.#hasMore = true;
    this.passOver(key);
  }
}
