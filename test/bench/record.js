import { readFileSync, writeFileSync } from 'node:fs';
import { median } from './report.js';
import { ROWS } from './rows.js';

const FILE = new URL('results.json', import.meta.url);

/** Fits into a line with what stands before it. */
const SHORT_LINE = 100;

/** What has been recorded: by browser, the run that was the last one and the rows, each with the day of its run. */
export function readRecord() {
  return JSON.parse(readFileSync(FILE, 'utf8'));
}

const isRow = (column, row) => column === 'panel' || ROWS.some(({ key }) => key === row);

/** Four digits: more is noise. What was counted is whole. */
const short = (value) => (typeof value === 'string' || Number.isInteger(value) ? value : Number(value.toPrecision(4)));

/** Writes the medians of a run to results.json. Rows that the run had not stay as they were, with their day. */
export function record(browser, { browser: version, rounds, processor, cores }, cells) {
  const all = readRecord();
  const date = new Date().toISOString().slice(0, 10);
  const before = all[browser] ?? { rows: {} };
  // Sizes and the overlay are recorded without a version.
  const about = version ? { browser: version, rounds, processor, cores } : before.about;
  for (const [column, rows] of Object.entries(cells)) {
    const kept = Object.entries(before.rows[column] ?? {}).filter(([row]) => isRow(column, row));
    before.rows[column] = Object.fromEntries(kept);
    for (const [row, { values, told }] of Object.entries(rows)) {
      if (isRow(column, row))
        before.rows[column][row] = { date, ...summary(values), ...(told.length > 0 && { told: told.join(', ') }) };
    }
  }
  all[browser] = { about, rows: before.rows };
  writeRecord(all);
}

export function writeRecord(all) {
  // A line a figure, as the formatter wants it.
  const text = JSON.stringify(all, null, 2).replace(/\{\s+([^{}]*?)\s+\}/g, (expanded, inside) => {
    const line = `{ ${inside.replace(/\s+/g, ' ')} }`;
    return line.length < SHORT_LINE ? line : expanded;
  });
  writeFileSync(FILE, `${text}\n`);
}

function summary(values) {
  if (typeof values[0] === 'string') return { value: [...new Set(values)].join(', ') };
  const value = short(median(values));
  const [min, max] = [short(Math.min(...values)), short(Math.max(...values))];
  return min === max ? { value } : { value, min, max };
}
