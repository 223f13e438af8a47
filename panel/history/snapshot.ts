import type { SpanStore } from '../../src/store/span-store.js';
import type { StoredTrace } from '../../src/store/stored-trace.js';
import type { SpanRecord } from '../../src/trace/types.js';
import type { ReadSpan } from '../formats/span.js';
import { writeOtlp } from '../formats/write-otlp.js';
import { LIMITS } from './limits.js';

/** A trace as it is at a moment, to be kept or sent. */
export interface Snapshot {
  /** Its number in the store that it comes from. */
  readonly trace: number;
  /** ms since the Unix epoch. */
  readonly started: number;
  readonly spans: number;
  /** Spans that the trace has lost, here or before. */
  readonly dropped: number;
  readonly settled: boolean;
  /** OTLP JSON. */
  readonly text: string;
}

/**
 * Takes a trace down. While it is live and nobody has asked for its id, that may still become the one of a caller: it goes
 * by ids made of `load` (16 hex digits) then, and is taken down again, by its own, once it has settled.
 */
export function takeSnapshot(store: SpanStore, trace: StoredTrace, load: string): Snapshot {
  const rows = trace.rows.slice(0, LIMITS.traceSpans);
  const hasIds = trace.settled || store.traceIdOf(trace) !== undefined;
  const spans = rows.flatMap((row): ReadSpan[] => {
    const record = store.record(row);
    if (!record) return [];
    return [{ record: hasIds ? record : provisional(record, row, store, trace, load), service: store.serviceOf(row) }];
  });
  return {
    trace: trace.id,
    started: trace.startTime,
    spans: spans.length,
    dropped: trace.droppedSpans + trace.rows.length - rows.length,
    settled: trace.settled,
    text: writeOtlp(spans),
  };
}

function provisional(span: SpanRecord, row: number, store: SpanStore, trace: StoredTrace, load: string): SpanRecord {
  const { name, kind, startTime, endTime, status, statusMessage, attributes, events, links } = span;
  const { droppedAttributesCount, droppedEventsCount, droppedLinksCount } = span;
  const idOf = (at: number) => (at + 1).toString(16).padStart(16, '0');
  const parent = store.parents[row] as number;
  return {
    name,
    context: { traceId: load + idOf(trace.id), spanId: idOf(row), traceFlags: 0, isRemote: false },
    parentSpanId: parent < 0 ? undefined : idOf(parent),
    ...{ kind, startTime, endTime, status, statusMessage, attributes, events, links },
    ...{ droppedAttributesCount, droppedEventsCount, droppedLinksCount },
  };
}
