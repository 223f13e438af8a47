import type { SpanStore, StoredTrace } from '../../src/store/span-store.js';
import { STATUS_ERROR } from '../../src/store/span-store.js';
import { PALETTE, THEME } from '../layout/colours.js';
import { formatDuration } from '../layout/format-duration.js';
import { formatTick, ticksOf } from '../layout/ticks.js';
import { buildTree } from '../layout/tree.js';
import { SHORTEST } from '../layout/zoom.js';

/** px. */
const WIDTH = 1000;
const NAMES = 300;
const AXIS = 620;
const ROW = 22;

/** A picture of more rows is no picture any more; its last line says how many are left out. */
const MAX_ROWS = 1000;

/** A trace as a picture that needs no styles, which a page that takes it in may forbid. */
export function writeSvg(store: SpanStore, trace: StoredTrace, now: number): string {
  const tree = buildTree(trace.rows, store.parents, store.startTimes);
  const zero = trace.startTime;
  const endAt = (row: number) => {
    const end = store.endTimes[row] as number;
    return Number.isNaN(end) ? (trace.settled ? trace.endTime : now) : end;
  };
  const rows = [...tree.rows.subarray(0, MAX_ROWS)];
  const length = Math.max(SHORTEST, ...rows.map((row) => endAt(row) - zero));
  const x = (ms: number) => Math.round((NAMES + (ms / length) * AXIS) * 100) / 100;
  const { values, step } = ticksOf(0, length, 7);
  const left = trace.rows.length - rows.length;
  const height = (rows.length + 2 + (left > 0 ? 1 : 0)) * ROW;
  const ticks = values.map(
    (value) =>
      `<path stroke="${THEME.tick[0]}" d="M${x(value)} 8V${height}"/><text x="${x(value) + 3}" y="16" fill="${THEME.muted[0]}">${formatTick(value, step, length)}</text>`,
  );
  const colours = new Map<string, string>();
  const drawn = rows.map((row, i) => {
    const record = store.record(row);
    const name = record?.name ?? '';
    const failed = store.statuses[row] === STATUS_ERROR;
    const key = store.services.length > 1 ? store.serviceOf(row) : name;
    const colour = colours.get(key) ?? (PALETTE[colours.size % PALETTE.length]?.[0] as string);
    colours.set(key, colour);
    const y = (i + 1) * ROW;
    const indent = 8 + Math.min(((tree.levels[i] as number) - 1) * 12, NAMES / 2);
    const from = x((store.startTimes[row] as number) - zero);
    const width = Math.max(2, x(endAt(row) - zero) - from);
    const duration = formatDuration(endAt(row) - (store.startTimes[row] as number));
    const fill = failed ? THEME.error[0] : colour;
    const shown = name.slice(0, Math.floor((NAMES - indent) / 6.5));
    return (
      `<g><title>${escapeXml(`${name} ${duration}`)}</title><text x="${indent}" y="${y + 15}"${failed ? ` fill="${fill}"` : ''}>${escapeXml(shown)}</text>` +
      `<rect x="${from}" y="${y + 6}" width="${Math.round(width * 100) / 100}" height="10" rx="2" fill="${fill}"/>` +
      `<text x="${from + width + 4}" y="${y + 15}" fill="${THEME.muted[0]}">${duration}</text></g>`
    );
  });
  if (left > 0) drawn.push(`<text x="8" y="${height - ROW - 7}">${left} more spans</text>`);
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}"` +
    ` font-family="system-ui,sans-serif" font-size="11" fill="${THEME.text[0]}">` +
    `<rect width="${WIDTH}" height="${height}" fill="${THEME.surface[0]}"/>${ticks.join('')}${drawn.join('')}</svg>`
  );
}

/** Also what XML has no way to write (https://www.w3.org/TR/xml/#charsets). */
function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replace(/[&<>"]/g, (each) => `&#${each.charCodeAt(0)};`);
}
