/** Two digits that count, which is as exact as times are; three of large numbers. What was counted is whole. */
export function short(value) {
  if (typeof value === 'string') return value;
  if (Number.isInteger(value)) return value.toLocaleString('en');
  return Number(value.toPrecision(Math.abs(value) < 100 ? 2 : 3)).toLocaleString('en', { maximumFractionDigits: 3 });
}

/** The recorded figures of one browser, as they stand in a text. Asking for one that was not recorded throws. */
export class Figures {
  #rows;

  constructor({ about, rows }) {
    this.about = about;
    this.#rows = rows;
  }

  /** The days of the oldest and the newest of all figures that were asked for. */
  dates = new Set();

  value(row, column = 'zonetrace') {
    const cell = this.#rows[column]?.[row];
    if (!cell) throw new Error(`${row} of ${column} was not recorded; npm run bench -- --only ${row} --record`);
    this.dates.add(cell.date);
    return cell.value;
  }

  /** With its unit, and with what was told of it in brackets. */
  text(row, column = 'zonetrace', unit = '') {
    const value = this.value(row, column);
    const { told } = this.#rows[column][row];
    return `${short(value)}${unit && ` ${unit}`}${told ? ` (${told})` : ''}`;
  }

  kilobytes(row, column = 'zonetrace') {
    return this.value(row, column).toFixed(1);
  }

  get days() {
    const [first, last] = [[...this.dates].sort()[0], [...this.dates].sort().at(-1)];
    return first === last ? first : `${first} to ${last}`;
  }
}
