import type { SpanKind, SpanRecord, StatusCode } from '../../src/trace/types.js';
import { BytesColumn } from './bytes-column.js';
import { halvesOf } from './id-halves.js';
import { type JsonObject, WHOLE } from './json.js';
import { OtlpTrace } from './otlp-trace.js';
import { ParentTable } from './parent-table.js';
import { type OtlpResource, readSpan } from './read-otlp.js';
import { KINDS } from './span.js';
import { grown, TextColumn } from './text-column.js';

const FIRST_CAPACITY = 1024;

export const STATUSES: readonly StatusCode[] = ['UNSET', 'OK', 'ERROR'];

/** What a span has of little: the trace flags, and from these bits on its kind, its status, and two that are yes or no. */
const KIND = 8;
const STATUS = 11;
const REMOTE_PARENT = 1 << 13;
const TRACE_STATE = 1 << 14;

/** The bit of OTLP's flags for a parent in another process. */
const REMOTE = 0x200;

/** What the columns have of a span; the parts of ids, and the places of kind and status in their lists, as numbers. */
export class FlatSpan {
  traceId = '';
  // Doubles from the beginning, for which no code is compiled anew when the first great number comes.
  idHigh = Number.NaN;
  idLow = Number.NaN;
  parentHigh = Number.NaN;
  parentLow = Number.NaN;
  name = '';
  kind = 0;
  /** ms since the Unix epoch; NaN where there is none. */
  start = Number.NaN;
  end = Number.NaN;
  status = 0;
  /** As OTLP has them. */
  flags = 1;
  hasTraceState = false;

  constructor() {
    this.empty();
  }

  /** Makes it one of which nothing is known. */
  empty(): void {
    this.traceId = this.name = '';
    this.idHigh = this.idLow = this.parentHigh = this.parentLow = this.kind = this.status = 0;
    this.start = this.end = Number.NaN;
    this.flags = 1;
    this.hasTraceState = false;
  }
}

/** Spans that follow each other, in the order in which they were added. */
export interface Run {
  readonly from: number;
  readonly to: number;
}

/**
 * The spans of a file of OTLP, of which there can be a million, in columns. What is looked at seldom (attributes, events, links)
 * stays the text that it is in the file, and is read when somebody asks.
 */
export class OtlpSpans {
  /** Spans so far. */
  count = 0;
  /** ms since the Unix epoch. */
  starts = new Float64Array();
  /** ms since the Unix epoch; NaN where a span did not end. */
  ends = new Float64Array();
  /** Two halves a span. */
  ids = new Uint32Array();
  /** Likewise; zeros where there is none. */
  parentIds = new Uint32Array();
  #bits = new Uint16Array();
  #traceOf = new Int32Array();
  #resourceOf = new Int32Array();
  readonly #names = new TextColumn();
  readonly #texts = new BytesColumn();
  /** Spans with more than is in the columns whose text is not there. */
  readonly #elements = new Map<number, JsonObject>();
  readonly #traceIds: string[] = [];
  readonly #traceNumbers = new Map<string, number>();
  readonly #resources: OtlpResource[] = [];
  readonly #decoder = new TextDecoder();
  readonly #expected: number;

  /** `expected`: spans for which there is room at once. Room that is not written to takes no memory. */
  constructor(expected = FIRST_CAPACITY) {
    this.#expected = expected;
  }

  /** Adds a span and answers its number. */
  add(flat: FlatSpan): number {
    const span = this.#room();
    this.starts[span] = flat.start;
    this.ends[span] = flat.end;
    this.ids[span * 2] = flat.idHigh;
    this.ids[span * 2 + 1] = flat.idLow;
    this.parentIds[span * 2] = flat.parentHigh;
    this.parentIds[span * 2 + 1] = flat.parentLow;
    this.#traceOf[span] = this.#traceNumber(flat.traceId);
    this.#names.set(span, flat.name);
    this.#bits[span] =
      (flat.flags & 0xff) |
      (flat.kind << KIND) |
      (flat.status << STATUS) |
      (flat.flags & REMOTE ? REMOTE_PARENT : 0) |
      (flat.hasTraceState ? TRACE_STATE : 0);
    return span;
  }

  /** Adds a span as read from `element`, whose bytes are `text`, but for the attributes of its resource. */
  addRecord(record: SpanRecord, element: JsonObject, text: Uint8Array | undefined): void {
    const span = this.add(flatten(record));
    if (!hasMore(record)) return;
    if (text) this.keep(span, text);
    else this.#elements.set(span, element);
  }

  /** Keeps a copy of the text of a span that has more than is in the columns. */
  keep(span: number, text: Uint8Array): void {
    this.#texts.set(span, text);
  }

  /** Says whose spans these are, by the number of a resource. */
  own({ from, to }: Run, resource: number): void {
    this.#resourceOf.fill(resource, from, to);
  }

  /** Answers the number of the resource. */
  addResource(resource: OtlpResource): number {
    return this.#resources.push(resource) - 1;
  }

  nameOf(span: number): string {
    return this.#names.get(span);
  }

  kindOf(span: number): SpanKind {
    return KINDS[((this.#bits[span] as number) >> KIND) & 7] as SpanKind;
  }

  statusOf(span: number): StatusCode {
    return STATUSES[((this.#bits[span] as number) >> STATUS) & 3] as StatusCode;
  }

  traceFlagsOf(span: number): number {
    return (this.#bits[span] as number) & 0xff;
  }

  hasRemoteParent(span: number): boolean {
    return ((this.#bits[span] as number) & REMOTE_PARENT) !== 0;
  }

  hasTraceState(span: number): boolean {
    return ((this.#bits[span] as number) & TRACE_STATE) !== 0;
  }

  resourceOf(span: number): OtlpResource {
    return this.#resources[this.#resourceOf[span] as number] as OtlpResource;
  }

  /** The text of what a span has beyond the columns; undefined where there is none, or it is not there. */
  textOf(span: number): string | undefined {
    const text = this.#texts.get(span);
    return text && this.#decoder.decode(text);
  }

  /** All of a span, read anew at each call, where there is more of it than the columns have. */
  wholeOf(span: number): SpanRecord | undefined {
    const text = this.textOf(span);
    try {
      const element = text ? (JSON.parse(text) as JsonObject) : this.#elements.get(span);
      return element && readSpan(element, WHOLE, this.resourceOf(span).attributes);
    } catch {
      // It was read once: only the stack of the browser can be too full now, of values that lie very deep within each other.
      return undefined;
    }
  }

  /** The traces of runs of spans, which are in the order of the file, in that of their first spans. */
  *traces(runs: readonly Run[]): Generator<OtlpTrace> {
    const sizes = new Int32Array(this.#traceIds.length);
    const order: number[] = [];
    for (const { from, to } of runs) {
      for (let span = from; span < to; span++) {
        const trace = this.#traceOf[span] as number;
        if (sizes[trace] === 0) order.push(trace);
        (sizes[trace] as number)++;
      }
    }
    /** By trace: behind its last span so far in `spans`. */
    const ends = new Int32Array(sizes.length);
    let size = 0;
    for (const trace of order) {
      ends[trace] = size;
      size += sizes[trace] as number;
    }
    const spans = new Int32Array(size);
    for (const { from, to } of runs) {
      for (let span = from; span < to; span++) spans[(ends[this.#traceOf[span] as number] as number)++] = span;
    }
    const table = new ParentTable();
    for (const trace of order) {
      const end = ends[trace] as number;
      const own = spans.subarray(end - (sizes[trace] as number), end);
      const parents = table.find(own, this.ids, this.parentIds);
      yield new OtlpTrace(this.#traceIds[trace] as string, this, own, parents);
    }
  }

  /** The place of one more span. */
  #room(): number {
    const span = this.count++;
    if (span < this.starts.length) return span;
    const capacity = span === 0 ? this.#expected : span * 2;
    this.starts = grown(this.starts, new Float64Array(capacity));
    this.ends = grown(this.ends, new Float64Array(capacity));
    this.ids = grown(this.ids, new Uint32Array(capacity * 2));
    this.parentIds = grown(this.parentIds, new Uint32Array(capacity * 2));
    this.#bits = grown(this.#bits, new Uint16Array(capacity));
    this.#traceOf = grown(this.#traceOf, new Int32Array(capacity));
    this.#resourceOf = grown(this.#resourceOf, new Int32Array(capacity));
    this.#names.grow(capacity);
    this.#texts.grow(capacity);
    return span;
  }

  #traceNumber(traceId: string): number {
    // Nearly always that of the span before.
    const last = this.#traceOf[this.count - 2] ?? -1;
    if (this.#traceIds[last] === traceId) return last;
    let number = this.#traceNumbers.get(traceId);
    if (number === undefined) {
      number = this.#traceIds.push(traceId) - 1;
      this.#traceNumbers.set(traceId, number);
    }
    return number;
  }
}

function flatten(record: SpanRecord): FlatSpan {
  const { context } = record;
  const flat = new FlatSpan();
  flat.traceId = context.traceId;
  [flat.idHigh, flat.idLow] = halvesOf(context.spanId);
  if (record.parentSpanId !== undefined) [flat.parentHigh, flat.parentLow] = halvesOf(record.parentSpanId);
  flat.name = record.name;
  flat.kind = KINDS.indexOf(record.kind);
  flat.start = record.startTime;
  flat.end = record.endTime ?? Number.NaN;
  flat.status = STATUSES.indexOf(record.status);
  flat.flags = context.traceFlags | (record.parentIsRemote ? REMOTE : 0);
  flat.hasTraceState = context.traceState !== undefined;
  return flat;
}

/** Whether a span has what is in no column. */
function hasMore(record: SpanRecord): boolean {
  for (const _ in record.attributes) return true;
  return (
    record.events.length > 0 ||
    record.links.length > 0 ||
    record.statusMessage !== undefined ||
    record.context.traceState !== undefined ||
    record.droppedAttributesCount !== 0 ||
    record.droppedEventsCount !== 0 ||
    record.droppedLinksCount !== 0
  );
}
