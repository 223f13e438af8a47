import type { SpanStore } from '../src/store/span-store.js';
import type { StoredTrace } from '../src/store/stored-trace.js';
import { buildTree, type Tree } from './layout/tree.js';

const known = new WeakMap<StoredTrace, Tree>();

/** The tree of a trace, built again when spans have come: a span gets another parent only when that arrives. */
export function treeOfTrace(store: SpanStore, trace: StoredTrace): Tree {
  let tree = known.get(trace);
  if (tree?.rows.length !== trace.rows.length) {
    tree = buildTree(trace.rows, store.parents, store.startTimes);
    known.set(trace, tree);
  }
  return tree;
}
