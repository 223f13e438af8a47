import type { Breaks } from './breaks.js';
import { PADDING } from './byte-reader.js';
import { FileError, isObject } from './json.js';
import { readBytes } from './read-bytes.js';

/** Bytes handed to `JSON.parse` at once, some 1 ms of work, where the elements of a list can be told apart. */
const BATCH = 96 * 1024;

/** The lists of spans of all formats; what is whole in them can be read also where the file ends in the middle. */
const LISTS_OF_SPANS = ['spans', 'traceEvents'];

/** What OTLP's list of groups of spans is called, by its key in a file. */
export const GROUPS = 'resourceSpans';
const LISTS_OF_GROUPS = [GROUPS, 'resource_spans'];

/** What a list of spans in one of OTLP's groups is called. */
export const SPANS_OF_GROUP = 'resourceSpans.spans';

/** Containers that such a list lies in: the value, groups, a group, scopes, a scope. */
const ABOVE_SPANS = 5;

/** The values of a file: one, or one a line. */
export interface ParsedFile {
  readonly values: readonly unknown[];
  /** By value: the line that it begins on, of those that stand between values. */
  readonly lines: readonly number[];
  /** The file ends in the middle of the last value, of whose lists of spans the whole elements are there. */
  readonly cutOff: boolean;
}

/**
 * Takes whole elements of a list of spans, by the key of the list (`''` where it is the value), or of one of `GROUPS`; false:
 * wants none of it. `list` stands in the value for the list, with what was not taken of it. `texts`: where the elements lie.
 */
export type TakeSpans = (
  key: string,
  elements: readonly unknown[],
  list: unknown[],
  texts: Texts | undefined,
) => boolean;

/** The text of each element of a list, as long as these are taken. */
export interface Texts {
  readonly bytes: Uint8Array;
  /** By element: where its text begins in the bytes, and where it ends. */
  readonly ends: readonly number[];
}

/**
 * Takes further elements of such a list, which begin at `from` and before `until`, from the bytes themselves, as far as it
 * can read them. Answers where it stopped: `from`, or behind a comma. The bytes have `PADDING` behind them.
 */
export type ReadSpans = (key: string, bytes: Uint8Array, from: number, until: number, list: unknown[]) => number;

/**
 * What `JSON.parse` answers for a file, or for each of its lines; in slices, so that a large one does not stop the page. What
 * `takeSpans` has taken of long lists is not in them.
 */
export async function parseJson(
  file: Blob,
  breaks: Breaks,
  progress: (part: number) => void,
  takeSpans: TakeSpans,
  readSpans: ReadSpans,
): Promise<ParsedFile> {
  const parser = new SliceParser(takeSpans, BATCH, readSpans);
  for await (const bytes of readBytes(file)) {
    for (const _ of parser.take(bytes)) {
      if (!breaks.over) continue;
      progress(parser.done / file.size);
      await breaks.next();
    }
  }
  return parser.end();
}

/** An open `{` or `[`. */
interface Container {
  readonly isList: boolean;
  /** What a list of spans, or of groups of them, is called. */
  readonly spans: string | undefined;
  /** Byte of the file behind the bracket. */
  readonly start: number;
  /** Byte of the file behind the last object or list in it that is whole. */
  wholeUntil: number;
}

/** What is parsed apart: a list whose elements are, as they come; or, at the bottom, the whole value. */
interface Part {
  /** How many containers it lies in, itself included; 0: the value. */
  readonly depth: number;
  readonly spans: string | undefined;
  readonly elements: unknown[];
  /** What is before the bytes that wait. */
  text: string;
  /** Characters of it that are whole elements. */
  whole: number;
  /** The lists that were taken out of `text`: what stands there instead has their number. */
  holes: unknown[][];
  /** Where those of its elements begin and end in the file that are whole, where it is a list of a group. */
  ends: number[];
  /** `takeSpans` took the last elements. */
  isTaken: boolean;
}

const [QUOTE, COMMA, BACKSLASH, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [34, 44, 92, 91, 93, 123, 125];
const LINE_FEED = 10;
const WHITE_SPACE: readonly number[] = [9, LINE_FEED, 13, 32];
const BYTE_ORDER_MARK: readonly number[] = [0xef, 0xbb, 0xbf];

/** By byte: 1 for what parts values from each other. Nearly all bytes of a file are none of these. */
const PARTS_VALUES = new Uint8Array(256);
for (const byte of [QUOTE, COMMA, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT]) PARTS_VALUES[byte] = 1;

function partAt(depth: number, spans: string | undefined): Part {
  // What OTLP is, is known by where it stands.
  const isTaken = spans === SPANS_OF_GROUP;
  return { depth, spans, elements: [], text: '', whole: 0, holes: [], ends: [], isTaken };
}

/** Tells the elements of long lists apart in the bytes of a file, and parses them batch by batch. */
export class SliceParser {
  /** Bytes of the file that have become values or text. */
  done = 0;
  readonly #decoder = new TextDecoder();
  /** The key of what stands in the place of a list; no file can know it. */
  readonly #hole: string = crypto.randomUUID();
  /** Bytes that wait, and where in the file they begin. */
  #bytes = new Uint8Array();
  #padded = new Uint8Array();
  /** What they lie in. */
  #room = new Uint8Array();
  #start = 0;
  /** Where reading goes on. */
  #next = 0;
  /** Where an element has to begin before that is read from the bytes: one that is cut off costs as much as many whole ones. */
  #until = 0;
  /** Elements are read on from where values end so far, when more bytes have come. */
  #waits = false;
  readonly #open: Container[] = [];
  readonly #parts: Part[] = [];
  /** Where the last text in quotation marks lies. */
  #quotedFrom = 0;
  #quotedTo = 0;
  #line = 1;
  readonly #values: unknown[] = [];
  readonly #lines: number[] = [];
  readonly #takeSpans: TakeSpans;
  readonly #batch: number;
  readonly #readSpans: ReadSpans;

  constructor(takeSpans: TakeSpans, batch = BATCH, readSpans: ReadSpans = (_key, _bytes, from) => from) {
    this.#takeSpans = takeSpans;
    this.#batch = batch;
    this.#readSpans = readSpans;
  }

  /** Takes the next bytes of the file; yields after each batch. `areLast`: there may be none after them. */
  *take(more: Uint8Array, areLast = false): Generator<void> {
    const start = this.done;
    const waiting = this.#bytes.subarray(start - this.#start);
    const length = waiting.length + more.length;
    if (length + PADDING > this.#room.length) this.#room = new Uint8Array(length + PADDING);
    this.#room.set(waiting);
    this.#room.set(more, waiting.length);
    this.#room.fill(0, length, length + PADDING);
    const bytes = this.#room.subarray(0, length);
    this.#bytes = bytes;
    this.#padded = this.#room.subarray(0, length + PADDING);
    this.#start = start;
    this.#until = length - (areLast ? 0 : this.#batch >> 4);
    let at = this.#waits ? (yield* this.#readOn(start - 1)) - start + 1 : this.#next - start;
    let isInside = this.#open.length > 0;
    for (; at < bytes.length; at++) {
      const byte = bytes[at] as number;
      if (isInside && PARTS_VALUES[byte] === 0) continue;
      if (byte === QUOTE && isInside) {
        let end = at + 1;
        while (end < bytes.length && bytes[end] !== QUOTE) end += bytes[end] === BACKSLASH ? 2 : 1;
        // Where its end is yet to come, it is read again from here.
        if (end >= bytes.length) break;
        this.#quotedFrom = start + at + 1;
        this.#quotedTo = start + end;
        at = end;
      } else if (byte === COMMA && isInside) {
        if (!this.#isEndOfBatch(start + at)) continue;
        this.#parseBatch(start + at);
        yield;
        at = (yield* this.#readOn(start + at)) - start;
      } else if (byte === OPEN_LIST || byte === OPEN_OBJECT) {
        this.#enter(byte === OPEN_LIST, start + at);
        isInside = true;
        if (this.#open.at(-1)?.spans === SPANS_OF_GROUP) at = (yield* this.#readOn(start + at)) - start;
      } else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) {
        const isParsed = this.#leave(byte === CLOSE_LIST, start + at);
        isInside = this.#open.length > 0;
        if (isParsed) yield;
      } else if (!isInside) {
        this.#between(byte, start + at);
      }
    }
    this.#next = start + at;
  }

  /** To be called after the last bytes. */
  end(): ParsedFile {
    if (this.#waits) for (const _ of this.take(new Uint8Array(), true));
    let cutOff = false;
    if (this.#open.length > 0) {
      // A span that is not whole is none; of anything else, what is there is.
      const inSpans = this.#open.findLastIndex(({ spans }) => spans !== undefined && spans !== GROUPS);
      const last = inSpans < 0 ? this.#open.length - 1 : inSpans;
      const until = Math.max(this.#open[last]?.wholeUntil ?? 0, this.done);
      // Chrome writes its events without the last bracket.
      const isList = this.#open.length === 1 && this.#open[0]?.isList;
      cutOff = !isList || !/^[\s,]*$/.test(this.#text(until, Number.POSITIVE_INFINITY));
      this.#closeAll(last, until);
    }
    return { values: this.#values, lines: this.#lines, cutOff };
  }

  /** A byte in no value. */
  #between(byte: number, at: number): void {
    if (byte === LINE_FEED) this.#line++;
    else if (!WHITE_SPACE.includes(byte) && BYTE_ORDER_MARK[at] !== byte) throw this.#fault('this is not JSON');
  }

  #enter(isList: boolean, at: number): void {
    const parent = this.#open.at(-1);
    if (!parent) {
      this.#parts.push(partAt(0, undefined));
      this.#lines.push(this.#line);
      this.done = at;
    }
    const spans = !isList || parent?.isList ? undefined : parent ? this.#spansOf() : '';
    this.#open.push({ isList, spans, start: at + 1, wholeUntil: at + 1 });
    // What is read of a group is known by its list, also where that is short.
    if (spans === SPANS_OF_GROUP) this.#openParts();
  }

  /** What a list is called, by the last text, its key, where it is one of spans or of groups of them. */
  #spansOf(): string | undefined {
    const depth = this.#open.length;
    if (depth === 1 && LISTS_OF_GROUPS.some((key) => this.#isKey(key))) return GROUPS;
    const key = LISTS_OF_SPANS.find((each) => this.#isKey(each));
    const isOfGroup = depth === ABOVE_SPANS && this.#open[1]?.spans === GROUPS;
    return key === 'spans' && isOfGroup ? SPANS_OF_GROUP : key;
  }

  #isKey(key: string): boolean {
    if (this.#quotedTo - this.#quotedFrom !== key.length) return false;
    const from = this.#quotedFrom - this.#start;
    for (let i = 0; i < key.length; i++) if (this.#bytes[from + i] !== key.charCodeAt(i)) return false;
    return true;
  }

  /** Answers whether something was parsed. */
  #leave(isList: boolean, at: number): boolean {
    const depth = this.#open.length;
    const left = this.#open.pop();
    if (left?.isList !== isList) throw this.#fault(`this is not JSON: a bracket is wrong at byte ${at}`);
    const parent = this.#open.at(-1);
    if (parent) {
      parent.wholeUntil = at + 1;
      if (parent.spans === SPANS_OF_GROUP) this.#parts.at(-1)?.ends.push(left.start - 1, at + 1);
    }
    const isPart = this.#parts.at(-1)?.depth === depth;
    if (isPart) {
      this.#endList(at, '');
      this.done = at + 1;
    }
    if (!parent) {
      this.#endValue(at + 1, '');
      this.done = at + 1;
    }
    return isPart || !parent;
  }

  /** Whether what is whole of the list that is open is to be parsed up to a comma. */
  #isEndOfBatch(at: number): boolean {
    const depth = this.#open.length;
    if (this.#open[depth - 1]?.isList !== true) return false;
    const part = this.#parts.at(-1) as Part;
    const waiting = part.depth === depth ? part.text.length : 0;
    if (at - this.done + waiting < this.#batch) return false;
    // Not within an element of an outer list that may end soon.
    for (let i = 0; i < depth - 1; i++) {
      const { isList, wholeUntil } = this.#open[i] as Container;
      if (isList && at - wholeUntil < this.#batch) return false;
    }
    return true;
  }

  /** Parses what is whole of the list that is open. */
  #parseBatch(until: number): void {
    this.#openParts();
    this.#parseElements(until, '');
    this.done = until + 1;
  }

  /** Has the elements of the list that is open read from the bytes, behind its bracket or a comma. Answers the last comma. */
  *#readOn(before: number): Generator<void, number> {
    const { spans, isTaken, elements } = this.#parts.at(-1) as Part;
    if (spans === undefined || !isTaken) return before;
    for (let from = before + 1 - this.#start; ; ) {
      this.#waits = from >= this.#until;
      if (this.#waits) return this.#start + this.#bytes.length - 1;
      const next = this.#readSpans(spans, this.#padded, from, Math.min(from + this.#batch, this.#until), elements);
      if (next === from) return this.#start + from - 1;
      this.done = this.#start + next;
      from = next;
      yield;
    }
  }

  /** Takes all lists that are open out of what they are in. */
  #openParts(): void {
    for (let depth = (this.#parts.at(-1) as Part).depth + 1; depth <= this.#open.length; depth++) {
      const { isList, start, spans } = this.#open[depth - 1] as Container;
      if (!isList) continue;
      const part = this.#parts.at(-1) as Part;
      const whole = Math.max(this.done, Math.min(this.#open[part.depth - 1]?.wholeUntil ?? 0, start - 1));
      part.text += this.#text(this.done, whole);
      if (whole > this.done) part.whole = part.text.length;
      part.text += `${this.#text(whole, start - 1)}{"${this.#hole}":${part.holes.length}}`;
      this.done = start;
      this.#parts.push(partAt(depth, spans));
    }
  }

  #parseElements(until: number, end: string): void {
    const part = this.#parts.at(-1) as Part;
    const texts = this.#textsOf(part, end);
    const elements = this.#parse(part, `[${part.text}${this.#text(this.done, until)}${end}]`) as unknown[];
    part.isTaken =
      part.spans !== undefined &&
      this.#takeSpans(
        part.spans,
        elements,
        part.elements,
        texts?.ends.length === elements.length * 2 ? texts : undefined,
      );
    if (!part.isTaken) for (const element of elements) part.elements.push(element);
    part.text = '';
    part.whole = 0;
    part.holes = [];
    part.ends = [];
  }

  /** Where the elements lie that wait, where all of them do so in the bytes. */
  #textsOf({ text, ends }: Part, end: string): Texts | undefined {
    if (text !== '' || end !== '') return undefined;
    return { bytes: this.#bytes, ends: ends.map((byte) => byte - this.#start) };
  }

  #endList(until: number, end: string): void {
    this.#parseElements(until, end);
    const part = this.#parts.pop() as Part;
    this.#parts.at(-1)?.holes.push(part.elements);
  }

  #endValue(until: number, end: string): void {
    const part = this.#parts.pop() as Part;
    this.#values.push(this.#parse(part, part.text + this.#text(this.done, until) + end));
  }

  #dropUnwhole(): void {
    const part = this.#parts.at(-1) as Part;
    part.text = part.text.slice(0, part.whole);
  }

  /** Ends the value behind what is whole in one of the open containers. */
  #closeAll(last: number, until: number): void {
    while ((this.#parts.at(-1) as Part).depth > last + 1) {
      this.#parts.pop();
      this.#dropUnwhole();
    }
    // A long list is the last that is whole of an element that is not.
    const { wholeUntil } = this.#open[last] as Container;
    if (this.#parts.at(-1)?.depth === last + 1 && wholeUntil < this.done) this.#dropUnwhole();
    let end = '';
    for (let depth = last + 1; depth > 0; depth--) {
      if (this.#parts.at(-1)?.depth === depth) {
        this.#endList(until, end);
        end = '';
        this.done = until;
      } else end += this.#open[depth - 1]?.isList ? ']' : '}';
    }
    this.#endValue(until, end);
  }

  #parse(part: Part, text: string): unknown {
    try {
      return part.holes.length > 0 ? this.#fill(JSON.parse(text), part.holes) : JSON.parse(text);
    } catch (cause) {
      if (!(cause instanceof SyntaxError)) throw cause;
      const where = this.done > 0 && this.#values.length === 0 ? `, behind byte ${this.done}` : '';
      throw this.#fault(`this is not JSON${where}: ${cause.message}`, cause);
    }
  }

  /** Puts the lists in their places again. */
  #fill(value: unknown, lists: readonly unknown[][]): unknown {
    const whole = { value };
    const rest: Record<string, unknown>[] = [whole];
    for (let at = rest.pop(); at; at = rest.pop()) {
      for (const key in at) {
        const child = at[key];
        if (typeof child !== 'object' || child === null) continue;
        const list = isObject(child) && lists[child[this.#hole] as number];
        if (list) at[key] = list;
        else rest.push(child as Record<string, unknown>);
      }
    }
    return whole.value;
  }

  #text(from: number, to: number): string {
    return this.#decoder.decode(this.#bytes.subarray(from - this.#start, Math.max(from, to) - this.#start));
  }

  #fault(problem: string, cause?: unknown): FileError {
    return new FileError(this.#line > 1 ? `line ${this.#line}` : '', problem, { cause });
  }
}
