import type { TimeRange } from './scale.js';

/** The part of a span, in ms, in which none of its children ran. Children may overlap and reach beyond it. */
export function selfTime(span: TimeRange, children: readonly TimeRange[]): number {
  let covered = 0;
  let upTo = span.start;
  for (const child of [...children].sort((a, b) => a.start - b.start)) {
    const start = Math.max(child.start, upTo);
    const end = Math.min(child.end, span.end);
    if (end <= start) continue;
    covered += end - start;
    upTo = end;
  }
  return Math.max(0, span.end - span.start - covered);
}
