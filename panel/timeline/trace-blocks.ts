import { type SpanStore, STATUS_ERROR } from '../../src/store/span-store.js';
import type { StoredTrace } from '../../src/store/stored-trace.js';
import { kindOfSpan, type LaneKind } from '../layout/kind-of-span.js';
import { groupByLine, LanePacker, linesOf } from '../layout/lanes.js';

/** Spans between two breaks of the work. */
const STEP = 512;

/** Spans of one kind of a trace. */
export interface Block {
  readonly kind: LaneKind;
  /** Rows of the store, line by line; by start in each. */
  readonly rows: readonly number[];
  /** Where each line begins in them, and where the last one ends. */
  readonly starts: readonly number[];
}

/** A trace for itself, as it was when it was laid out. */
export interface TraceBlocks {
  readonly rows: number;
  readonly openSpans: number;
  readonly errors: number;
  readonly byKind: readonly Block[];
}

/** Whether a trace is still as it was when it was laid out. */
export function areOf(blocks: TraceBlocks | undefined, trace: StoredTrace): blocks is TraceBlocks {
  return blocks?.rows === trace.rows.length && blocks.openSpans === trace.openSpans && blocks.errors === trace.errors;
}

/** Lays a trace out, in steps between which there may be a break. */
export function* layOut(store: SpanStore, trace: StoredTrace): Generator<void, TraceBlocks> {
  const { openSpans, errors } = trace;
  const all = trace.rows.slice();
  const kinds = new Map<LaneKind, number[]>();
  const add = (kind: LaneKind, row: number) => {
    const rows = kinds.get(kind);
    if (rows) rows.push(row);
    else kinds.set(kind, [row]);
  };
  for (let at = 0; at < all.length; at++) {
    const row = all[at] as number;
    const record = store.record(row);
    if (record) add(kindOfSpan(record), row);
    if (store.statuses[row] === STATUS_ERROR) add('errors', row);
    if ((at + 1) % STEP === 0) yield;
  }
  const byKind: Block[] = [];
  for (const [kind, rows] of kinds) byKind.push(yield* blockOf(store, kind, rows));
  return { rows: all.length, openSpans, errors, byKind };
}

function* blockOf({ startTimes, endTimes }: SpanStore, kind: LaneKind, rows: number[]): Generator<void, Block> {
  const start = (row: number) => startTimes[row] as number;
  const end = (row: number) => {
    const ended = endTimes[row] as number;
    return Number.isNaN(ended) ? Number.POSITIVE_INFINITY : ended;
  };
  const compare = (a: number, b: number) => start(a) - start(b) || (end(a) === end(b) ? 0 : end(b) - end(a));
  // Most traces are in order as they came.
  if (rows.some((row, at) => at > 0 && compare(rows[at - 1] as number, row) > 0)) {
    rows.sort(compare);
    yield;
  }
  const packer = new LanePacker();
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at] as number;
    packer.add(start(row), end(row));
    if ((at + 1) % STEP === 0) yield;
  }
  const lines = linesOf(packer);
  if (rows.length >= STEP) yield;
  return { kind, ...groupByLine(rows, lines) };
}
