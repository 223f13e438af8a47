import type { HrTime, TimeInput } from '@opentelemetry/api';
import { anchorClock } from '../trace/clock.js';

export function isTimeInput(value: unknown): value is TimeInput {
  return typeof value === 'number' || value instanceof Date || (Array.isArray(value) && value.length === 2);
}

/**
 * ms since the Unix epoch of what OpenTelemetry takes for a time: seconds and nanoseconds, a date, ms since the epoch, or
 * a time of this page's `performance`, which is smaller than its `now()`.
 */
export function toMilliseconds(time: TimeInput | undefined | null): number | undefined {
  if (time === undefined || time === null) return undefined;
  if (Array.isArray(time)) return time[0] * 1e3 + time[1] / 1e6;
  if (time instanceof Date) return time.getTime();
  const now = performance.now();
  return time <= now ? anchorClock(now) + time : time;
}

/** Seconds and nanoseconds of ms. */
export function toHrTime(ms: number): HrTime {
  const whole = Math.floor(ms);
  const rest = Math.round((ms - whole) * 1e6);
  const seconds = Math.floor((whole + (rest === 1e6 ? 1 : 0)) / 1e3);
  return [seconds, (whole - seconds * 1e3) * 1e6 + rest];
}
