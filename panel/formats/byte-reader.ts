/** Texts that are kept to be met again, and the bytes of the longest of them. */
const TEXTS = 2048;
const LONGEST = 64;

/** A double holds each number of so many digits. */
const MOST_DIGITS = 15;

export const POWERS = Array.from({ length: MOST_DIGITS + 1 }, (_, exponent) => 10 ** exponent);

const [TAB, LINE_FEED, RETURN, MINUS, DOT, ZERO] = [9, 10, 13, 45, 46, 48];
export const [SPACE, QUOTE, COMMA, COLON, BACKSLASH] = [32, 34, 44, 58, 92];
export const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [91, 93, 123, 125];

/**
 * Zeros that bytes are to have behind them, which are no JSON: code that reads behind the end of an array, be it once, V8 throws
 * away and compiles anew.
 */
export const PADDING = 64;

/** The bit that `{` has more than `[`, and `}` than `]`. */
const ANY_BRACKET = 32;

/**
 * Reads JSON from its bytes, with `PADDING` behind them, much faster than by decoding and `JSON.parse`: what nobody needs is
 * passed over, a text that was met before is not made again, and objects and lists are parsed many at once. Where it meets what
 * it cannot read, or what is no JSON, it `fails`, which is to be asked for before what was read counts.
 */
export class ByteReader<Holder> {
  bytes: Uint8Array = new Uint8Array();
  /** Of the same bytes. */
  view: DataView = new DataView(new ArrayBuffer());
  /** Where it reads. */
  at = 0;
  fails = false;
  readonly #decoder = new TextDecoder();
  readonly #texts = new Array<unknown>(TEXTS).fill('');
  readonly #sizes = new Uint8Array(TEXTS);
  readonly #textBytes = new Uint8Array(TEXTS * LONGEST);
  /** Objects and lists that wait to be parsed: where they lie, and whose they are. */
  readonly #nested: { readonly from: number; readonly to: number; readonly holder: Holder | undefined }[] = [];

  /** Begins with other bytes. */
  begin(bytes: Uint8Array, at: number): void {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.at = at;
    this.fails = false;
  }

  /** Objects and lists that wait to be parsed; set back where the last of them do not count. */
  get waiting(): number {
    return this.#nested.length;
  }

  set waiting(count) {
    this.#nested.length = count;
  }

  /** Where to read on behind a byte that was looked for; where it is not there, it `fails`. */
  past(at: number): number {
    if (at < this.bytes.length) return at + 1;
    this.fails = true;
    return Math.max(0, this.bytes.length - PADDING / 2);
  }

  /** The next byte that is no white space; 0 behind the last one. */
  step(): number {
    const byte = this.bytes[this.at] as number;
    if (!(byte > SPACE)) return this.#stepOver();
    this.at++;
    return byte;
  }

  #stepOver(): number {
    const bytes = this.bytes;
    for (let at = this.at; at < bytes.length; at++) {
      const byte = bytes[at] as number;
      if (byte > SPACE || (byte !== SPACE && byte !== LINE_FEED && byte !== RETURN && byte !== TAB)) {
        this.at = at + 1;
        return byte;
      }
    }
    return 0;
  }

  /** A text, a number, true, false or null. */
  value(): unknown {
    const first = this.step();
    if (first === QUOTE) return this.text();
    this.at--;
    return this.#number();
  }

  /** A text, behind its first quotation mark. */
  text(): unknown {
    const bytes = this.bytes;
    const from = this.at;
    let hash = 0;
    let at = from;
    for (; at < bytes.length; at++) {
      const byte = bytes[at] as number;
      if (byte === QUOTE) break;
      if (byte === BACKSLASH) at++;
      hash = (Math.imul(hash, 31) + byte) | 0;
    }
    this.at = this.past(at);
    const size = at - from;
    if (size > LONGEST) return this.#parse(bytes, from - 1, at + 1);
    const place = (hash ^ (hash >>> 11)) & (TEXTS - 1);
    if (this.#sizes[place] === size && this.#isText(place, from, size)) return this.#texts[place];
    const text = this.#parse(bytes, from - 1, at + 1);
    if (this.fails) return text;
    this.#texts[place] = text;
    this.#sizes[place] = size;
    this.#textBytes.set(bytes.subarray(from, at), place * LONGEST);
    return text;
  }

  #isText(place: number, from: number, size: number): boolean {
    const bytes = this.bytes;
    const texts = this.#textBytes;
    const first = place * LONGEST;
    for (let i = 0; i < size; i++) if (texts[first + i] !== bytes[from + i]) return false;
    return true;
  }

  /** A number; what is none, or has more digits, as `JSON.parse` has it. */
  #number(): unknown {
    const bytes = this.bytes;
    const first = this.at;
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
    this.at = at;
    if (decimals > 0) number /= POWERS[decimals] as number;
    return from > first ? -number : number;
  }

  /** What is no text, object or list, as `JSON.parse` has it. */
  #literal(from: number): unknown {
    const bytes = this.bytes;
    let at = from;
    while (at < bytes.length && !isEnd(bytes[at] as number)) at++;
    this.at = at < bytes.length ? at : this.past(at);
    return this.#parse(bytes, from, at < bytes.length ? at : from);
  }

  /** A value that nothing is read of, or, where it is an object or a list, one of `holder`. */
  passOver(holder: Holder | undefined): void {
    const first = this.step();
    if (first === OPEN_OBJECT || first === OPEN_LIST) this.#passNested(first, holder);
    else if (first === QUOTE) this.#passText();
    else {
      this.at--;
      this.#number();
    }
  }

  #passText(): void {
    const bytes = this.bytes;
    const from = this.at;
    let isPlain = true;
    let at = from;
    for (; at < bytes.length; at++) {
      const byte = bytes[at] as number;
      if (byte === QUOTE) break;
      if (byte < SPACE) this.fails = true;
      if (byte !== BACKSLASH) continue;
      isPlain = false;
      at++;
    }
    this.at = this.past(at);
    if (!isPlain) this.#parse(bytes, from - 1, at + 1);
  }

  /** An object or a list, which is parsed later. */
  #passNested(bracket: number, holder: Holder | undefined): void {
    const bytes = this.bytes;
    const from = this.at - 1;
    let depth = 1;
    let at = this.at;
    for (; at < bytes.length && depth > 0; at++) {
      const byte = bytes[at] as number;
      if (byte === QUOTE) {
        at++;
        while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
      } else if ((byte | ANY_BRACKET) === OPEN_OBJECT) depth++;
      else if ((byte | ANY_BRACKET) === CLOSE_OBJECT) depth--;
    }
    this.at = depth === 0 ? at : this.past(bytes.length);
    // `{}` is what most have.
    if (at - from > 2 || bracket !== OPEN_OBJECT || bytes[at - 1] !== CLOSE_OBJECT)
      this.#nested.push({ from, to: at, holder });
  }

  /** Parses the objects and lists that wait; false where one of them is no JSON. */
  parseNested(take: (holder: Holder, value: unknown) => void): boolean {
    const nested = this.#nested.splice(0);
    if (nested.length === 0) return true;
    const list = new Uint8Array(nested.reduce((sum, { from, to }) => sum + to - from + 1, 1));
    list[0] = OPEN_LIST;
    let at = 1;
    for (const { from, to } of nested) {
      list.set(this.bytes.subarray(from, to), at);
      at += to - from;
      list[at++] = COMMA;
    }
    list[at - 1] = CLOSE_LIST;
    this.fails = false;
    const values = this.#parse(list, 0, at) as unknown[];
    if (this.fails) return false;
    nested.forEach(({ holder }, i) => {
      if (holder !== undefined) take(holder, values[i]);
    });
    return true;
  }

  #parse(bytes: Uint8Array, from: number, to: number): unknown {
    try {
      return JSON.parse(this.#decoder.decode(bytes.subarray(from, to)));
    } catch (cause) {
      if (!(cause instanceof SyntaxError)) throw cause;
      this.fails = true;
      return undefined;
    }
  }
}

function isEnd(byte: number): boolean {
  return byte === COMMA || byte === CLOSE_OBJECT || byte <= SPACE;
}
