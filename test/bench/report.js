import { CONTENDERS, ROWS, TARGETS } from './rows.js';

const COLUMNS = CONTENDERS.filter(({ column }) => !column);

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

function format(value, unit) {
  if (typeof value === 'string') return value;
  if (unit === '') return value.toLocaleString('en');
  if (unit === '×') return value.toFixed(2);
  if (unit === 'KB') return value.toFixed(1);
  if (unit === 'B') return Math.round(value).toLocaleString('en');
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(3);
}

function cellOf(cell, unit) {
  if (!cell) return { value: '', spread: '' };
  const { values, told = [] } = cell;
  const words = told.length > 0 ? ` ${told.join(', ')}` : '';
  if (unit === 'text') return { value: [...new Set(values)].join(', '), spread: '' };
  if (values.length === 1) return { value: format(values[0], unit) + words, spread: '' };
  const [low, high] = [format(Math.min(...values), unit), format(Math.max(...values), unit)];
  return { value: format(median(values), unit) + words, spread: low === high ? '' : `${low}–${high}` };
}

function align(lines, widths) {
  return lines.map((cells) =>
    cells
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[i])))
      .join('  ')
      .trimEnd(),
  );
}

function table(lines) {
  const columns = Math.max(...lines.map((cells) => cells.length));
  const widths = Array.from({ length: columns }, (_, i) =>
    Math.max(...lines.filter((cells) => cells.length > 1).map((cells) => cells[i]?.length ?? 0)),
  );
  return align(lines, widths).join('\n');
}

/** The median of each row for each contender, with the least and the most below it. */
export function mainTable(results) {
  const lines = [['median (min–max below)', ...COLUMNS.map(({ title }) => title)]];
  let group;
  for (const row of ROWS) {
    if (row.group) {
      group = row.group;
      continue;
    }
    const cells = COLUMNS.map(({ name }) => cellOf(results[name]?.[row.key], row.unit));
    if (cells.every(({ value }) => value === '')) continue;
    if (group) lines.push([''], [group]);
    group = undefined;
    lines.push([row.label, ...cells.map(({ value }) => value)]);
    if (cells.some(({ spread }) => spread)) lines.push(['', ...cells.map(({ spread }) => spread)]);
  }
  return lines.length > 1 ? table(lines) : '';
}

/** What a measurement beside it says that the row cannot be below; of a multiple of the floor likewise a multiple. */
function leastOf(results, unit, [row, column] = []) {
  const values = results[column]?.[row]?.values;
  const floor = results[column]?.floor?.values;
  if (!values || (unit === '×' && !floor)) return '';
  return format(unit === '×' ? median(values) / median(floor) : median(values), unit);
}

/** What DESIGN.md sets, beside what was measured, and what the least is that it could be. */
export function targetTable(results) {
  const lines = [['target', 'at most', 'measured', 'reached', 'the least']];
  for (const { key, label, max, least } of TARGETS) {
    const cell = results.zonetrace?.[key];
    if (!cell) continue;
    const { unit } = ROWS.find((row) => row.key === key);
    const value = median(cell.values);
    const kept = !cell.told?.length;
    const name = unit === '' || unit === '×' ? '' : ` ${unit}`;
    lines.push([
      label,
      `${max}${name}`,
      `${format(value, unit)}${name}${kept ? '' : ` ${cell.told.join(', ')}`}`,
      value <= max && kept ? 'yes' : 'no',
      leastOf(results, unit, least),
    ]);
  }
  return lines.length > 1 ? table(lines) : '';
}

/** The rows that were wanted and cannot be measured in a browser, in words. */
export function unmeasured(results, browser) {
  if (browser === 'chromium') return '';
  const rows = ROWS.filter(({ key, devtools }) => devtools && results.isWanted(key)).map(({ key }) => key);
  if (rows.length === 0) return '';
  return `Not measured in ${browser}, as only Chromium's DevTools protocol tells a page's processor time and its heap without garbage: ${rows.join(' ')}`;
}
