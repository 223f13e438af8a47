import { MAX_TIMER } from '../zone/outside.js';

/** ms to wait by a `Retry-After` header, which holds seconds or a date; 0 where it says nothing. */
export function parseRetryAfter(header: string | null): number {
  if (!header) return 0;
  const seconds = Number(header);
  const ms = Number.isNaN(seconds) ? Date.parse(header) - Date.now() : seconds * 1000;
  return Math.min(Math.max(ms, 0), MAX_TIMER) || 0;
}
