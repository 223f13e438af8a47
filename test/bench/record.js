import { readFileSync, writeFileSync } from 'node:fs';
import { median } from './report.js';

const FILE = new URL('results.json', import.meta.url);

/** What has been recorded: by browser, the run that was the last one and the rows, each with the day of its run. */
export function readRecord() {
  return JSON.parse(readFileSync(FILE, 'utf8'));
}

/** Four digits: more is noise. */
const short = (value) => (typeof value === 'string' ? value : Number(value.toPrecision(4)));

/** Writes the medians of a run to results.json. Rows that the run had not stay as they were, with their day. */
export function record(browser, { browser: version, rounds, processor, cores }, cells) {
  const all = readRecord();
  const date = new Date().toISOString().slice(0, 10);
  const before = all[browser] ?? { rows: {} };
  // Sizes and the overlay are recorded without a version.
  const about = version ? { browser: version, rounds, processor, cores } : before.about;
  for (const [column, rows] of Object.entries(cells)) {
    before.rows[column] ??= {};
    for (const [row, { values, told }] of Object.entries(rows)) {
      before.rows[column][row] = { date, ...summary(values), ...(told.length > 0 && { told }) };
    }
  }
  all[browser] = { about, rows: before.rows };
  writeRecord(all);
}

export function writeRecord(all) {
  writeFileSync(FILE, `${JSON.stringify(all, null, 2)}\n`);
}

function summary(values) {
  if (typeof values[0] === 'string') return { value: [...new Set(values)].join(', ') };
  const value = short(median(values));
  const [min, max] = [short(Math.min(...values)), short(Math.max(...values))];
  return min === max ? { value } : { value, min, max };
}
