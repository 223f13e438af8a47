import { type SpanStore, STATUS_ERROR } from '../../src/store/span-store.js';
import type { TimeRange } from '../layout/scale.js';

/** The colour of what failed, where the palette's colours are 0 and more. */
export const ERROR_COLOUR = -1;

/** Spans of which none overlaps the next. */
export interface Lane {
  /** Rows of the store, by start; those behind `count` are not on it. */
  readonly rows: ArrayLike<number>;
  readonly count: number;
}

/** What is drawn. */
export interface BarSource {
  readonly store: SpanStore;
  /** Lanes; or rows of the store, each of which is one. */
  readonly lanes: readonly Lane[] | Int32Array;
  /** Of each lane, what failed. */
  readonly failed?: readonly Lane[];
  /** Spans on all lanes. */
  readonly size: number;
  /** ms since the Unix epoch: where an open span ends for now. */
  openEnd(row: number): number;
  colourOf(row: number): number;
}

/** px, of a bar in its lane. */
export type DrawBar = (row: number, left: number, width: number) => void;

/** What of a lane is drawn. */
export interface Choice {
  /** Each row is asked for, and only those that are wanted are drawn. */
  isWanted?(row: number): boolean;
  /** From a pixel on, the next one in which something is to be drawn. */
  nextPixel?(from: number): number;
}

const ALL: Choice = {};

/** Spans that are asked one by one for their ends. */
const NEAR = 16;

/** Where a bar ends: ms since the Unix epoch. */
export function barEnd({ store, openEnd }: BarSource, row: number): number {
  const end = store.endTimes[row] as number;
  return Math.max(store.startTimes[row] as number, Number.isNaN(end) ? openEnd(row) : end);
}

/**
 * Gives the bars of a lane within a range to `draw`, from left to right, each at least `least` px wide. What would lie on
 * the pixels of the one before is passed over, by halves of what is left of the lane: there are never more bars than
 * pixels, however many spans.
 */
export function eachBar(
  source: BarSource,
  lane: Lane,
  range: TimeRange,
  width: number,
  least: number,
  draw: DrawBar,
  choice = ALL,
): void {
  const { startTimes, endTimes } = source.store;
  const { rows, count } = lane;
  const scale = width / (range.end - range.start);
  /** px: what is left of it is drawn. */
  let edge = -1;
  let at = firstEndingAfter(source, lane, 0, range.start, true);
  while (at < count) {
    const row = rows[at++] as number;
    const start = startTimes[row] as number;
    if (start > range.end) return;
    if (choice.isWanted && !choice.isWanted(row)) continue;
    const left = Math.max(edge, Math.floor((start - range.start) * scale));
    const right = Math.min(width + 1, Math.max(left + least, Math.round((barEnd(source, row) - range.start) * scale)));
    draw(row, left, right - left);
    edge = choice.nextPixel ? choice.nextPixel(right) : right;
    const time = range.start + edge / scale;
    // Mostly it is one of the next, which costs less so: a picture has thousands of bars.
    const near = Math.min(count, at + NEAR);
    while (
      at < near &&
      Math.max(startTimes[rows[at] as number] as number, endTimes[rows[at] as number] as number) <= time
    )
      at++;
    if (at < count) at = firstEndingAfter(source, lane, at, time, false);
  }
}

/** The row that is drawn at a time, or the one nearest to it that lies no further than `reach` (ms); or -1. */
export function rowAt(source: BarSource, lane: Lane, time: number, reach: number): number {
  const { store } = source;
  const { rows, count } = lane;
  const at = firstEndingAfter(source, lane, 0, time, true);
  const distance = (row: number) => Math.max((store.startTimes[row] as number) - time, time - barEnd(source, row), 0);
  let nearest = -1;
  for (let i = Math.max(0, at - 1); i <= at && i < count; i++) {
    const row = rows[i] as number;
    if (distance(row) <= reach && (nearest < 0 || distance(row) <= distance(nearest))) nearest = row;
  }
  return nearest;
}

/** The first place of a lane, from `from` on, whose bar ends behind a time (or, with `or`, at it); else the lane's end. */
function firstEndingAfter(source: BarSource, { rows, count }: Lane, from: number, time: number, or: boolean): number {
  const endsAfter = (at: number) => {
    const end = barEnd(source, rows[at] as number);
    return or ? end >= time : end > time;
  };
  // Mostly it is the next one; else it is looked for in steps twice as long each.
  let step = 1;
  let low = from;
  while (low < count && !endsAfter(Math.min(low + step - 1, count - 1))) {
    low = Math.min(low + step, count);
    step *= 2;
  }
  let high = Math.min(low + step - 1, count);
  while (low < high) {
    const middle = (low + high) >> 1;
    if (endsAfter(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** A pixel: nothing, or its colour and this. */
const EMPTY = 0;
const FIRST_COLOUR = 2;

/** Lanes of one row between two breaks. */
const STEP = 512;

/** px of a lane in an overview, gap included, where there is room for it. */
const LANE = 3;

/** All lanes in so few pixels that several may share a line: the first to come has a pixel, but an error goes before. */
export class Overview {
  readonly width: number;
  /** px of a lane. */
  readonly lane: number;
  readonly lines: number;
  readonly #pixels: Uint8Array;
  /** By line: how many pixels have nothing. */
  readonly #free: Int32Array;

  private constructor({ lanes }: BarSource, width: number, height: number) {
    this.width = Math.ceil(width);
    this.lane = Math.min(LANE, height / Math.max(1, lanes.length));
    this.lines = Math.ceil(lanes.length * this.lane);
    this.#pixels = new Uint8Array(this.width * this.lines);
    this.#free = new Int32Array(this.lines).fill(this.width);
  }

  /** Makes one, in steps between which there may be a break. */
  static *of(source: BarSource, range: TimeRange, width: number, height: number): Generator<void, Overview> {
    const { lanes } = source;
    const overview = new Overview(source, width, height);
    if (lanes instanceof Int32Array) yield* overview.#addRows(source, lanes, range, width);
    else yield* overview.#addLanes(source, lanes, range, width);
    return overview;
  }

  *#addLanes(source: BarSource, lanes: readonly Lane[], range: TimeRange, width: number): Generator<void> {
    const none: Lane = { rows: [], count: 0 };
    let line = 0;
    const draw = (row: number, left: number, long: number) => this.#fill(source, line, left, long, row);
    const empty: Choice = { nextPixel: (from) => this.#nextEmpty(line, from) };
    for (let at = 0; at < lanes.length; at++) {
      line = Math.floor(at * this.lane);
      if ((this.#free[line] as number) > 0) eachBar(source, lanes[at] ?? none, range, width, 1, draw, empty);
      // Once more: the first pass jumps over what lies on the pixels of another.
      eachBar(source, source.failed?.[at] ?? none, range, width, 1, draw);
      yield;
    }
  }

  /** Each row a lane: where a trace is first seen, this runs ten thousand times before any of it is compiled. */
  *#addRows(source: BarSource, rows: Int32Array, range: TimeRange, width: number): Generator<void> {
    const { store } = source;
    const { startTimes, statuses } = store;
    const scale = width / (range.end - range.start);
    for (let lane = 0; lane < rows.length; lane++) {
      if (lane % STEP === STEP - 1) yield;
      const row = rows[lane] as number;
      const line = Math.floor(lane * this.lane);
      const failed = statuses[row] === STATUS_ERROR;
      if (this.#free[line] === 0 && !failed) continue;
      const start = startTimes[row] as number;
      const end = barEnd(source, row);
      if (start > range.end || end < range.start) continue;
      const left = Math.max(-1, Math.floor((start - range.start) * scale));
      const right = Math.min(width + 1, Math.max(left + 1, Math.round((end - range.start) * scale)));
      this.#fill(source, line, left, right - left, row);
    }
  }

  /** From a pixel on, the next that has nothing. */
  #nextEmpty(line: number, from: number): number {
    const first = line * this.width;
    let at = Math.max(0, from);
    while (at < this.width && this.#pixels[first + at] !== EMPTY) at++;
    return at;
  }

  #fill(source: BarSource, line: number, left: number, long: number, row: number): void {
    const isError = source.store.statuses[row] === STATUS_ERROR;
    const first = line * this.width;
    const end = Math.min(this.width, left + long);
    let at = isError ? Math.max(0, left) : this.#nextEmpty(line, left);
    // Before it is known whether it is to be seen, a colour is not asked for: that costs more than all the rest.
    const colour = at < end ? FIRST_COLOUR + (isError ? ERROR_COLOUR : source.colourOf(row)) : EMPTY;
    for (; at < end; at++) {
      const isEmpty = this.#pixels[first + at] === EMPTY;
      if (isEmpty) this.#free[line] = (this.#free[line] as number) - 1;
      if (isEmpty || isError) this.#pixels[first + at] = colour;
    }
  }

  /** Whether nothing is on a line. */
  isEmpty(line: number): boolean {
    return this.#free[line] === this.width;
  }

  /** The colour of a pixel; undefined where there is nothing. */
  colourAt(line: number, x: number): number | undefined {
    const pixel = this.#pixels[line * this.width + x] ?? EMPTY;
    return pixel === EMPTY ? undefined : pixel - FIRST_COLOUR;
  }
}
