import { html, nothing } from 'lit';
import type { StoredTrace } from '../../src/store/stored-trace.js';
import { barOf, percentOf, type TimeRange } from '../layout/scale.js';
import { formatTick, growingEnd, ticksOf } from '../layout/ticks.js';
import { SHORTEST } from '../layout/zoom.js';

/** px between ticks, at least. */
const TICK_DISTANCE = 80;

/** px that a label takes; nearer to the end it would be cut. */
const LABEL_WIDTH = 40;

/** Where what is still open in a trace ends for now: ms since the Unix epoch. */
export function endOf(trace: StoredTrace, now: number): number {
  return trace.openSpans > 0 && !trace.settled ? Math.max(now, trace.endTime) : trace.endTime;
}

/** The whole trace and, while it is live, room to grow. */
export function wholeOf(trace: StoredTrace, now: number): TimeRange {
  const start = trace.startTime;
  const elapsed = endOf(trace, now) - start;
  return { start, end: start + (trace.settled ? Math.max(elapsed, SHORTEST) : growingEnd(elapsed)) };
}

/** The time axis of a trace: what is shown of it, and how wide. */
export interface Axis {
  /** ms since the Unix epoch: the zero of the labels. */
  readonly zero: number;
  readonly range: TimeRange;
  /** px. */
  readonly width: number;
}

function ticks({ zero, range, width }: Axis) {
  const from = range.start - zero;
  const to = range.end - zero;
  const { values, step } = ticksOf(from, to, width / TICK_DISTANCE);
  return values.map((value) => {
    const left = percentOf(range, zero + value);
    const fits = (width * (100 - left)) / 100 > LABEL_WIDTH;
    return { style: `left:${left.toFixed(3)}%`, label: fits ? formatTick(value, step, to) : nothing };
  });
}

/** Where the ticks are, in percent of the width. */
export function tickPercents({ zero, range, width }: Axis): number[] {
  const { values } = ticksOf(range.start - zero, range.end - zero, width / TICK_DISTANCE);
  return values.map((value) => percentOf(range, zero + value));
}

export function renderTicks(axis: Axis) {
  return ticks(axis).map(({ style, label }) => html`<span class="tick" .style=${style}>${label}</span>`);
}

/** The lines of the ticks, through all rows. */
export function renderLines(axis: Axis) {
  return ticks(axis).map(({ style }) => html`<i .style=${style}></i>`);
}

/** What a drag over the axis has marked. */
export function renderMarked(range: TimeRange, marked: TimeRange | undefined) {
  if (!marked) return nothing;
  const { left, width } = barOf(range, marked.start, marked.end);
  return html`<b .style=${`left:${left.toFixed(3)}%;width:${width.toFixed(3)}%`}></b>`;
}
