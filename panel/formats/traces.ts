import type { ForeignTrace } from '../../src/store/stored-trace.js';
import type { SpanRecord, StatusCode } from '../../src/trace/types.js';
import { breakCircles } from './break-circles.js';
import { contextOf } from './span.js';

/** Reads a file span by span: each step is a moment at which a break can be taken. */
export type Reading = Generator<void, void>;

/** Gathers the spans of a file by their traces. */
export class TraceCollector {
  /** Spans so far. */
  size = 0;
  readonly #traces = new Map<string, RecordTrace>();

  add(record: SpanRecord, service: string): void {
    const { traceId } = record.context;
    let trace = this.#traces.get(traceId);
    if (!trace) {
      trace = new RecordTrace(traceId);
      this.#traces.set(traceId, trace);
    }
    trace.add(record, service);
    this.size++;
  }

  /** The traces, in the order of their first spans. */
  *traces(): Generator<RecordTrace> {
    for (const trace of this.#traces.values()) {
      trace.findParents();
      yield trace;
    }
  }
}

/** A trace whose spans are there. */
export class RecordTrace implements ForeignTrace {
  readonly traceId: string;
  readonly #records: SpanRecord[] = [];
  readonly #services: string[] = [];
  #parents = new Int32Array();

  constructor(traceId: string) {
    this.traceId = traceId;
  }

  add(record: SpanRecord, service: string): void {
    this.#records.push(record);
    this.#services.push(service);
  }

  /** To be called when all spans are there. Makes a link of one parent in each circle of parents: the rest is a tree. */
  findParents(): void {
    const records = this.#records;
    const places = new Map(records.map((record, place) => [record.context.spanId, place]));
    const parents = Int32Array.from(records, ({ parentSpanId }) => places.get(parentSpanId ?? '') ?? -1);
    for (const place of breakCircles(parents)) {
      const record = records[place] as SpanRecord;
      const link = { context: contextOf(this.traceId, record.parentSpanId ?? ''), attributes: {} };
      records[place] = { ...record, parentSpanId: undefined, links: [...record.links, link] };
    }
    this.#parents = parents;
  }

  get size(): number {
    return this.#records.length;
  }

  parentOf(place: number): number {
    return this.#parents[place] as number;
  }

  startOf(place: number): number {
    return this.recordOf(place).startTime;
  }

  endOf(place: number): number {
    return this.recordOf(place).endTime ?? Number.NaN;
  }

  statusOf(place: number): StatusCode {
    return this.recordOf(place).status;
  }

  serviceOf(place: number): string {
    return this.#services[place] as string;
  }

  recordOf(place: number): SpanRecord {
    return this.#records[place] as SpanRecord;
  }
}
