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
  const [from, to] = placesOf(source, lane);
  const scale = width / (range.end - range.start);
  /** px: what is left of it is drawn. */
  let edge = -1;
  for (let at = firstEndingAfter(source, from, to, range.start, true); at < to; ) {
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
  const [from, to] = placesOf(source, lane);
  const at = firstEndingAfter(source, from, to, time, true);
  const distance = (row: number) => Math.max((store.startTimes[row] as number) - time, time - barEnd(source, row), 0);
  let nearest = -1;
  for (let i = Math.max(from, at - 1); i <= at && i < to; i++) {
    const row = rows[i] as number;
    if (distance(row) <= reach && (nearest < 0 || distance(row) <= distance(nearest))) nearest = row;
  }
  return nearest;
}

/** Where in `rows` a lane begins and ends. */
export function placesOf({ laneStarts }: BarSource, lane: number): [number, number] {
  return laneStarts ? [laneStarts[lane] as number, laneStarts[lane + 1] as number] : [lane, lane + 1];
}

/** The first place of those `from` to `to`, of one lane, whose bar ends behind a time (or, with `or`, at it); else `to`. */
function firstEndingAfter(source: BarSource, from: number, to: number, time: number, or: boolean): number {
  const isAfter = (at: number) => {
    const end = barEnd(source, source.rows[at] as number);
    return or ? end >= time : end > time;
  };
  // Mostly it is the next one; else it is looked for in steps twice as long each.
  let step = 1;
  let low = from;
  while (low < to && !isAfter(Math.min(low + step - 1, to - 1))) {
    low = Math.min(low + step, to);
    step *= 2;
  }
  let high = Math.min(low + step - 1, to);
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isAfter(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
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

  constructor(source: BarSource, range: TimeRange, width: number, height: number) {
    const lanes = laneCount(source);
    this.width = Math.ceil(width);
    this.lane = Math.min(LANE, height / Math.max(1, lanes));
    this.#lines = Math.ceil(lanes * this.lane);
    this.#pixels = new Uint8Array(this.width * this.#lines);
    const { statuses, errors } = source.store;
    const isError = (row: number) => statuses[row] === STATUS_ERROR;
    /** By line: how many pixels have nothing. */
    const free = new Int32Array(this.#lines).fill(this.width);
    for (let lane = 0; lane < lanes; lane++) {
      const line = Math.floor(lane * this.lane);
      const first = line * this.width;
      const fill = (left: number, long: number, colour: number) => {
        const end = Math.min(first + this.width, first + left + long);
        for (let at = first + Math.max(0, left); at < end; at++) {
          const isEmpty = this.#pixels[at] === EMPTY;
          if (isEmpty) free[line] = (free[line] as number) - 1;
          if (isEmpty || colour === ERROR_COLOUR) this.#pixels[at] = FIRST_COLOUR + colour;
        }
      };
      eachBar(source, lane, range, width, 1, (row, left, long) => {
        if ((free[line] as number) > 0 && !isError(row)) fill(left, long, source.colourOf(row));
      });
      // Once more: the first pass jumps over what lies on the pixels of another.
      if (errors > 0)
        eachBar(source, lane, range, width, 1, (_, left, long) => fill(left, long, ERROR_COLOUR), isError);
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
