/** The spans of a trace, depth first: a parent stands before its children, children stand in the order of their start. */
export interface Tree {
  /** Rows of the store. */
  readonly rows: Int32Array;
  /** 1 for a root. */
  readonly levels: Int32Array;
  /** Spans below, at any depth: the next `descendants[i]` entries. */
  readonly descendants: Int32Array;
  /** Place among its siblings, from 1. */
  readonly positions: Int32Array;
  /** How many siblings there are, itself included. */
  readonly setSizes: Int32Array;
}

const NONE = -1;

/**
 * Orders the rows of a trace. A span whose parent is not among them is a root; where parents go round in a circle (a
 * damaged file), one of them is taken for a root, so that every row appears once.
 */
export function buildTree(
  traceRows: readonly number[],
  storeParents: ArrayLike<number>,
  startTimes: ArrayLike<number>,
): Tree {
  const ordered = byStart(traceRows, startTimes);
  const count = ordered.length;
  const indexOf = indexer(ordered);
  const parents = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const parent = indexOf(storeParents[ordered[i] as number] ?? NONE);
    parents[i] = parent === i ? NONE : parent;
  }
  breakCircles(parents);
  return walk(ordered, parents);
}

/** How an entry is shown: as it is; without what is below it; not at all, nor what is below it. */
export const SHOWN = 0;
export const CLOSED = 1;
export const HIDDEN = 2;

/** The entries that are shown, of those from `first` up to `end`, by how each of them is shown. */
export function visibleEntries(tree: Tree, how: ArrayLike<number>, first = 0, end = tree.rows.length): Int32Array {
  const shown = new Int32Array(end - first);
  let count = 0;
  for (let i = first; i < end; ) {
    if (how[i] !== HIDDEN) shown[count++] = i;
    i += how[i] === SHOWN ? 1 : (tree.descendants[i] as number) + 1;
  }
  return shown.subarray(0, count);
}

/** Of each entry, whether it or anything below it is wanted: what has to stay so that all that is wanted has its place. */
export function keptEntries(tree: Tree, isWanted: (row: number) => boolean): Uint8Array {
  const kept = new Uint8Array(tree.rows.length);
  /** By level: whether anything is kept since the last entry of a smaller level. */
  const below: boolean[] = [];
  for (let entry = tree.rows.length - 1; entry >= 0; entry--) {
    const level = tree.levels[entry] as number;
    const keeps = below[level + 1] === true || isWanted(tree.rows[entry] as number);
    below[level + 1] = false;
    if (!keeps) continue;
    kept[entry] = 1;
    below[level] = true;
  }
  return kept;
}

/** The entry of the parent, or -1. */
export function parentEntry(tree: Tree, entry: number): number {
  const level = tree.levels[entry] as number;
  for (let i = entry - 1; i >= 0; i--) if ((tree.levels[i] as number) < level) return i;
  return NONE;
}

/** Children of an entry, without what is below them. */
export function childCount(tree: Tree, entry: number): number {
  return (tree.descendants[entry] as number) > 0 ? (tree.setSizes[entry + 1] as number) : 0;
}

/** Whether any entry below has the given status. */
export function hasBelow(tree: Tree, entry: number, statuses: ArrayLike<number>, status: number): boolean {
  const end = entry + (tree.descendants[entry] as number);
  for (let i = entry + 1; i <= end; i++) if (statuses[tree.rows[i] as number] === status) return true;
  return false;
}

/** How many times as many numbers as there are rows a table of them may span. */
const SPARSE = 4;

/** Where each of the rows is among them; -1 for another one. */
function indexer(rows: readonly number[]): (row: number) => number {
  let first = rows[0] ?? 0;
  let last = first;
  for (const row of rows) {
    if (row < first) first = row;
    if (row > last) last = row;
  }
  // Mostly they follow each other in the store.
  if (last - first < rows.length * SPARSE) {
    const table = new Int32Array(last - first + 1).fill(NONE);
    for (let i = 0; i < rows.length; i++) table[(rows[i] as number) - first] = i;
    return (row) => table[row - first] ?? NONE;
  }
  const places = new Map(rows.map((row, i) => [row, i]));
  return (row) => places.get(row) ?? NONE;
}

function byStart(rows: readonly number[], startTimes: ArrayLike<number>): readonly number[] {
  const start = (row: number) => startTimes[row] as number;
  for (let i = 1; i < rows.length; i++) {
    if (start(rows[i] as number) < start(rows[i - 1] as number)) return [...rows].sort((a, b) => start(a) - start(b));
  }
  return rows;
}

/** Makes a root of one entry of each circle. */
function breakCircles(parents: Int32Array): void {
  /** 0: not seen; otherwise the number of the climb that passed. */
  const climbs = new Int32Array(parents.length);
  for (let i = 0; i < parents.length; i++) {
    let at = i;
    while (at !== NONE && climbs[at] === 0) {
      climbs[at] = i + 1;
      at = parents[at] as number;
    }
    if (at !== NONE && climbs[at] === i + 1) parents[at] = NONE;
  }
}

function walk(ordered: readonly number[], parents: Int32Array): Tree {
  const count = ordered.length;
  const firstChild = new Int32Array(count).fill(NONE);
  const nextSibling = new Int32Array(count).fill(NONE);
  const siblings = new Int32Array(count + 1);
  let firstRoot = NONE;
  for (let i = count - 1; i >= 0; i--) {
    const parent = parents[i] as number;
    nextSibling[i] = parent === NONE ? firstRoot : (firstChild[parent] as number);
    if (parent === NONE) firstRoot = i;
    else firstChild[parent] = i;
    siblings[parent + 1] = (siblings[parent + 1] as number) + 1;
  }
  const tree = {
    rows: new Int32Array(count),
    levels: new Int32Array(count),
    descendants: new Int32Array(count),
    positions: new Int32Array(count),
    setSizes: new Int32Array(count),
  };
  let at = firstRoot;
  let level = 1;
  let position = 1;
  const positionsAbove: number[] = [];
  for (let entry = 0; entry < count; entry++) {
    tree.rows[entry] = ordered[at] as number;
    tree.levels[entry] = level;
    tree.positions[entry] = position;
    tree.setSizes[entry] = siblings[(parents[at] as number) + 1] as number;
    if (firstChild[at] !== NONE) {
      at = firstChild[at] as number;
      level++;
      positionsAbove.push(position);
      position = 1;
      continue;
    }
    while (at !== NONE && nextSibling[at] === NONE) {
      at = parents[at] as number;
      level--;
      position = positionsAbove.pop() ?? 0;
    }
    if (at === NONE) break;
    at = nextSibling[at] as number;
    position++;
  }
  countBelow(tree);
  return tree;
}

/** Fills in `descendants` from the levels, from the last entry to the first. */
function countBelow(tree: Tree): void {
  /** By level: entries seen since the last entry of a smaller level. */
  const below: number[] = [];
  for (let entry = tree.rows.length - 1; entry >= 0; entry--) {
    const level = tree.levels[entry] as number;
    const own = below[level + 1] ?? 0;
    below[level + 1] = 0;
    tree.descendants[entry] = own;
    below[level] = (below[level] ?? 0) + own + 1;
  }
}
