import type { ForeignTrace } from '../../src/store/stored-trace.js';
import type {
  Attributes,
  SpanContext,
  SpanEvent,
  SpanKind,
  SpanLink,
  SpanRecord,
  StatusCode,
} from '../../src/trace/types.js';
import type { WrittenRecord } from '../layout/filter.js';
import { breakCircles } from './break-circles.js';
import { idOf } from './id-halves.js';
import type { OtlpSpans } from './otlp-spans.js';
import { contextOf, NO_EVENTS, NO_LINKS } from './span.js';
import { mayHaveWord } from './words-in-text.js';

/** A trace of a file of OTLP. */
export class OtlpTrace implements ForeignTrace {
  readonly traceId: string;
  readonly spans: OtlpSpans;
  readonly #rows: Int32Array;
  readonly #parents: Int32Array;
  /** Places whose parent became a link, as they were in a circle of parents. */
  readonly #broken: ReadonlySet<number>;

  /** `rows`: its spans in `spans`; `parents`: the places of their parents, which become a tree here. */
  constructor(traceId: string, spans: OtlpSpans, rows: Int32Array, parents: Int32Array) {
    this.traceId = traceId;
    this.spans = spans;
    this.#rows = rows;
    this.#broken = new Set(breakCircles(parents));
    this.#parents = parents;
  }

  get size(): number {
    return this.#rows.length;
  }

  parentOf(place: number): number {
    return this.#parents[place] as number;
  }

  startOf(place: number): number {
    return this.spans.starts[this.rowOf(place)] as number;
  }

  endOf(place: number): number {
    return this.spans.ends[this.rowOf(place)] as number;
  }

  statusOf(place: number): StatusCode {
    return this.spans.statusOf(this.rowOf(place));
  }

  serviceOf(place: number): string {
    return this.spans.resourceOf(this.rowOf(place)).service;
  }

  recordOf(place: number): SpanRecord {
    return new OtlpRecord(this, place);
  }

  rowOf(place: number): number {
    return this.#rows[place] as number;
  }

  isBroken(place: number): boolean {
    return this.#broken.has(place);
  }
}

/** A span, made for whoever looks at it; what is in no column is read once when it is asked for. */
class OtlpRecord implements WrittenRecord {
  readonly #trace: OtlpTrace;
  readonly #spans: OtlpSpans;
  readonly #place: number;
  readonly #row: number;
  #whole: SpanRecord | undefined;
  #isRead = false;

  constructor(trace: OtlpTrace, place: number) {
    this.#trace = trace;
    this.#spans = trace.spans;
    this.#place = place;
    this.#row = trace.rowOf(place);
  }

  get name(): string {
    return this.#spans.nameOf(this.#row);
  }

  get context(): SpanContext {
    const traceFlags = this.#spans.traceFlagsOf(this.#row);
    const traceState = this.#spans.hasTraceState(this.#row) ? this.#read()?.context.traceState : undefined;
    const spanId = idOf(this.#spans.ids, this.#row);
    return contextOf(this.#trace.traceId, spanId, traceState ? { traceFlags, traceState } : { traceFlags });
  }

  get parentSpanId(): string | undefined {
    return this.#trace.isBroken(this.#place) ? undefined : this.#parentInFile;
  }

  get parentIsRemote(): boolean {
    return this.#spans.hasRemoteParent(this.#row);
  }

  get kind(): SpanKind {
    return this.#spans.kindOf(this.#row);
  }

  get startTime(): number {
    return this.#spans.starts[this.#row] as number;
  }

  get endTime(): number | undefined {
    const end = this.#spans.ends[this.#row] as number;
    return Number.isNaN(end) ? undefined : end;
  }

  get status(): StatusCode {
    return this.#spans.statusOf(this.#row);
  }

  get statusMessage(): string | undefined {
    return this.#read()?.statusMessage;
  }

  get attributes(): Readonly<Attributes> {
    return this.#read()?.attributes ?? this.#spans.resourceOf(this.#row).attributes;
  }

  get events(): readonly SpanEvent[] {
    return this.#read()?.events ?? NO_EVENTS;
  }

  get links(): readonly SpanLink[] {
    const links = this.#read()?.links ?? NO_LINKS;
    if (!this.#trace.isBroken(this.#place)) return links;
    return [...links, { context: contextOf(this.#trace.traceId, this.#parentInFile ?? ''), attributes: {} }];
  }

  get droppedAttributesCount(): number {
    return this.#read()?.droppedAttributesCount ?? 0;
  }

  get droppedEventsCount(): number {
    return this.#read()?.droppedEventsCount ?? 0;
  }

  get droppedLinksCount(): number {
    return this.#read()?.droppedLinksCount ?? 0;
  }

  mayHave(word: string): boolean {
    if (this.#isRead) return true;
    const text = this.#spans.textOf(this.#row);
    return text === undefined || mayHaveWord(text.toLowerCase(), this.#spans.resourceOf(this.#row).text, word);
  }

  get #parentInFile(): string | undefined {
    const { parentIds } = this.#spans;
    const isNone = parentIds[this.#row * 2] === 0 && parentIds[this.#row * 2 + 1] === 0;
    return isNone ? undefined : idOf(parentIds, this.#row);
  }

  #read(): SpanRecord | undefined {
    if (!this.#isRead) this.#whole = this.#spans.wholeOf(this.#row);
    this.#isRead = true;
    return this.#whole;
  }
}
