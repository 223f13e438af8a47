import { html, nothing } from 'lit';
import type { SpanStore, StoredTrace } from '../../src/store/span-store.js';
import { percentOf, type TimeRange } from '../layout/scale.js';
import { formatTick, growingEnd, ticksOf } from '../layout/ticks.js';

/** px between ticks, at least. */
const TICK_DISTANCE = 80;

/** px that a label takes; nearer to the end it would be cut. */
const LABEL_WIDTH = 40;

/** ms: the shortest axis, for a trace or span without a duration. */
const SHORTEST = 0.001;

/** Where what is still open in a trace ends for now: ms since the Unix epoch. */
export function endOf(trace: StoredTrace, now: number): number {
  return trace.openSpans > 0 && !trace.settled ? Math.max(now, trace.endTime) : trace.endTime;
}

/** What the axis shows: the span of `zoomRow`, else the whole trace and, while it is live, room to grow. */
export function rangeOf(store: SpanStore, trace: StoredTrace, now: number, zoomRow: number | undefined): TimeRange {
  if (zoomRow !== undefined && store.traceOf(zoomRow) === trace) {
    const start = store.startTimes[zoomRow] as number;
    const end = store.endTimes[zoomRow] as number;
    return { start, end: Math.max(Number.isNaN(end) ? endOf(trace, now) : end, start + SHORTEST) };
  }
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

export function renderTicks(axis: Axis) {
  return ticks(axis).map(({ style, label }) => html`<span class="tick" .style=${style}>${label}</span>`);
}

/** The lines of the ticks, through all rows. */
export function renderLines(axis: Axis) {
  return ticks(axis).map(({ style }) => html`<i .style=${style}></i>`);
}
