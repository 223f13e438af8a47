import type { SpanStore } from '../../src/store/span-store.js';
import type { StoredTrace } from '../../src/store/stored-trace.js';
import { ColourOrder, PALETTE } from '../layout/colours.js';
import type { PathSegment } from '../layout/critical-path.js';
import { namePattern } from '../layout/name-pattern.js';
import { groupSiblings, type SiblingGroup } from '../layout/sibling-groups.js';
import { buildTree, CLOSED, HIDDEN, keptEntries, parentEntry, type Tree, visibleEntries } from '../layout/tree.js';
import { pathOfTrace } from '../trace-path.js';
import { treeOfTrace } from '../trace-tree.js';

const NOTHING = buildTree([], [], []);

/** Which spans the reader wants to see, in whatever trace. */
export interface Lens {
  /** ms: ended spans that took less, and hold nothing longer, are left out. */
  readonly shortest: number;
  /** Rows: nothing but these and what is above them; undefined: everything. */
  readonly only: ReadonlySet<number> | undefined;
}

const EVERYTHING: Lens = { shortest: 0, only: undefined };

/** What the reader has done to one trace. */
interface Choices {
  /** Rows. */
  readonly collapsed: Set<number>;
  /** Groups of siblings that are one row, by `keyOf`. */
  readonly grouped: Set<string>;
  /** The row that stands for the whole, or -1. */
  root: number;
}

/** What is shown of a trace: its tree, and what the reader has collapsed, grouped and left out, kept trace by trace. */
export class Outline {
  tree: Tree = NOTHING;
  /** Entries of the tree. */
  visible: Int32Array = new Int32Array();
  /** Colours stand for services, not for names. */
  severalServices = false;
  #store: SpanStore | undefined;
  #trace: StoredTrace | undefined;
  #lens = EVERYTHING;
  #built = '';
  #choices = new WeakMap<StoredTrace, Choices>();
  #colours = new WeakMap<StoredTrace, { readonly names: ColourOrder<string>; read: number }>();
  /** By the entry of their parent: asked for so far. */
  #groups = new Map<number, readonly SiblingGroup[]>();
  /** The groups that are one row now, by the entry of their first member. */
  #heads = new Map<number, SiblingGroup>();

  /** Follows the trace; does nothing where neither it nor the lens has changed. */
  build(store: SpanStore, trace: StoredTrace, lens: Lens = EVERYTHING): void {
    const isNew = trace !== this.#trace;
    const state = `${trace.rows.length} ${lens.shortest > 0 ? trace.openSpans : ''}`;
    if (!isNew && state === this.#built && lens.shortest === this.#lens.shortest && lens.only === this.#lens.only)
      return;
    const hasGrown = isNew || trace.rows.length !== this.tree.rows.length;
    this.#store = store;
    this.#trace = trace;
    this.#lens = lens;
    this.#built = state;
    if (hasGrown) {
      this.tree = treeOfTrace(store, trace);
      const service = store.serviceIds[trace.rows[0] ?? 0];
      this.severalServices = trace.rows.some((row) => store.serviceIds[row] !== service);
      this.#groups.clear();
    }
    this.#look();
  }

  /** The row that stands for the whole trace, or -1. */
  get root(): number {
    return this.#chosen?.root ?? -1;
  }

  /** Shows a row and what is below it only; -1: the whole trace. */
  set root(row: number) {
    if (this.#chosen) this.#chosen.root = row;
    this.#look();
  }

  isCollapsed(row: number): boolean {
    return this.#chosen?.collapsed.has(row) === true;
  }

  collapse(row: number, collapsed: boolean): void {
    if (collapsed) this.#chosen?.collapsed.add(row);
    else this.#chosen?.collapsed.delete(row);
    this.#look();
  }

  /** The largest group among the children of an entry that is not one row now. */
  groupBelow(entry: number): SiblingGroup | undefined {
    return this.#groupsBelow(entry).find((group) => !this.#isGrouped(group));
  }

  /** The group that an entry stands for. */
  groupAt(entry: number): SiblingGroup | undefined {
    return this.#heads.get(entry);
  }

  /** Makes one row of a group, or all of its rows again. */
  group(group: SiblingGroup, grouped: boolean): void {
    if (grouped) this.#chosen?.grouped.add(this.#keyOf(group));
    else this.#chosen?.grouped.delete(this.#keyOf(group));
    this.#look();
  }

  /** The parts of an entry on the critical path. */
  pathOf(entry: number): readonly PathSegment[] {
    if (!this.#store || !this.#trace) return [];
    return pathOfTrace(this.#store, this.#trace).get(this.tree.rows[entry] as number) ?? [];
  }

  /** Opens everything that hides an entry, and answers its row. */
  show(entry: number): number {
    const chosen = this.#chosen;
    const row = this.tree.rows[entry] as number;
    if (!chosen) return row;
    let isInside = chosen.root < 0 || chosen.root === row;
    for (let child = entry, at = parentEntry(this.tree, entry); ; child = at, at = parentEntry(this.tree, at)) {
      for (const group of this.#groupsBelow(at))
        if (group.members.includes(child)) chosen.grouped.delete(this.#keyOf(group));
      if (at < 0) break;
      const above = this.tree.rows[at] as number;
      chosen.collapsed.delete(above);
      if (above === chosen.root) isInside = true;
    }
    if (!isInside) chosen.root = -1;
    this.#look();
    return row;
  }

  /** The entry of a row, or -1. */
  entryOf(row: number): number {
    return row < 0 ? -1 : this.tree.rows.indexOf(row);
  }

  /** The next (1) or previous (-1) entry of one of the rows, seen from a row, and round again; or -1. */
  nextOf(rows: ReadonlySet<number>, from: number, step: 1 | -1): number {
    const count = this.tree.rows.length;
    const start = this.entryOf(from);
    for (let i = 1; i <= count; i++) {
      const at = start < 0 && step < 0 ? count - i : start + step * i;
      const entry = ((at % count) + count) % count;
      if (rows.has(this.tree.rows[entry] as number)) return entry;
    }
    return -1;
  }

  /** Where among the visible a row is, or -1. */
  placeOf(row: number): number {
    const entry = this.entryOf(row);
    let low = 0;
    for (let high = this.visible.length; low < high; ) {
      const middle = (low + high) >> 1;
      if ((this.visible[middle] as number) < entry) low = middle + 1;
      else high = middle;
    }
    return entry >= 0 && this.visible[low] === entry ? low : -1;
  }

  /**
   * The place in the palette of a row's bar: by name where the trace has one service, by service where it has several,
   * which then has the same colour in every trace.
   */
  colourOf(store: SpanStore, trace: StoredTrace, row: number): number {
    if (this.severalServices) return (store.serviceIds[row] as number) % PALETTE.length;
    let colours = this.#colours.get(trace);
    if (!colours) {
      colours = { names: new ColourOrder(), read: 0 };
      this.#colours.set(trace, colours);
    }
    const { names } = colours;
    const name = store.record(row)?.name ?? '';
    // In the order of the trace, read as far as the name.
    while (!names.has(name) && colours.read < trace.rows.length)
      names.placeOf(store.record(trace.rows[colours.read++] as number)?.name ?? '');
    return names.placeOf(name);
  }

  /** Whether an entry is of another service than its parent. */
  isBoundary(store: SpanStore, entry: number): boolean {
    const parent = parentEntry(this.tree, entry);
    const service = (at: number) => store.serviceIds[this.tree.rows[at] as number];
    return parent < 0 || service(entry) !== service(parent);
  }

  get #chosen(): Choices | undefined {
    const trace = this.#trace;
    if (!trace) return undefined;
    let choices = this.#choices.get(trace);
    if (!choices) {
      choices = { collapsed: new Set(), grouped: new Set(), root: -1 };
      this.#choices.set(trace, choices);
    }
    return choices;
  }

  #groupsBelow(parent: number): readonly SiblingGroup[] {
    let groups = this.#groups.get(parent);
    if (!groups) {
      groups = groupSiblings(this.tree, parent, (row) => namePattern(this.#store?.record(row)?.name ?? ''));
      this.#groups.set(parent, groups);
    }
    return groups;
  }

  /** Entries move when spans arrive; the parent's row and the name do not. */
  #keyOf({ parent, name }: SiblingGroup): string {
    return `${parent < 0 ? -1 : this.tree.rows[parent]} ${name}`;
  }

  #isGrouped(group: SiblingGroup): boolean {
    return this.#chosen?.grouped.has(this.#keyOf(group)) === true;
  }

  #look(): void {
    const { tree } = this;
    const how = new Uint8Array(tree.rows.length);
    const chosen = this.#chosen;
    this.#heads.clear();
    if (chosen && chosen.collapsed.size > 0) {
      for (let entry = 0; entry < how.length; entry++)
        if (chosen.collapsed.has(tree.rows[entry] as number)) how[entry] = CLOSED;
    }
    if (chosen && chosen.grouped.size > 0) this.#closeGroups(how);
    this.#leaveOut(how);
    const root = chosen && chosen.root >= 0 ? this.entryOf(chosen.root) : -1;
    this.visible =
      root < 0
        ? visibleEntries(tree, how)
        : visibleEntries(tree, how, root, root + (tree.descendants[root] as number) + 1);
  }

  #closeGroups(how: Uint8Array): void {
    for (let parent = -1; parent < how.length; parent++) {
      for (const group of this.#groupsBelow(parent)) {
        if (!this.#isGrouped(group)) continue;
        for (const member of group.members) how[member] = HIDDEN;
        const [first] = group.members as [number];
        how[first] = CLOSED;
        this.#heads.set(first, group);
      }
    }
  }

  #leaveOut(how: Uint8Array): void {
    const store = this.#store;
    const { shortest, only } = this.#lens;
    if (!store || (shortest <= 0 && !only)) return;
    const isLong = (row: number) => {
      const end = store.endTimes[row] as number;
      return Number.isNaN(end) || end - (store.startTimes[row] as number) >= shortest;
    };
    const kept = keptEntries(this.tree, (row) => isLong(row) && (!only || only.has(row)));
    for (let entry = 0; entry < how.length; entry++) if (!kept[entry]) how[entry] = HIDDEN;
    for (const [head, group] of this.#heads) if (group.members.some((member) => kept[member])) how[head] = CLOSED;
  }
}
