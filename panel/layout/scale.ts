/** A part of the time axis: ms since the Unix epoch. */
export interface TimeRange {
  readonly start: number;
  readonly end: number;
}

/** Where a span lies on the axis, in percent of its width. */
export interface Bar {
  readonly left: number;
  readonly width: number;
}

/** How far a bar may reach beyond the axis, in percent: enough that its end is out of sight. */
const OUTSIDE = 2;

/** Where an instant lies on the axis, in percent. */
export function percentOf(range: TimeRange, time: number): number {
  const span = range.end - range.start;
  return span > 0 ? ((time - range.start) / span) * 100 : 0;
}

/** The bar from `start` to `end`, cut where it leaves the axis. */
export function barOf(range: TimeRange, start: number, end: number): Bar {
  const left = clamp(percentOf(range, start), -OUTSIDE, 100 + OUTSIDE);
  const right = clamp(percentOf(range, Math.max(start, end)), left, 100 + OUTSIDE);
  return { left, width: right - left };
}

export function clamp(value: number, min: number, max: number): number {
  return Math.min(Math.max(value, min), Math.max(min, max));
}
