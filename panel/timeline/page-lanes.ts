import type { SpanStore, StoredTrace } from '../../src/store/span-store.js';
import { linesOf, packLanes } from '../layout/lanes.js';

/** ms: traces that lie further apart are not of one page (a file of last year's), and share no axis. */
const MAX_GAP = 24 * 60 * 60 * 1000;

interface Block {
  /** What it was made of. */
  rows: number;
  openSpans: number;
  /** Rows of the store by start, and the line of each within the block. */
  ordered: Int32Array;
  lineOf: Int32Array;
  lines: number;
}

/** Where all spans lie on the lanes of the page: each trace a block, blocks below each other where they overlap. */
export class PageLanes {
  /** Rows of the store, and the lane of each. */
  rows = new Int32Array();
  lanes = new Int32Array();
  count = 0;
  /** ms since the Unix epoch: of the first trace. */
  start = 0;
  #blocks = new WeakMap<StoredTrace, Block>();

  /** Lays out the traces that are of the same page as `chosen`; else of the last one. */
  build(store: SpanStore, traces: readonly StoredTrace[], chosen: StoredTrace | undefined): readonly StoredTrace[] {
    const group = groupOf(traces, chosen);
    const total = group.reduce((sum, trace) => sum + trace.rows.length, 0);
    if (this.rows.length !== total) {
      this.rows = new Int32Array(total);
      this.lanes = new Int32Array(total);
    }
    this.start = group[0]?.startTime ?? 0;
    /** By lane: until when it is taken. */
    const taken: number[] = [];
    let at = 0;
    for (const trace of group) {
      const block = this.#block(store, trace);
      const base = firstFree(taken, block.lines, trace.startTime);
      taken.fill(
        trace.openSpans > 0 && !trace.settled ? Number.POSITIVE_INFINITY : trace.endTime,
        base,
        base + block.lines,
      );
      this.rows.set(block.ordered, at);
      for (const line of block.lineOf) this.lanes[at++] = base + line;
    }
    this.count = taken.length;
    return group;
  }

  #block(store: SpanStore, trace: StoredTrace): Block {
    const known = this.#blocks.get(trace);
    if (known && known.rows === trace.rows.length && known.openSpans === trace.openSpans) return known;
    const { startTimes, endTimes } = store;
    const start = (row: number) => startTimes[row] as number;
    const end = (row: number) => {
      const ended = endTimes[row] as number;
      return Number.isNaN(ended) ? Number.POSITIVE_INFINITY : ended;
    };
    const ordered = Int32Array.from(trace.rows).sort(
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
    const block = { rows: trace.rows.length, openSpans: trace.openSpans, ordered, lineOf, lines: count };
    this.#blocks.set(trace, block);
    return block;
  }
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
