import type { Attributes, SpanEvent } from '../../src/trace/types.js';
import {
  emptyAttributes,
  isObject,
  type JsonObject,
  msAt,
  NO_ATTRIBUTES,
  neededMsAt,
  objectAt,
  Place,
  textOf,
  toAttribute,
} from './json.js';
import { grown, TextColumn } from './text-column.js';

/** µs a ms. */
const MICRO = 1000;

const FIRST_CAPACITY = 1024;

/** What happens in it nests. */
export interface ChromeThread {
  readonly process: string;
  /** Events that last, in the order of the file. */
  readonly slices: number[];
  /** Those of them whose end has not come, the innermost last. */
  readonly begun: number[];
  /** Events of one moment. */
  readonly instants: number[];
}

/**
 * The events of a file of Chrome's, of which there can be a million, in columns: what is parsed can go again but for the
 * `args`, and what a span is made of is made when it is looked at.
 */
export class ChromeEvents {
  /** ms, by event. */
  starts = new Float64Array();
  /** ms, by event; NaN where there is none. */
  ends = new Float64Array();
  readonly threads = new Map<string, ChromeThread>();
  /** By process id. */
  readonly processNames = new Map<string, string>();
  /** ms: of the last event. */
  newest = 0;
  #count = 0;
  /** Events of the file, also those that are nothing here. */
  #seen = 0;
  readonly #names = new TextColumn();
  readonly #categories = new TextColumn();
  readonly #args = new Map<number, JsonObject>();
  #last: { pid: unknown; tid: unknown; thread: ChromeThread } | undefined;
  readonly #expected: number;

  /** `expected`: events for which there is room at once. Room that is not written to takes no memory. */
  constructor(expected = FIRST_CAPACITY) {
    this.#expected = expected;
  }

  get count(): number {
    return this.#count;
  }

  nameOf(event: number): string {
    return this.#names.get(event);
  }

  /** Made anew at each call. */
  attributesOf(event: number): Readonly<Attributes> {
    const args = this.#args.get(event);
    const category = this.#categories.get(event);
    if (!args && !category) return NO_ATTRIBUTES;
    const attributes = emptyAttributes();
    for (const key in args) attributes[key] = toAttribute(args[key]);
    // What this panel wrote has the category of its own format.
    if (category && !(args && 'span.id' in args)) attributes['category'] = category;
    return attributes;
  }

  argsOf(event: number): JsonObject | undefined {
    return this.#args.get(event);
  }

  /** The event of one moment as that of a span. */
  spanEventOf(event: number, shift: number): SpanEvent {
    return {
      name: this.nameOf(event),
      time: (this.starts[event] as number) + shift,
      attributes: this.attributesOf(event),
    };
  }

  /** Takes the next event of the list at `at`. */
  add(value: unknown, at: Place): void {
    const place = new Place(at, this.#seen++);
    const event = objectAt(value, place);
    const phase = event['ph'];
    switch (phase) {
      case 'M':
        if (event['name'] !== 'process_name' || !isObject(event['args'])) return;
        this.processNames.set(textOf(event['pid']), textOf(event['args']['name']));
        return;
      case 'X': {
        const added = this.#put(event, place);
        const end = (this.starts[added] as number) + (msAt(event['dur'], MICRO, place, 'dur') ?? 0);
        this.ends[added] = end;
        if (end > this.newest) this.newest = end;
        this.#threadOf(event['pid'], event['tid']).slices.push(added);
        return;
      }
      case 'B':
      case 'b': {
        const added = this.#put(event, place);
        const thread = this.#threadOf(event['pid'], event[phase === 'B' ? 'tid' : 'id']);
        thread.slices.push(added);
        thread.begun.push(added);
        return;
      }
      case 'E':
      case 'e': {
        const begun = this.#threadOf(event['pid'], event[phase === 'E' ? 'tid' : 'id']).begun.pop();
        const end = neededMsAt(event['ts'], MICRO, place, 'ts');
        if (end > this.newest) this.newest = end;
        if (begun === undefined) return;
        this.ends[begun] = end;
        if (isObject(event['args'])) this.#args.set(begun, { ...this.#args.get(begun), ...event['args'] });
        return;
      }
      case 'i':
      case 'I':
      case 'n': {
        const added = this.#put(event, place);
        this.ends[added] = this.starts[added] as number;
        this.#threadOf(event['pid'], event['tid']).instants.push(added);
      }
    }
  }

  #put(event: JsonObject, place: Place): number {
    const start = neededMsAt(event['ts'], MICRO, place, 'ts');
    const at = this.#count++;
    if (at === this.starts.length) {
      const capacity = at === 0 ? this.#expected : at * 2;
      this.starts = grown(this.starts, new Float64Array(capacity));
      this.ends = grown(this.ends, new Float64Array(capacity));
      this.#names.grow(capacity);
      this.#categories.grow(capacity);
    }
    this.starts[at] = start;
    this.ends[at] = Number.NaN;
    if (start > this.newest) this.newest = start;
    this.#names.set(at, textOf(event['name']));
    this.#categories.set(at, textOf(event['cat']));
    if (isObject(event['args'])) this.#args.set(at, event['args']);
    return at;
  }

  #threadOf(pid: unknown, tid: unknown): ChromeThread {
    // Nearly always that of the event before.
    const last = this.#last;
    if (last && last.pid === pid && last.tid === tid) return last.thread;
    const process = textOf(pid);
    const key = `${process} ${textOf(tid)}`;
    let thread = this.threads.get(key);
    if (!thread) {
      thread = { process, slices: [], begun: [], instants: [] };
      this.threads.set(key, thread);
    }
    this.#last = { pid, tid, thread };
    return thread;
  }
}
