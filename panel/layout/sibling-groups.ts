import type { Tree } from './tree.js';

/** So many siblings of one name are worth a sign: a list fetched item by item looks like this. */
const FEWEST = 5;

const NO_GROUPS: readonly SiblingGroup[] = [];

/** Siblings that have one name. */
export interface SiblingGroup {
  /** The entry of their parent, or -1 where they are roots. */
  readonly parent: number;
  readonly name: string;
  /** Entries of the tree, in the order of their start. */
  readonly members: readonly number[];
}

/** Five or more siblings of one name below an entry, or, below -1, among the roots; the largest group first. */
export function groupSiblings(tree: Tree, parent: number, nameOf: (row: number) => string): readonly SiblingGroup[] {
  const first = parent + 1;
  const hasChildren = parent < 0 ? tree.rows.length > 0 : (tree.descendants[parent] as number) > 0;
  if (!hasChildren || (tree.setSizes[first] as number) < FEWEST) return NO_GROUPS;
  const byName = new Map<string, number[]>();
  const last = parent < 0 ? tree.rows.length - 1 : parent + (tree.descendants[parent] as number);
  for (let at = first; at <= last; at += (tree.descendants[at] as number) + 1) {
    const name = nameOf(tree.rows[at] as number);
    const members = byName.get(name);
    if (members) members.push(at);
    else byName.set(name, [at]);
  }
  return [...byName]
    .filter(([, members]) => members.length >= FEWEST)
    .map(([name, members]) => ({ parent, name, members }))
    .sort((a, b) => b.members.length - a.members.length);
}
