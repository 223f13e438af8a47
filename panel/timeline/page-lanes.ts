import { type SpanStore, STATUS_ERROR, type StoredTrace } from '../../src/store/span-store.js';
import { kindOfSpan, LANE_KINDS, type LaneKind } from '../layout/kind-of-span.js';
import { linesOf, packLanes } from '../layout/lanes.js';

/** ms: traces that lie further apart are not of one page (a file of last year's), and share no axis. */
const MAX_GAP = 24 * 60 * 60 * 1000;

interface Block {
  /** Rows of the store by start, and the line of each within the block. */
  readonly ordered: Int32Array;
  readonly lineOf: Int32Array;
  readonly lines: number;
}

interface Blocks {
  /** What they were made of. */
  readonly rows: number;
  readonly openSpans: number;
  readonly byKind: ReadonlyMap<LaneKind, Block>;
}

/** Lanes of one kind, under a heading of their own. */
export interface Section {
  readonly kind: LaneKind;
  /** The lane of the heading; the spans are below it. */
  readonly lane: number;
}

/** Where all spans lie on the lanes of the page: by kind, each trace a block, blocks below each other where they overlap. */
export class PageLanes {
  /** Rows of the store, and the lane of each; one that failed is there twice. */
  rows = new Int32Array();
  lanes = new Int32Array();
  count = 0;
  sections: readonly Section[] = [];
  /** ms since the Unix epoch: of the first trace. */
  start = 0;
  #blocks = new WeakMap<StoredTrace, Blocks>();

  /** Lays out the traces that are of the same page as `chosen`; else of the last one. */
  build(store: SpanStore, traces: readonly StoredTrace[], chosen: StoredTrace | undefined): readonly StoredTrace[] {
    const group = groupOf(traces, chosen);
    const blocks = group.map((trace) => this.#blocksOf(store, trace));
    let total = 0;
    for (const { byKind } of blocks) for (const { ordered } of byKind.values()) total += ordered.length;
    if (this.rows.length !== total) {
      this.rows = new Int32Array(total);
      this.lanes = new Int32Array(total);
    }
    this.start = group[0]?.startTime ?? 0;
    const sections: Section[] = [];
    let lane = 0;
    let at = 0;
    for (const kind of LANE_KINDS) {
      /** By lane of this kind: until when it is taken. */
      const taken: number[] = [];
      blocks.forEach(({ byKind }, index) => {
        const block = byKind.get(kind);
        const trace = group[index] as StoredTrace;
        if (!block) return;
        const base = firstFree(taken, block.lines, trace.startTime);
        const isLive = trace.openSpans > 0 && !trace.settled;
        taken.fill(isLive ? Number.POSITIVE_INFINITY : trace.endTime, base, base + block.lines);
        this.rows.set(block.ordered, at);
        const first = lane + 1 + base;
        const { lineOf } = block;
        for (let i = 0; i < lineOf.length; i++) this.lanes[at++] = first + (lineOf[i] as number);
      });
      if (taken.length === 0) continue;
      sections.push({ kind, lane });
      lane += taken.length + 1;
    }
    this.sections = sections;
    this.count = lane;
    return group;
  }

  #blocksOf(store: SpanStore, trace: StoredTrace): Blocks {
    const known = this.#blocks.get(trace);
    if (known && known.rows === trace.rows.length && known.openSpans === trace.openSpans) return known;
    const kinds = new Map<LaneKind, number[]>();
    const add = (kind: LaneKind, row: number) => {
      const rows = kinds.get(kind);
      if (rows) rows.push(row);
      else kinds.set(kind, [row]);
    };
    for (const row of trace.rows) {
      const record = store.record(row);
      if (record) add(kindOfSpan(record), row);
      if (store.statuses[row] === STATUS_ERROR) add('errors', row);
    }
    const byKind = new Map([...kinds].map(([kind, rows]) => [kind, blockOf(store, rows)]));
    const blocks = { rows: trace.rows.length, openSpans: trace.openSpans, byKind };
    this.#blocks.set(trace, blocks);
    return blocks;
  }
}

function blockOf(store: SpanStore, rows: readonly number[]): Block {
  const { startTimes, endTimes } = store;
  const start = (row: number) => startTimes[row] as number;
  const end = (row: number) => {
    const ended = endTimes[row] as number;
    return Number.isNaN(ended) ? Number.POSITIVE_INFINITY : ended;
  };
  const ordered = Int32Array.from(rows).sort(
    (a, b) => start(a) - start(b) || (end(a) === end(b) ? 0 : end(b) - end(a)),
  );
  const row = (at: number) => ordered[at] as number;
  const { lineOf, count } = linesOf(
    packLanes(
      ordered.length,
      (at) => start(row(at)),
      (at) => end(row(at)),
    ),
  );
  return { ordered, lineOf, lines: count };
}

/** The first of `count` lanes side by side that are free at `time`; makes lanes where there are too few. */
function firstFree(taken: number[], count: number, time: number): number {
  let base = 0;
  for (let lane = 0; lane < base + count; lane++) {
    if (lane === taken.length) taken.push(Number.NEGATIVE_INFINITY);
    if ((taken[lane] as number) > time) base = lane + 1;
  }
  return base;
}

function groupOf(traces: readonly StoredTrace[], chosen: StoredTrace | undefined): readonly StoredTrace[] {
  const ordered = traces.filter((trace) => trace.rows.length > 0).sort((a, b) => a.startTime - b.startTime);
  let group: StoredTrace[] = [];
  let end = Number.NEGATIVE_INFINITY;
  for (const trace of ordered) {
    if (trace.startTime - end > MAX_GAP) {
      if (chosen && group.includes(chosen)) break;
      group = [];
    }
    group.push(trace);
    end = Math.max(end, trace.endTime);
  }
  return group;
}
