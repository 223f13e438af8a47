import type { Lane } from '../draw/bars.js';

const FIRST_CAPACITY = 16;

/** Rows of the store on one lane, by start, of which the last ones can go again. */
export class RowLane implements Lane {
  rows = new Int32Array(FIRST_CAPACITY);
  count = 0;

  /** Puts a part of other rows behind those that are here. */
  append(rows: ArrayLike<number>, from: number, to: number): void {
    const count = this.count + to - from;
    if (count > this.rows.length) {
      const grown = new Int32Array(Math.max(count, this.rows.length * 2));
      grown.set(this.rows);
      this.rows = grown;
    }
    // Mostly a few: a view of them would cost more than they do.
    for (let at = from; at < to; at++) this.rows[this.count++] = rows[at] as number;
  }
}
