import type { SpanRecord, StatusCode } from '../trace/types.js';
import type { SpanIds } from './span-ids.js';

/** Where a trace comes from that is not of this load of the page. */
export interface TraceSource {
  readonly kind: 'file' | 'load' | 'tab';
  /** As the reader knows it. */
  readonly name: string;
}

/** One trace in the store. Rows are indexes into the columns of the store. */
export interface StoredTrace {
  /** Ascending with the order of arrival; never used twice. */
  readonly id: number;
  /** The rows of its spans, in the order of their arrival. */
  rows: number[];
  /** The row of the first span without a known parent. */
  rootRow: number;
  /** ms since the Unix epoch. */
  startTime: number;
  /** ms since the Unix epoch, of the last end so far; `startTime` while nothing has ended. */
  endTime: number;
  openSpans: number;
  errors: number;
  /** Characters in what its spans hold that have ended, and those that were open when it did. */
  text: number;
  /** Nothing more is expected. */
  settled: boolean;
  /** Spans that the trace did not keep. */
  droppedSpans: number;
  /** Dropped to make room, or cleared: its further spans are not kept. */
  gone: boolean;
  /** Undefined for one of this load of the page, and its servers. */
  readonly source: TraceSource | undefined;
  /** All of its spans are from outside of the page so far. */
  foreign: boolean;
  /** @internal Live traces of the tracer that add to it: more than one where a span names a span of this page as its parent. */
  live: number;
  /** @internal Spans of a file whose records are made when they are asked for: their rows follow each other. */
  unread: { readonly spans: ForeignTrace; readonly firstRow: number } | undefined;
  /** @internal Made when a parent has to be found by its id. */
  ids: SpanIds | undefined;
}

/** A trace of a file. Spans are told by their places, 0 to `size`. */
export interface ForeignTrace {
  readonly traceId: string;
  readonly size: number;
  /** The place of the parent; -1 where there is none. */
  parentOf(place: number): number;
  /** ms since the Unix epoch. */
  startOf(place: number): number;
  /** ms since the Unix epoch; NaN where it never ended. */
  endOf(place: number): number;
  statusOf(place: number): StatusCode;
  serviceOf(place: number): string;
  /** May be made anew at each call. */
  recordOf(place: number): SpanRecord;
}

/** A span that began without a parent where one was expected. */
export interface ContextLoss {
  /** `expired`: certain; `unhooked`: suspected. See the zone layer. */
  readonly reason: 'expired' | 'unhooked';
  /** The span's name. */
  readonly name: string;
  /** Where it was started. */
  readonly stack: string;
}
