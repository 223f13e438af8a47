import type { SpanStore } from '../src/store/span-store.js';
import type { StoredTrace } from '../src/store/stored-trace.js';
import { criticalPath, type PathSegment } from './layout/critical-path.js';
import { treeOfTrace } from './trace-tree.js';

type Path = ReadonlyMap<number, readonly PathSegment[]>;

const NO_PATH: Path = new Map();

const known = new WeakMap<StoredTrace, { rows: number; path: Path }>();

/** The critical path of a trace by row of the store; empty while the trace is live, as it has no end yet. */
export function pathOfTrace(store: SpanStore, trace: StoredTrace): Path {
  const count = trace.rows.length;
  if (!trace.settled || count < 2) return NO_PATH;
  const before = known.get(trace);
  if (before?.rows === count) return before.path;
  const tree = treeOfTrace(store, trace);
  const byEntry = criticalPath(tree, store.startTimes, (row) => {
    const end = store.endTimes[row] as number;
    return Number.isNaN(end) ? trace.endTime : end;
  });
  const path = new Map<number, readonly PathSegment[]>();
  for (const [entry, segments] of byEntry) path.set(tree.rows[entry] as number, segments);
  known.set(trace, { rows: count, path });
  return path;
}
