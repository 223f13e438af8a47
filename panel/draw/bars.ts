import { type SpanStore, STATUS_ERROR } from '../../src/store/span-store.js';
import type { TimeRange } from '../layout/scale.js';

/** A canvas in a browser without a GPU takes about 40 ms for as many. */
export const MAX_RECTS = 10_000;

/** What is drawn of one span; -1 is the colour of errors. */
export interface BarSource {
  readonly store: SpanStore;
  /** Rows of the store. */
  readonly rows: ArrayLike<number>;
  /** ms since the Unix epoch: where an open span ends for now. */
  openEnd(row: number): number;
  /** By the place in `rows`. */
  laneOf(index: number): number;
  colourOf(row: number): number;
  /** The lanes in sight; all of them without. */
  readonly firstLane?: number;
  readonly lastLane?: number;
}

export interface Rect {
  readonly index: number;
  readonly lane: number;
  readonly left: number;
  readonly width: number;
  readonly colour: number;
}

/**
 * Gives the rectangles of the spans within a range to `draw`, each at least `least` px wide. What would fall on the pixels
 * of its forerunner in the lane is left out, but for an error: so there are hardly more of them than pixels.
 */
export function eachBar(
  source: BarSource,
  range: TimeRange,
  width: number,
  least: number,
  draw: (rect: Rect) => void,
): void {
  const { store, rows, firstLane = 0, lastLane = Number.POSITIVE_INFINITY } = source;
  const { startTimes, endTimes } = store;
  const scale = width / (range.end - range.start);
  const seen: (Rect | undefined)[] = [];
  for (let index = 0, drawn = 0; index < rows.length && drawn < MAX_RECTS; index++) {
    const row = rows[index] as number;
    const start = startTimes[row] as number;
    const ended = endTimes[row] as number;
    const end = Number.isNaN(ended) ? source.openEnd(row) : ended;
    if (start > range.end || end < range.start) continue;
    const lane = source.laneOf(index);
    if (lane < firstLane || lane > lastLane) continue;
    const left = Math.max(-1, Math.floor((start - range.start) * scale));
    const right = Math.min(width + 1, Math.max(left + least, Math.round((end - range.start) * scale)));
    const last = seen[lane];
    const isCovered = last !== undefined && left >= last.left && right <= last.left + last.width;
    if (isCovered && (last.colour < 0 || store.statuses[row] !== STATUS_ERROR)) continue;
    const colour = source.colourOf(row);
    const rect = { index, lane, left, width: right - left, colour };
    seen[lane] = rect;
    draw(rect);
    drawn++;
  }
}
