import type { SpanStore, StoredTrace } from '../../src/store/span-store.js';
import { ColourOrder, PALETTE } from '../layout/colours.js';
import { buildTree, parentEntry, type Tree, visibleEntries } from '../layout/tree.js';

const NOTHING = buildTree([], [], []);

/** What is shown of a trace: its tree, and what the reader has collapsed in it, which is kept trace by trace. */
export class Outline {
  tree: Tree = NOTHING;
  /** Entries of the tree. */
  visible: Int32Array = new Int32Array();
  /** Colours stand for services, not for names. */
  severalServices = false;
  #trace: StoredTrace | undefined;
  #builtRows = 0;
  #collapsed = new WeakMap<StoredTrace, Set<number>>();
  #colours = new WeakMap<StoredTrace, ColourOrder<string>>();
  #places: Map<number, number> | undefined;

  /** Follows the trace; does nothing where it has not changed. */
  build(store: SpanStore, trace: StoredTrace): void {
    if (trace === this.#trace && trace.rows.length === this.#builtRows) return;
    this.#trace = trace;
    this.#builtRows = trace.rows.length;
    this.tree = buildTree(trace.rows, store.parents, store.startTimes);
    const service = store.serviceIds[trace.rows[0] ?? 0];
    this.severalServices = trace.rows.some((row) => store.serviceIds[row] !== service);
    this.#look();
  }

  isCollapsed(row: number): boolean {
    return this.#collapsedRows().has(row);
  }

  collapse(row: number, collapsed: boolean): void {
    if (collapsed) this.#collapsedRows().add(row);
    else this.#collapsedRows().delete(row);
    this.#look();
  }

  /** Opens everything above an entry and answers its row. */
  show(entry: number): number {
    const collapsed = this.#collapsedRows();
    for (let at = parentEntry(this.tree, entry); at >= 0; at = parentEntry(this.tree, at)) {
      collapsed.delete(this.tree.rows[at] as number);
    }
    this.#look();
    return this.tree.rows[entry] as number;
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
    if (row < 0) return -1;
    if (!this.#places) {
      this.#places = new Map();
      for (let i = 0; i < this.visible.length; i++)
        this.#places.set(this.tree.rows[this.visible[i] as number] as number, i);
    }
    return this.#places.get(row) ?? -1;
  }

  /**
   * The place in the palette of a row's bar: by name where the trace has one service, by service where it has several,
   * which then has the same colour in every trace.
   */
  colourOf(store: SpanStore, trace: StoredTrace, row: number): number {
    if (this.severalServices) return (store.serviceIds[row] as number) % PALETTE.length;
    let colours = this.#colours.get(trace);
    if (!colours) {
      colours = new ColourOrder();
      for (const each of trace.rows) colours.placeOf(store.record(each)?.name ?? '');
      this.#colours.set(trace, colours);
    }
    return colours.placeOf(store.record(row)?.name ?? '');
  }

  /** Whether an entry is of another service than its parent. */
  isBoundary(store: SpanStore, entry: number): boolean {
    const parent = parentEntry(this.tree, entry);
    const service = (at: number) => store.serviceIds[this.tree.rows[at] as number];
    return parent < 0 || service(entry) !== service(parent);
  }

  #collapsedRows(): Set<number> {
    const trace = this.#trace;
    if (!trace) return new Set();
    let rows = this.#collapsed.get(trace);
    if (!rows) {
      rows = new Set();
      this.#collapsed.set(trace, rows);
    }
    return rows;
  }

  #look(): void {
    this.visible = visibleEntries(this.tree, this.#collapsedRows());
    this.#places = undefined;
  }
}
