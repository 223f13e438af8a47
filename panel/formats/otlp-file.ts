import { FileError, type JsonObject, NO_ATTRIBUTES, objectAt, objectsAt, Place, WHOLE } from './json.js';
import { OtlpSpans, type Run } from './otlp-spans.js';
import type { OtlpTrace } from './otlp-trace.js';
import { GROUPS, SPANS_OF_GROUP, type Texts } from './parse-json.js';
import { GROUPS_PLACE, groupsOf, listsOfSpans, readResource, readSpan, resourceAttributes } from './read-otlp.js';
import { SpanReader } from './span-reader.js';
import type { Reading } from './traces.js';

/** What was read of a list of spans before anything is known of the group that it is in. */
interface ReadList {
  readonly from: number;
  to: number;
  /** The first element that is no span: to be read again where its place is known. */
  bad: { readonly element: unknown; readonly at: number } | undefined;
}

/** What was read of a list of groups. */
interface ReadGroups {
  /** Groups so far. */
  count: number;
  /** Their spans, in the order of the file. */
  readonly runs: Run[];
  fault: FileError | undefined;
}

/**
 * Reads OTLP while it is parsed: spans first, as they stand in a file before all of their group does, then groups. Nothing of it
 * counts before the value that it is in is there: `read` is told that, and throws what was wrong.
 */
export class OtlpFile {
  readonly #spans: OtlpSpans;
  readonly #reader: SpanReader;
  /** By what stands in a group for its list of spans. */
  readonly #lists = new Map<unknown, ReadList>();
  /** By what stands in a value for its list of groups. */
  readonly #groups = new Map<unknown, ReadGroups>();
  /** The numbers of resources by their attributes as JSON: many groups have the same. */
  readonly #resources = new Map<string | undefined, number>();
  /** The spans that count. */
  readonly #runs: Run[] = [];

  /** `expected`: spans for which there is room at once. */
  constructor(expected: number) {
    this.#spans = new OtlpSpans(expected);
    this.#reader = new SpanReader(this.#spans);
  }

  /** Spans so far, also those that may not count. */
  get size(): number {
    return this.#spans.count;
  }

  /** Whether a list of such a key is one of OTLP's. */
  static has(key: string): boolean {
    return key === SPANS_OF_GROUP || key === GROUPS;
  }

  /** Takes elements of its lists, as `TakeSpans` does. */
  take(key: string, elements: readonly unknown[], list: unknown, texts: Texts | undefined): void {
    if (key === SPANS_OF_GROUP) this.#takeSpans(elements, list, texts);
    else this.#takeGroups(elements, list);
  }

  /** Reads spans of its lists from the bytes, as `ReadSpans` does. */
  readOn(key: string, bytes: Uint8Array, from: number, until: number, list: unknown): number {
    if (key !== SPANS_OF_GROUP) return from;
    const read = this.#listOf(list);
    if (read.bad) return from;
    const next = this.#reader.read(bytes, from, until);
    read.to = this.#spans.count;
    return next;
  }

  /** Reads a value of the file. */
  *read(file: JsonObject): Reading {
    const groups = groupsOf(file);
    const read = this.#groups.get(groups);
    if (read?.fault) throw read.fault;
    if (read) for (const run of read.runs) this.#runs.push(run);
    else for (const [group, place] of objectsAt(groups, GROUPS_PLACE)) yield* this.#readGroup(group, place, this.#runs);
  }

  traces(): Generator<OtlpTrace> {
    return this.#spans.traces(this.#runs);
  }

  #takeSpans(elements: readonly unknown[], list: unknown, texts: Texts | undefined): void {
    const read = this.#listOf(list);
    if (read.bad) return;
    for (const [i, element] of elements.entries()) {
      try {
        const span = objectAt(element, WHOLE);
        const text = texts?.bytes.subarray(texts.ends[i * 2], texts.ends[i * 2 + 1]);
        this.#spans.addRecord(readSpan(span, WHOLE, NO_ATTRIBUTES), span, text);
      } catch (cause) {
        if (!(cause instanceof FileError)) throw cause;
        read.bad = { element, at: this.#spans.count - read.from };
        break;
      }
    }
    read.to = this.#spans.count;
  }

  #listOf(list: unknown): ReadList {
    let read = this.#lists.get(list);
    if (!read) {
      read = { from: this.#spans.count, to: this.#spans.count, bad: undefined };
      this.#lists.set(list, read);
    }
    return read;
  }

  #takeGroups(elements: readonly unknown[], list: unknown): void {
    let read = this.#groups.get(list);
    if (!read) {
      read = { count: 0, runs: [], fault: undefined };
      this.#groups.set(list, read);
    }
    if (read.fault) return;
    try {
      for (const element of elements) {
        const place = new Place(GROUPS_PLACE, read.count++);
        for (const _ of this.#readGroup(objectAt(element, place), place, read.runs));
      }
    } catch (cause) {
      if (!(cause instanceof FileError)) throw cause;
      read.fault = cause;
    }
  }

  *#readGroup(group: JsonObject, place: Place, runs: Run[]): Reading {
    const resource = this.#resourceOf(group, place);
    for (const [list, inScope] of listsOfSpans(group, place)) {
      const read = this.#lists.get(list);
      const from = read?.from ?? this.#spans.count;
      if (read?.bad) {
        const at = new Place(new Place(inScope, 'spans'), read.bad.at);
        readSpan(objectAt(read.bad.element, at), at, NO_ATTRIBUTES);
      }
      // A list that is called otherwise than most programs write it.
      if (!read) {
        for (const [span, at] of objectsAt(list, inScope, 'spans')) {
          this.#spans.addRecord(readSpan(span, at, NO_ATTRIBUTES), span, undefined);
          yield;
        }
      }
      this.#lists.delete(list);
      const run = { from, to: read?.to ?? this.#spans.count };
      if (run.to === run.from) continue;
      this.#spans.own(run, resource);
      runs.push(run);
    }
  }

  #resourceOf(group: JsonObject, place: Place): number {
    const key = JSON.stringify(resourceAttributes(group)) as string | undefined;
    let resource = this.#resources.get(key);
    if (resource === undefined) {
      resource = this.#spans.addResource(readResource(group, place));
      this.#resources.set(key, resource);
    }
    return resource;
  }
}
