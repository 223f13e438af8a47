import type { JsonObject } from './json.js';

/** Texts that are kept to be met again, and the bytes of the longest of them. */
const TEXTS = 2048;
const LONGEST = 64;

/** A double holds each number of so many digits. */
const MOST_DIGITS = 15;

const POWERS = Array.from({ length: MOST_DIGITS + 1 }, (_, exponent) => 10 ** exponent);

const [TAB, LINE_FEED, RETURN, SPACE, QUOTE, COMMA, MINUS, DOT] = [9, 10, 13, 32, 34, 44, 45, 46];
const [ZERO, COLON, OPEN_LIST, BACKSLASH, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [48, 58, 91, 92, 93, 123, 125];

/** The bit that `{` has more than `[`, and `}` than `]`. */
const ANY_BRACKET = 32;

/** A key of up to four bytes as a number. */
const numberOf = (key: string): number => [...key].reduce((sum, letter) => (sum << 8) | letter.charCodeAt(0), 0);
const [PH, TS, ID, PID, TID] = ['ph', 'ts', 'id', 'pid', 'tid'].map(numberOf) as [
  number,
  number,
  number,
  number,
  number,
];
const [DUR, CAT, NAME, ARGS] = ['dur', 'cat', 'name', 'args'].map(numberOf) as [number, number, number, number];

/** What is read of an event. */
class ChromeEvent {
  ph: unknown;
  ts: unknown;
  dur: unknown;
  pid: unknown;
  tid: unknown;
  id: unknown;
  name: unknown;
  cat: unknown;
  args: unknown;
}

/**
 * Reads Chrome's events from the bytes of a file, much faster than by decoding and `JSON.parse`: what no span needs is
 * passed over, a text that was met before is not made again, and the `args` of many events are parsed at once. What is not
 * written as such events mostly are, or is no JSON, it leaves to `JSON.parse`.
 */
export class EventReader {
  #bytes: Uint8Array = new Uint8Array();
  /** Where it reads. */
  #at = 0;
  /** It met what it leaves to `JSON.parse`. */
  #fails = false;
  readonly #decoder = new TextDecoder();
  readonly #texts = new Array<unknown>(TEXTS).fill('');
  readonly #sizes = new Uint8Array(TEXTS);
  readonly #textBytes = new Uint8Array(TEXTS * LONGEST);
  /** Objects and lists within events, which are parsed when these are read: where they lie, and whose `args` they are. */
  readonly #nested: { readonly from: number; readonly to: number; readonly holder: ChromeEvent | undefined }[] = [];

  /**
   * Hands the events of a list on that begin at `from`, behind a bracket or comma, and before `until`, as far as it reads
   * them. Answers where it stopped: `from`, or behind a comma.
   */
  read(bytes: Uint8Array, from: number, until: number, take: (events: readonly JsonObject[]) => void): number {
    this.#bytes = bytes;
    this.#at = from;
    this.#fails = false;
    const events: ChromeEvent[] = [];
    let next = from;
    while (next < until) {
      const nested = this.#nested.length;
      const event = this.#event();
      if (this.#fails || this.#step() !== COMMA) {
        this.#nested.length = nested;
        break;
      }
      events.push(event);
      next = this.#at;
    }
    if (!this.#parseNested() || events.length === 0) return from;
    take(events as object[] as JsonObject[]);
    return next;
  }

  #event(): ChromeEvent {
    const event = new ChromeEvent();
    let hasArgs = false;
    if (this.#step() !== OPEN_OBJECT) this.#fails = true;
    let byte = COMMA;
    for (; byte === COMMA && !this.#fails; byte = this.#step()) {
      switch (this.#key()) {
        case PH:
          event.ph = this.#value();
          break;
        case TS:
          event.ts = this.#value();
          break;
        case DUR:
          event.dur = this.#value();
          break;
        case PID:
          event.pid = this.#value();
          break;
        case TID:
          event.tid = this.#value();
          break;
        case ID:
          event.id = this.#value();
          break;
        case NAME:
          event.name = this.#value();
          break;
        case CAT:
          event.cat = this.#value();
          break;
        case ARGS:
          // Of a key that is there twice the last one counts.
          if (hasArgs) this.#fails = true;
          hasArgs = true;
          this.#passOver(event);
          break;
        default:
          this.#passOver(undefined);
      }
    }
    if (byte !== CLOSE_OBJECT) this.#fails = true;
    return event;
  }

  /** The next byte that is no white space; 0 behind the last one. */
  #step(): number {
    const bytes = this.#bytes;
    for (let at = this.#at; at < bytes.length; at++) {
      const byte = bytes[at] as number;
      if (byte > SPACE || (byte !== SPACE && byte !== LINE_FEED && byte !== RETURN && byte !== TAB)) {
        this.#at = at + 1;
        return byte;
      }
    }
    return 0;
  }

  /** A key up to its colon, as `numberOf` has it; -1 for a longer one. */
  #key(): number {
    if (this.#step() !== QUOTE) this.#fails = true;
    const bytes = this.#bytes;
    const from = this.#at;
    let key = 0;
    let at = from;
    for (; at < bytes.length; at++) {
      const byte = bytes[at] as number;
      if (byte === QUOTE) break;
      if (byte < SPACE || byte === BACKSLASH) this.#fails = true;
      key = (key << 8) | byte;
    }
    this.#at = at + 1;
    if (this.#step() !== COLON) this.#fails = true;
    return at - from > 4 ? -1 : key;
  }

  /** A text, a number, true, false or null. */
  #value(): unknown {
    const first = this.#step();
    if (first === QUOTE) return this.#text();
    this.#at--;
    return this.#number();
  }

  #text(): unknown {
    const bytes = this.#bytes;
    const from = this.#at;
    let hash = 0;
    let at = from;
    for (; at < bytes.length; at++) {
      const byte = bytes[at] as number;
      if (byte === QUOTE) break;
      if (byte === BACKSLASH) at++;
      hash = (Math.imul(hash, 31) + byte) | 0;
    }
    this.#at = at + 1;
    const size = at - from;
    if (size > LONGEST) return this.#parse(bytes, from - 1, at + 1);
    const place = (hash ^ (hash >>> 11)) & (TEXTS - 1);
    if (this.#sizes[place] === size && this.#isText(place, from, size)) return this.#texts[place];
    const text = this.#parse(bytes, from - 1, at + 1);
    if (this.#fails) return text;
    this.#texts[place] = text;
    this.#sizes[place] = size;
    this.#textBytes.set(bytes.subarray(from, at), place * LONGEST);
    return text;
  }

  #isText(place: number, from: number, size: number): boolean {
    const bytes = this.#bytes;
    const texts = this.#textBytes;
    const first = place * LONGEST;
    for (let i = 0; i < size; i++) if (texts[first + i] !== bytes[from + i]) return false;
    return true;
  }

  /** A number; what is none, or has more digits, as `JSON.parse` has it. */
  #number(): unknown {
    const bytes = this.#bytes;
    const first = this.#at;
    const from = bytes[first] === MINUS ? first + 1 : first;
    let number = 0;
    let at = from;
    let digits = 0;
    /** Behind the dot. */
    let decimals = 0;
    let isBehind = false;
    for (; at < bytes.length; at++) {
      const digit = (bytes[at] as number) - ZERO;
      if (digit >= 0 && digit <= 9) {
        number = number * 10 + digit;
        if (isBehind) decimals++;
        digits++;
      } else if (bytes[at] === DOT && !isBehind && digits > 0) isBehind = true;
      else break;
    }
    const isWhole = at < bytes.length && isEnd(bytes[at] as number);
    const isOdd = (bytes[from] === ZERO && digits - decimals > 1) || (isBehind && decimals === 0);
    if (!isWhole || isOdd || digits === 0 || digits > MOST_DIGITS) return this.#literal(first);
    this.#at = at;
    if (decimals > 0) number /= POWERS[decimals] as number;
    return from > first ? -number : number;
  }

  /** What is no text, object or list, as `JSON.parse` has it. */
  #literal(from: number): unknown {
    const bytes = this.#bytes;
    let at = from;
    while (at < bytes.length && !isEnd(bytes[at] as number)) at++;
    this.#at = at;
    return this.#parse(bytes, from, at < bytes.length ? at : from);
  }

  /** A value that nothing is read of, or the `args` of an event. */
  #passOver(holder: ChromeEvent | undefined): void {
    const first = this.#step();
    if (first === OPEN_OBJECT || first === OPEN_LIST) this.#passNested(first, holder);
    else if (first === QUOTE) this.#passText();
    else {
      this.#at--;
      this.#number();
    }
  }

  #passText(): void {
    const bytes = this.#bytes;
    const from = this.#at;
    let isPlain = true;
    let at = from;
    for (; at < bytes.length; at++) {
      const byte = bytes[at] as number;
      if (byte === QUOTE) break;
      if (byte < SPACE) this.#fails = true;
      if (byte !== BACKSLASH) continue;
      isPlain = false;
      at++;
    }
    this.#at = at + 1;
    if (!isPlain) this.#parse(bytes, from - 1, at + 1);
  }

  /** An object or a list, which is parsed later. */
  #passNested(bracket: number, holder: ChromeEvent | undefined): void {
    const bytes = this.#bytes;
    const from = this.#at - 1;
    let depth = 1;
    let at = this.#at;
    for (; at < bytes.length && depth > 0; at++) {
      const byte = bytes[at] as number;
      if (byte === QUOTE) {
        at++;
        while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
      } else if ((byte | ANY_BRACKET) === OPEN_OBJECT) depth++;
      else if ((byte | ANY_BRACKET) === CLOSE_OBJECT) depth--;
    }
    this.#at = at;
    if (depth > 0) this.#fails = true;
    // `{}` is what most events have.
    if (at - from > 2 || bracket !== OPEN_OBJECT || bytes[at - 1] !== CLOSE_OBJECT)
      this.#nested.push({ from, to: at, holder });
  }

  /** Parses what lies within the events; false where it is no JSON. */
  #parseNested(): boolean {
    const nested = this.#nested.splice(0);
    if (nested.length === 0) return true;
    const list = new Uint8Array(nested.reduce((sum, { from, to }) => sum + to - from + 1, 1));
    list[0] = OPEN_LIST;
    let at = 1;
    for (const { from, to } of nested) {
      list.set(this.#bytes.subarray(from, to), at);
      at += to - from;
      list[at++] = COMMA;
    }
    list[at - 1] = CLOSE_LIST;
    this.#fails = false;
    const values = this.#parse(list, 0, at) as unknown[];
    if (this.#fails) return false;
    nested.forEach(({ holder }, i) => {
      if (holder) holder.args = values[i];
    });
    return true;
  }

  #parse(bytes: Uint8Array, from: number, to: number): unknown {
    try {
      return JSON.parse(this.#decoder.decode(bytes.subarray(from, to)));
    } catch (cause) {
      if (!(cause instanceof SyntaxError)) throw cause;
      this.#fails = true;
      return undefined;
    }
  }
}

function isEnd(byte: number): boolean {
  return byte === COMMA || byte === CLOSE_OBJECT || byte <= SPACE;
}
