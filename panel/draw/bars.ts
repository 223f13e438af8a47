import { type SpanStore, STATUS_ERROR } from '../../src/store/span-store.js';
import type { TimeRange } from '../layout/scale.js';

/** The colour of what failed, where the palette's colours are 0 and more. */
export const ERROR_COLOUR = -1;

/** What is drawn: spans in lanes, in each of which none overlaps the next. */
export interface BarSource {
  readonly store: SpanStore;
  /** Rows of the store, lane by lane; by start in each. */
  readonly rows: ArrayLike<number>;
  /** Where in `rows` each lane begins, and where the last one ends; without, each row is a lane. */
  readonly laneStarts?: ArrayLike<number>;
  /** ms since the Unix epoch: where an open span ends for now. */
  openEnd(row: number): number;
  colourOf(row: number): number;
}

/** px, of a bar in its lane. */
export type DrawBar = (row: number, left: number, width: number) => void;

export function laneCount({ rows, laneStarts }: BarSource): number {
  return laneStarts ? laneStarts.length - 1 : rows.length;
}

/** Where a bar ends: ms since the Unix epoch. */
export function barEnd({ store, openEnd }: BarSource, row: number): number {
  const end = store.endTimes[row] as number;
  return Math.max(store.startTimes[row] as number, Number.isNaN(end) ? openEnd(row) : end);
}

/**
 * Gives the bars of a lane within a range to `draw`, from left to right, each at least `least` px wide. What would lie on
 * the pixels of the one before is passed over, by halves of what is left of the lane: there are never more bars than
 * pixels, however many spans. With `isWanted`, each is asked for, and only those that are wanted are drawn.
 */
export function eachBar(
  source: BarSource,
  lane: number,
  range: TimeRange,
  width: number,
  least: number,
  draw: DrawBar,
  isWanted?: (row: number) => boolean,
): void {
  const { store, rows } = source;
  const to = placeOf(source, lane + 1);
  const scale = width / (range.end - range.start);
  /** px: what is left of it is drawn. */
  let edge = -1;
  for (let at = firstEndingAfter(source, placeOf(source, lane), to, range.start, true); at < to; ) {
    const row = rows[at] as number;
    const start = store.startTimes[row] as number;
    if (start > range.end) return;
    if (isWanted && !isWanted(row)) {
      at++;
      continue;
    }
    const left = Math.max(edge, Math.floor((start - range.start) * scale));
    const right = Math.min(width + 1, Math.max(left + least, Math.round((barEnd(source, row) - range.start) * scale)));
    draw(row, left, right - left);
    edge = right;
    at = firstEndingAfter(source, at + 1, to, range.start + edge / scale, false);
  }
}

/** The row that is drawn at a time, or the one nearest to it that lies no further than `reach` (ms); or -1. */
export function rowAt(source: BarSource, lane: number, time: number, reach: number): number {
  const { store, rows } = source;
  const from = placeOf(source, lane);
  const to = placeOf(source, lane + 1);
  const at = firstEndingAfter(source, from, to, time, true);
  const distance = (row: number) => Math.max((store.startTimes[row] as number) - time, time - barEnd(source, row), 0);
  let nearest = -1;
  for (let i = Math.max(from, at - 1); i <= at && i < to; i++) {
    const row = rows[i] as number;
    if (distance(row) <= reach && (nearest < 0 || distance(row) <= distance(nearest))) nearest = row;
  }
  return nearest;
}

/** Where in `rows` a lane begins, and the one before it ends. */
function placeOf({ laneStarts }: BarSource, lane: number): number {
  return laneStarts ? (laneStarts[lane] as number) : lane;
}

/** The first place of those `from` to `to`, of one lane, whose bar ends behind a time (or, with `or`, at it); else `to`. */
function firstEndingAfter(source: BarSource, from: number, to: number, time: number, or: boolean): number {
  // Mostly it is the next one; else it is looked for in steps twice as long each.
  let step = 1;
  let low = from;
  while (low < to && !endsAfter(source, Math.min(low + step - 1, to - 1), time, or)) {
    low = Math.min(low + step, to);
    step *= 2;
  }
  let high = Math.min(low + step - 1, to);
  while (low < high) {
    const middle = (low + high) >> 1;
    if (endsAfter(source, middle, time, or)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function endsAfter(source: BarSource, at: number, time: number, or: boolean): boolean {
  const end = barEnd(source, source.rows[at] as number);
  return or ? end >= time : end > time;
}

/** A pixel: nothing, or its colour and this. */
const EMPTY = 0;
const FIRST_COLOUR = 2;

/** px of a lane in an overview, gap included, where there is room for it. */
const LANE = 3;

/** All lanes in so few pixels that several may share a line: the first to come has a pixel, but an error goes before. */
export class Overview {
  readonly width: number;
  /** px of a lane. */
  readonly lane: number;
  readonly #lines: number;
  readonly #pixels: Uint8Array;
  /** By line: how many pixels have nothing. */
  readonly #free: Int32Array;

  constructor(source: BarSource, range: TimeRange, width: number, height: number) {
    const lanes = laneCount(source);
    this.width = Math.ceil(width);
    this.lane = Math.min(LANE, height / Math.max(1, lanes));
    this.#lines = Math.ceil(lanes * this.lane);
    this.#pixels = new Uint8Array(this.width * this.#lines);
    this.#free = new Int32Array(this.#lines).fill(this.width);
    if (source.laneStarts) this.#addLanes(source, range, width);
    else this.#addRows(source, range, width);
  }

  #addLanes(source: BarSource, range: TimeRange, width: number): void {
    const { statuses, errors } = source.store;
    const isError = (row: number) => statuses[row] === STATUS_ERROR;
    let line = 0;
    const draw = (row: number, left: number, long: number) => {
      if (isError(row)) this.#fill(line, left, long, ERROR_COLOUR);
      else if ((this.#free[line] as number) > 0) this.#fill(line, left, long, source.colourOf(row));
    };
    for (let lane = 0; lane < laneCount(source); lane++) {
      line = Math.floor(lane * this.lane);
      eachBar(source, lane, range, width, 1, draw);
      // Once more: the first pass jumps over what lies on the pixels of another.
      if (errors > 0) eachBar(source, lane, range, width, 1, draw, isError);
    }
  }

  /** Each row a lane: where a trace is first seen, this runs ten thousand times before any of it is compiled. */
  #addRows(source: BarSource, range: TimeRange, width: number): void {
    const { rows, store } = source;
    const { startTimes, statuses } = store;
    const scale = width / (range.end - range.start);
    for (let lane = 0; lane < rows.length; lane++) {
      const row = rows[lane] as number;
      const line = Math.floor(lane * this.lane);
      const failed = statuses[row] === STATUS_ERROR;
      if (this.#free[line] === 0 && !failed) continue;
      const start = startTimes[row] as number;
      const end = barEnd(source, row);
      if (start > range.end || end < range.start) continue;
      const left = Math.max(-1, Math.floor((start - range.start) * scale));
      const right = Math.min(width + 1, Math.max(left + 1, Math.round((end - range.start) * scale)));
      this.#fill(line, left, right - left, failed ? ERROR_COLOUR : source.colourOf(row));
    }
  }

  #fill(line: number, left: number, long: number, colour: number): void {
    const first = line * this.width;
    const end = Math.min(first + this.width, first + left + long);
    for (let at = first + Math.max(0, left); at < end; at++) {
      const isEmpty = this.#pixels[at] === EMPTY;
      if (isEmpty) this.#free[line] = (this.#free[line] as number) - 1;
      if (isEmpty || colour === ERROR_COLOUR) this.#pixels[at] = FIRST_COLOUR + colour;
    }
  }

  /** Gives each run of pixels of one colour to `draw`. */
  eachRun(draw: (line: number, left: number, width: number, colour: number) => void): void {
    for (let line = 0; line < this.#lines; line++) {
      const first = line * this.width;
      for (let left = 0; left < this.width; ) {
        const colour = this.#pixels[first + left] as number;
        let right = left + 1;
        while (right < this.width && this.#pixels[first + right] === colour) right++;
        if (colour !== EMPTY) draw(line, left, right - left, colour - FIRST_COLOUR);
        left = right;
      }
    }
  }
}
