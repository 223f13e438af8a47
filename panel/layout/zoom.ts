import { clamp, type TimeRange } from './scale.js';

/** ms: the shortest part of time that is looked at; times since 1970 have hardly more digits. */
export const SHORTEST = 0.001;

/** The part of `whole` nearest to the wanted one: as long as wanted where there is room. */
export function fitRange(wanted: TimeRange, whole: TimeRange): TimeRange {
  const room = whole.end - whole.start;
  const length = clamp(wanted.end - wanted.start, Math.min(SHORTEST, room), room);
  const start = clamp(wanted.start, whole.start, whole.end - length);
  return { start, end: Math.min(start + length, whole.end) };
}

/** A range `factor` times as long in which the instant `at` stays in place. */
export function zoomRange(range: TimeRange, factor: number, at: number): TimeRange {
  return { start: at - (at - range.start) * factor, end: at + (range.end - at) * factor };
}

/** The range moved by a part of its own length. */
export function panRange({ start, end }: TimeRange, part: number): TimeRange {
  const by = (end - start) * part;
  return { start: start + by, end: end + by };
}

/** The instant at a part (0 to 1) of the range. */
export function timeAt(range: TimeRange, part: number): number {
  return range.start + (range.end - range.start) * part;
}
