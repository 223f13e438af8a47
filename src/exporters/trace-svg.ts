import type { Span } from '../trace/span.js';
import type { Trace } from '../trace/trace.js';
import { flattenTrace, formatDuration, type SpanNode } from '../trace/tree.js';

/** Pixels of the picture. */
const WIDTH = 1000;
const NAMES = 300;
const ROW = 22;
const BAR = 10;
const AXIS = 24;
const INDENT = 12;
const MIN_BAR = 2;
const TICK_DISTANCE = 110;
/** A picture of more rows is no picture any more; the rest is counted in its last line. */
const MAX_ROWS = 1000;

/** As presentation attributes: a page's policy may forbid styles, also in a picture that it takes into its document. */
const TEXT = 'font-family="system-ui,sans-serif" font-size="11" fill="#1f2328"';
const QUIET = 'fill="#59636e"';
const GRID = 'stroke="#d1d9e0"';
const MARK = 'fill="#1f2328"';
const BAR_COLOUR = '#4a7dbd';
const ERROR_BAR = '#c62f2f';
const ERROR_TEXT = '#b3261e';

/** What XML 1.0 has no way to write, escaped or not (https://www.w3.org/TR/xml/#charsets). */
const NOT_XML = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

function escapeXml(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };
  return text.replace(NOT_XML, '\ufffd').replace(/[&<>"']/g, (c) => entities[c] as string);
}

/** The distance of ticks in steps of 1, 2 and 5. */
function tickStep(duration: number, pixels: number): number {
  const rough = (duration * TICK_DISTANCE) / pixels;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10;
  return step * power;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/**
 * The bar chart of a trace as a standalone SVG document: one row a span with name, bar and duration; a time axis from the
 * start of the trace; errors red, open spans pale, events as marks.
 */
export function renderTraceSvg(trace: Trace): string {
  const all = flattenTrace(trace);
  const nodes = all.slice(0, MAX_ROWS);
  const start = Math.min(...nodes.map(({ span }) => span.startTime));
  const end = Math.max(...nodes.map(({ span }) => span.endTime ?? trace.now()));
  const duration = nodes.length > 0 ? Math.max(end - start, 0.001) : 1;
  const left = NAMES + 8;
  const right = WIDTH - 70;
  const x = (time: number): number => round(left + ((time - start) / duration) * (right - left));
  const rows = nodes.map((node, i) => renderRow(node, AXIS + i * ROW, x, end));
  const more = all.length - nodes.length + trace.droppedSpansCount;
  const height = AXIS + nodes.length * ROW + (more > 0 ? ROW : 0) + 4;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img">`,
    `<title>${escapeXml(nodes[0]?.span.name ?? 'empty trace')}</title>`,
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/><g ${TEXT}>`,
    renderAxis(start, duration, x, right - left, height),
    ...rows,
    more > 0 ? `<text ${QUIET} x="8" y="${height - 10}">${more} more spans</text>` : '',
    '</g></svg>',
  ].join('');
}

function renderAxis(
  start: number,
  duration: number,
  x: (time: number) => number,
  pixels: number,
  height: number,
): string {
  const step = tickStep(duration, pixels);
  let axis = '';
  for (let i = 0; i * step <= duration; i++) {
    const at = x(start + i * step);
    const label = i === 0 ? '0' : formatDuration(i * step);
    axis += `<path ${GRID} d="M${at} ${AXIS - 6}V${height}"/><text ${QUIET} x="${at + 3}" y="${AXIS - 10}">${label}</text>`;
  }
  return axis;
}

function renderRow({ span, depth }: SpanNode, y: number, x: (time: number) => number, end: number): string {
  const indent = 8 + Math.min(depth * INDENT, NAMES / 2);
  const from = x(span.startTime);
  const width = Math.max(MIN_BAR, round(x(span.endTime ?? end) - from));
  const failed = span.status === 'ERROR';
  const colour = `fill="${failed ? ERROR_BAR : BAR_COLOUR}"${span.endTime === undefined ? ' fill-opacity="0.5"' : ''}`;
  const middle = y + ROW / 2;
  const name = escapeXml(shorten(span.name, Math.floor((NAMES - indent) / 6)));
  return [
    `<g><title>${escapeXml(`${span.name}  ${formatDuration(span.duration)}  ${span.status}${span.statusMessage ? `  ${span.statusMessage}` : ''}`)}</title>`,
    `<text${failed ? ` fill="${ERROR_TEXT}"` : ''} x="${indent}" y="${middle + 4}">${name}</text>`,
    `<rect ${colour} x="${from}" y="${middle - BAR / 2}" width="${width}" height="${BAR}" rx="2"/>`,
    renderEvents(span, middle, x),
    `<text ${QUIET} x="${round(from + width + 4)}" y="${middle + 4}">${formatDuration(span.duration)}</text></g>`,
  ].join('');
}

function renderEvents(span: Span, y: number, x: (time: number) => number): string {
  return span.events
    .map(
      ({ name, time }) => `<circle ${MARK} cx="${x(time)}" cy="${y}" r="2"><title>${escapeXml(name)}</title></circle>`,
    )
    .join('');
}

function shorten(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, Math.max(1, length - 1))}…` : text;
}
