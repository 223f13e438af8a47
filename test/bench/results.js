import { ROWS } from './rows.js';

/** What a run has measured so far: `cells[contender][row] = { values, told }`. */
export class Results {
  cells = {};
  #only;
  #without;
  /** By row and column, in the order of the rounds. */
  #ofRounds = { ratio: {}, difference: {} };

  /** The beginnings of the keys of the rows that are wanted, and of those that are not. */
  constructor(only, without = []) {
    this.#only = only;
    this.#without = without;
  }

  isWanted(row) {
    const isOf = (beginning) => row.startsWith(beginning);
    return !this.#without.some(isOf) && (this.#only?.some(isOf) ?? true);
  }

  wantsAny(beginning) {
    return ROWS.some(({ key }) => key?.startsWith(beginning) && this.isWanted(key));
  }

  note(column, row, value, told = []) {
    if (value === undefined || !this.isWanted(row)) return;
    this.cells[column] ??= {};
    this.cells[column][row] ??= { values: [], told: [] };
    const cell = this.cells[column][row];
    cell.values.push(value);
    cell.told = [...new Set([...cell.told, ...told])];
  }

  /** A value that is shown as a multiple of the bare page's. */
  noteForRatio(row, column, value) {
    this.#noteOfRound('ratio', row, column, value);
  }

  /** A value that is shown without the bare page's. */
  noteForDifference(row, column, value) {
    this.#noteOfRound('difference', row, column, value);
  }

  /** Compares each round by itself: the machine's load changes from one to the next. */
  compare() {
    const comparing = { ratio: (value, bare) => value / bare, difference: (value, bare) => value - bare };
    for (const [kind, rows] of Object.entries(this.#ofRounds)) {
      for (const [row, { bare, ...others }] of Object.entries(rows)) {
        if (!bare) continue;
        for (const [column, values] of Object.entries(others)) {
          for (const [round, value] of values.entries()) this.note(column, row, comparing[kind](value, bare[round]));
        }
      }
    }
  }

  #noteOfRound(kind, row, column, value) {
    const rows = this.#ofRounds[kind];
    rows[row] ??= {};
    rows[row][column] ??= [];
    rows[row][column].push(value);
  }
}
