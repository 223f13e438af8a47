import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { median } from './report.js';
import { ROWS } from './rows.js';

const FILE = new URL('results.json', import.meta.url);

/** Not by `npx`, which is a program of another name on Windows. */
const FORMATTER = createRequire(import.meta.url).resolve('@biomejs/biome/bin/biome');

/** What has been recorded: by browser, the run that was the last one and the rows, each with the day of its run. */
export function readRecord() {
  return JSON.parse(readFileSync(FILE, 'utf8'));
}

const isRow = (column, row) => column === 'panel' || ROWS.some(({ key }) => key === row);

/** Four digits: more is noise. What was counted is whole. */
const short = (value) => (typeof value === 'string' || Number.isInteger(value) ? value : Number(value.toPrecision(4)));

/** Writes the medians of a run to results.json. Rows that the run had not stay as they were, with their day. */
export function record(browser, { browser: version, rounds, processor, cores, newPage }, cells) {
  const all = readRecord();
  const date = new Date().toISOString().slice(0, 10);
  const before = all[browser] ?? { rows: {} };
  // Sizes and the overlay are recorded without a version.
  const about = version ? { browser: version, rounds, processor, cores, newPage } : before.about;
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
  // The formatter keeps an object that begins on its line there, if it fits: a line a figure.
  writeFileSync(FILE, JSON.stringify(all, null, 2).replace(/\{\s+([^{}]*?)\s+\}/g, '{ $1 }'));
  execFileSync(process.execPath, [FORMATTER, 'format', '--write', fileURLToPath(FILE)], {
    cwd: new URL('../..', import.meta.url),
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

function summary(values) {
  if (typeof values[0] === 'string') return { value: [...new Set(values)].join(', ') };
  const value = short(median(values));
  const [min, max] = [short(Math.min(...values)), short(Math.max(...values))];
  return min === max ? { value } : { value, min, max };
}
