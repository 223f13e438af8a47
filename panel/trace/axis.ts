import { css, html, nothing } from 'lit';
import type { StoredTrace } from '../../src/store/stored-trace.js';
import { barOf, percentOf, type TimeRange } from '../layout/scale.js';
import { formatTick, growingEnd, ticksOf } from '../layout/ticks.js';
import { SHORTEST } from '../layout/zoom.js';

/** px between ticks, at least. */
const TICK_DISTANCE = 80;

/** Steps that there are at least on a narrow axis: of 1-2-5 steps, so many leave a tick behind the first. */
const LEAST_STEPS = 2.5;

/** px that a label takes; nearer to the end it would be cut. */
const LABEL_WIDTH = 40;

/** px between a label and one that stands before its tick: with less they look like one. */
const LABEL_GAP = 24;

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

function ticksOn({ zero, range, width }: Axis) {
  return ticksOf(range.start - zero, range.end - zero, Math.max(LEAST_STEPS, width / TICK_DISTANCE));
}

/** Where the ticks are, in percent of the width. */
export function tickPercents(axis: Axis): number[] {
  return ticksOn(axis).values.map((value) => percentOf(axis.range, axis.zero + value));
}

export const tickStyles = css`
  .tick {
    position: absolute;
    padding-left: 4px;
    font-variant-numeric: tabular-nums;
  }
  .before {
    margin-right: -1px;
    padding: 0 8px 0 0;
  }
`;

/** Each with a label behind it, or before it at the end of the axis, where there is room for one. */
export function renderTicks(axis: Axis) {
  const { zero, range, width } = axis;
  const { values, step } = ticksOn(axis);
  /** px: from here on nothing is written yet. */
  let free = 0;
  return values.map((value) => {
    const percent = percentOf(range, zero + value);
    const left = (percent / 100) * width;
    const isBefore = left + LABEL_WIDTH >= width;
    const fits = isBefore ? left - LABEL_WIDTH >= free : left >= free;
    if (fits) free = left + LABEL_WIDTH + LABEL_GAP;
    const label = fits ? formatTick(value, step, range.end - zero) : nothing;
    const place = isBefore ? `right:${(100 - percent).toFixed(3)}%` : `left:${percent.toFixed(3)}%`;
    return html`<span class=${isBefore ? 'tick before' : 'tick'} .style=${place}><span>${label}</span></span>`;
  });
}

/** The lines of the ticks, through all rows. */
export function renderLines(axis: Axis) {
  return tickPercents(axis).map((percent) => html`<i .style=${`left:${percent.toFixed(3)}%`}></i>`);
}

/** What a drag over the axis has marked, or the pointer in the minimap. */
export function renderMarked(range: TimeRange, marked: TimeRange | undefined) {
  if (!marked || marked.start > range.end || marked.end < range.start) return nothing;
  const { left, width } = barOf(range, marked.start, marked.end);
  return html`<b .style=${`left:${left.toFixed(3)}%;width:${width.toFixed(3)}%`}></b>`;
}
