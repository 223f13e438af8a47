import type { Tree } from './tree.js';

/** A stretch of time in which the trace waited for this span, and for nothing inside of it. ms since the Unix epoch. */
export interface PathSegment {
  readonly start: number;
  readonly end: number;
}

/**
 * The critical path, by entry of the tree: what would have to be faster for the whole to end earlier. Walked backwards
 * from the last end: of the spans inside, the one that ended last before the moment is what was waited for, and before
 * its start the next one; what lies between is the span's own. A span whose work outlives it counts until that has ended.
 */
export function criticalPath(
  tree: Tree,
  startTimes: ArrayLike<number>,
  endOf: (row: number) => number,
): Map<number, PathSegment[]> {
  const path = new Map<number, PathSegment[]>();
  const count = tree.rows.length;
  const startOf = (entry: number) => startTimes[tree.rows[entry] as number] as number;
  const extents = extentsOf(tree, endOf);
  const lastOf = (entry: number) => extents[entry] as number;
  const add = (entry: number, start: number, end: number): void => {
    if (entry < 0) return;
    const from = Math.max(start, startOf(entry));
    const to = Math.min(end, endOf(tree.rows[entry] as number));
    if (to <= from) return;
    const segments = path.get(entry);
    if (segments) segments.push({ start: from, end: to });
    else path.set(entry, [{ start: from, end: to }]);
  };
  // Entry -1 stands for the trace, whose roots are its children.
  const todo = [{ entry: -1, start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY }];
  for (let work = todo.pop(); work; work = todo.pop()) {
    const { entry, start, end } = work;
    const last = entry < 0 ? count - 1 : entry + (tree.descendants[entry] as number);
    const children: number[] = [];
    for (let at = entry + 1; at <= last; at += (tree.descendants[at] as number) + 1) children.push(at);
    children.sort((a, b) => lastOf(b) - lastOf(a));
    let moment = end;
    for (const child of children) {
      const from = Math.max(startOf(child), start);
      // One that still ran then was not waited for.
      if (lastOf(child) > moment || lastOf(child) <= start || from >= moment) continue;
      add(entry, lastOf(child), moment);
      todo.push({ entry: child, start: from, end: lastOf(child) });
      moment = from;
    }
    add(entry, start, moment);
  }
  return path;
}

/** By entry: when it and everything inside of it has ended. */
function extentsOf(tree: Tree, endOf: (row: number) => number): Float64Array {
  const extents = new Float64Array(tree.rows.length);
  /** By level: the largest extent since the last entry of a smaller level. */
  const below: number[] = [];
  for (let entry = tree.rows.length - 1; entry >= 0; entry--) {
    const level = tree.levels[entry] as number;
    const extent = Math.max(endOf(tree.rows[entry] as number), below[level + 1] ?? Number.NEGATIVE_INFINITY);
    below[level + 1] = Number.NEGATIVE_INFINITY;
    extents[entry] = extent;
    below[level] = Math.max(below[level] ?? Number.NEGATIVE_INFINITY, extent);
  }
  return extents;
}
