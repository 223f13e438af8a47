import { html, nothing, type PropertyDeclarations, type PropertyValues } from 'lit';
import type { StoredTrace } from '../../src/store/stored-trace.js';
import type { BarSource } from '../draw/bars.js';
import { FollowEvent, NextFrameEvent, type RangeEvent, ResizeEvent, SelectSpanEvent } from '../events.js';
import type { Theme } from '../host.js';
import { HoveredSpan } from '../hovered-span.js';
import type { Filter } from '../layout/filter.js';
import type { TimeRange } from '../layout/scale.js';
import { parentEntry } from '../layout/tree.js';
import { treeAction } from '../layout/tree-keys.js';
import { Matches } from '../matches.js';
import { PanelElement } from '../panel-element.js';
import { RowWindow } from '../row-window.js';
import { base, ROW_HEIGHT, rowList } from '../styles.js';
import { TimeAxis } from '../time-axis.js';
import { windowRows } from '../window-rows.js';
import { type Axis, endOf, renderLines, renderMarked, tickStyles, wholeOf } from './axis.js';
import { renderEmpty } from './empty.js';
import { renderHead } from './head.js';
import { Outline } from './outline.js';
import { type RowView, renderRow } from './row.js';
import { traceStyles } from './trace.styles.js';

/** px of the duration column, which goes where the tree is narrower than that; the tooltips of the bars stay. */
const DURATION_WIDTH = 68;
const NARROW = 440;

/** px of the room at both ends of the axis; the same as in the styles. */
const AXIS_ROOM = 24;

/** What the overview of a trace is made of: other traces come and go without it being painted again. */
function stateOf({ id, rows, openSpans, errors, settled }: StoredTrace, now: number): string {
  return `${id} ${rows.length} ${openSpans} ${errors} ${openSpans > 0 && !settled ? now : ''}`;
}

/**
 * The spans of a trace: a tree of names and their bars on the time axis, in one grid.
 *
 * @fires zonetrace-select-span - the reader chose a span, or none
 * @fires zonetrace-follow - the reader went to a linked span
 * @fires zonetrace-resize - the reader wants another width of the names, in parts of the whole
 * @fires zonetrace-next-frame - a bar grows
 */
export class ZonetraceTrace extends PanelElement {
  static override properties: PropertyDeclarations = {
    trace: { attribute: false },
    selectedRow: { type: Number },
    version: { type: Number },
    now: { type: Number },
    held: { type: Boolean },
    filter: { attribute: false },
    namePart: { type: Number },
    theme: {},
    shortest: { state: true },
    onlyMatches: { state: true },
  };

  declare trace: StoredTrace | undefined;
  /** Row of the store, or -1. */
  declare selectedRow: number;
  declare version: number;
  /** ms since the Unix epoch. */
  declare now: number;
  declare held: boolean;
  declare filter: Filter;
  /** Width of the names: 0.15 to 0.7 of the whole. */
  declare namePart: number;
  declare theme: Theme;
  /** ms: shorter spans are left out. */
  declare protected shortest: number;
  /** Nothing but what the filter finds is shown. */
  declare protected onlyMatches: boolean;

  #window = new RowWindow(this);
  #outline = new Outline();
  #matches = new Matches();
  #axis = new TimeAxis(this, () => this.renderRoot.querySelector('.head .axis')?.getBoundingClientRect());
  #grows = false;
  #height = 0;
  #pressed = -1;
  readonly #hovered = new HoveredSpan(this, (row) => this.#spanRange(row));

  constructor() {
    super();
    this.trace = undefined;
    this.selectedRow = -1;
    this.version = -1;
    this.now = 0;
    this.held = false;
    this.filter = undefined;
    this.namePart = 0.3;
    this.theme = 'system';
    this.shortest = 0;
    this.onlyMatches = false;
  }

  static override styles = [base, rowList, tickStyles, traceStyles];

  /** Chooses the next (1) or previous (-1) span that the filter finds, and opens what hides it; false where there is none. */
  stepMatch(step: 1 | -1): boolean {
    this.#build();
    const entry = this.#outline.nextOf(this.#matchedRows(), this.selectedRow, step);
    if (entry >= 0) this.revealRow(this.#outline.tree.rows[entry] as number);
    return entry >= 0;
  }

  /** Chooses a span, and opens what hides it. */
  revealRow(row: number): void {
    this.#build();
    const entry = this.#outline.entryOf(row);
    if (entry < 0) return;
    this.#outline.show(entry);
    if (this.#outline.placeOf(row) < 0) {
      this.shortest = 0;
      this.onlyMatches = false;
      this.#build();
    }
    this.#select(row);
  }

  /** Shows a span and what is below it as the whole; -1: the trace. */
  showAsRoot(row: number): void {
    this.#outline.root = row;
    this.requestUpdate();
    const range = this.#spanRange(row);
    this.#axis.show(range);
  }

  /** Zooms and pans by the place of a key; false where it means nothing here. */
  timeKey(code: string): boolean {
    if (code === 'KeyR' && this.selectedRow >= 0) {
      this.showAsRoot(this.selectedRow);
      return true;
    }
    if (code === 'KeyG' && this.selectedRow >= 0) {
      this.#groupBelow(this.selectedRow);
      return true;
    }
    if (code !== 'KeyF') return this.#axis.key(code);
    const range = this.#spanRange(this.selectedRow);
    if (range) this.#axis.show(range);
    return range !== undefined;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('trace')) this.#axis.show(undefined);
    this.#build();
  }

  protected override render() {
    const { panel, trace } = this;
    if (!panel || !trace || trace.rows.length === 0)
      return renderEmpty(trace !== undefined, (panel?.store.size ?? 0) > 0);
    const { visible } = this.#outline;
    const { first, last } = this.#window.slice(visible.length);
    this.#axis.whole = wholeOf(trace, this.now);
    const { range } = this.#axis;
    this.#grows = false;
    const entries = Array.from(visible.subarray(first, last));
    const at = this.#outline.placeOf(this.selectedRow);
    return html`
      <zonetrace-minimap
        .panel=${panel}
        .source=${this.#bars(trace)}
        .state=${stateOf(trace, this.now)}
        .whole=${this.#axis.whole}
        .range=${range}
        .theme=${this.theme}
        @zonetrace-range=${(event: RangeEvent) => this.#axis.show(event.range)}
        @zonetrace-point=${this.#axis.point}
      ></zonetrace-minimap>
      <div
        class=${`scroller${this.filter ? ' filtered' : ''}${this.#durationWidth === 0 ? ' narrow' : ''}`}
        role="treegrid"
        tabindex="0"
        aria-label="Spans"
        aria-rowcount=${visible.length + 1}
        aria-colcount="3"
        aria-activedescendant=${at >= first && at < last ? `s${this.selectedRow}` : nothing}
        .style=${`--name:${(this.namePart * 100).toFixed(2)}%;--duration:${this.#durationWidth}px`}
        @scroll=${() => this.#window.scrolled()}
        @keydown=${this.#key}
        @pointerdown=${this.#press}
        @pointermove=${this.#move}
        @pointerup=${this.#axis.release}
        @pointercancel=${this.#axis.leave}
        @pointerleave=${this.#out}
        @wheel=${this.#axis.wheel}
        @click=${this.#click}
        @dblclick=${this.#doubleClick}
      >
        ${this.#head(trace, range)}
        <div class="body" role="rowgroup" .style=${this.#window.bodyStyle}>
          <div class="lines" role="presentation">
            ${renderLines(this.#scale(trace, range))}${renderMarked(range, this.#axis.marked)}
          </div>
          <div class="rows" role="presentation" .style=${this.#window.rowsStyle}>
            ${windowRows(entries, first, (entry, index) =>
              renderRow(this.#rowView(trace, range, entry, first + index)),
            )}
          </div>
        </div>
      </div>
    `;
  }

  protected override updated(changed: PropertyValues<this>): void {
    const scroller = this.renderRoot.querySelector<HTMLElement>('.scroller');
    if (scroller) this.#window.attach(scroller);
    if (changed.has('trace')) this.#window.scrollTop = 0;
    this.#keepInSight();
    if (this.#grows && !this.held) this.dispatchEvent(new NextFrameEvent());
  }

  /** The selected row does not leave the window when that gets smaller, as it does when the details open. */
  #keepInSight(): void {
    const { height, scrollTop } = this.#window;
    const before = this.#height;
    this.#height = height;
    if (height >= before) return;
    const top = this.#outline.placeOf(this.selectedRow) * ROW_HEIGHT;
    if (top >= scrollTop && top < scrollTop + before - ROW_HEIGHT) this.#window.reveal(top / ROW_HEIGHT);
  }

  #bars(trace: StoredTrace): BarSource | undefined {
    const store = this.panel?.store;
    if (!store) return undefined;
    return {
      store,
      lanes: this.#outline.tree.rows,
      size: this.#outline.tree.rows.length,
      openEnd: () => endOf(trace, this.now),
      colourOf: (row) => this.#outline.colourOf(store, trace, row),
    };
  }

  #build(): void {
    const store = this.panel?.store;
    if (!store || !this.trace) return;
    const only = this.onlyMatches && this.filter ? this.#matchedRows() : undefined;
    this.#outline.build(store, this.trace, { shortest: this.shortest, only });
  }

  get #durationWidth(): number {
    return this.#window.width > 0 && this.#window.width < NARROW ? 0 : DURATION_WIDTH;
  }

  #matchedRows(): ReadonlySet<number> {
    const store = this.panel?.store;
    return store && this.trace ? this.#matches.rowsOf(store, this.trace, this.filter) : new Set();
  }

  #rowView(trace: StoredTrace, range: TimeRange, entry: number, index: number): RowView {
    const store = (this.panel as NonNullable<typeof this.panel>).store;
    const { tree } = this.#outline;
    const row = tree.rows[entry] as number;
    const open = Number.isNaN(store.endTimes[row] as number);
    if (open && !trace.settled) this.#grows = true;
    const group = this.#outline.groupAt(entry);
    return {
      store,
      tree,
      entry,
      index,
      row,
      record: store.record(row),
      end: open ? endOf(trace, this.now) : (store.endTimes[row] as number),
      open,
      grows: open && !trace.settled,
      range,
      traceStart: trace.startTime,
      colour: this.#outline.colourOf(store, trace, row),
      showService: this.#outline.severalServices && this.#outline.isBoundary(store, entry),
      collapsed: group !== undefined || this.#outline.isCollapsed(row),
      group,
      below: this.#outline.groupBelow(entry),
      path: this.#outline.pathOf(entry),
      selected: row === this.selectedRow,
      matched: this.filter !== undefined && this.#matchedRows().has(row),
    };
  }

  #head(trace: StoredTrace, range: TimeRange) {
    return renderHead({
      panel: this.panel,
      axis: this.#scale(trace, range),
      width: this.#window.width,
      namePart: this.namePart,
      matches: this.filter && this.#matchedRows().size,
      onlyMatches: this.onlyMatches,
      shortest: this.shortest,
      isZoomed: this.#axis.isZoomed,
      root: this.panel?.store.record(this.#outline.root)?.name,
      leaveRoot: () => this.showAsRoot(-1),
      filterOnly: (only) => {
        this.onlyMatches = only;
      },
      leaveOutBelow: (shortest) => {
        this.shortest = shortest;
      },
      showAll: () => this.#axis.show(undefined),
      resize: this.#resizeNames,
    });
  }

  #scale(trace: StoredTrace, range: TimeRange): Axis {
    const width = this.#window.width * (1 - this.namePart) - this.#durationWidth - AXIS_ROOM;
    return { zero: trace.startTime, range, width };
  }

  #select(row: number): void {
    const index = this.#outline.placeOf(row);
    if (index < 0) return;
    this.#window.makeRoom(this.#outline.visible.length);
    this.#window.reveal(index);
    this.requestUpdate();
    this.dispatchEvent(new SelectSpanEvent(row));
  }

  #toggle(row: number, collapsed: boolean): void {
    const group = this.#outline.groupAt(this.#outline.entryOf(row));
    if (group) this.#outline.group(group, false);
    else this.#outline.collapse(row, collapsed);
    this.requestUpdate();
  }

  #groupBelow(row: number): void {
    const group = this.#outline.groupBelow(this.#outline.entryOf(row));
    if (group) this.#outline.group(group, true);
    this.requestUpdate();
  }

  #jump(row: number): void {
    const link = this.panel?.store.record(row)?.links[0];
    if (link) this.dispatchEvent(new FollowEvent(link.context));
  }

  #spanRange(row: number): TimeRange | undefined {
    const { panel, trace } = this;
    const record = panel?.store.record(row);
    if (!trace || !record) return undefined;
    return { start: record.startTime, end: record.endTime ?? endOf(trace, this.now) };
  }

  #zoom(row: number): void {
    const range = this.#spanRange(row);
    if (range) this.#axis.toggle(range);
  }

  #resizeNames = (event: ResizeEvent): void => {
    event.stopPropagation();
    if (this.#window.width > 0) this.dispatchEvent(new ResizeEvent(event.value / this.#window.width));
  };

  #rowAt(event: Event): number {
    const row = (event.target as Element).closest('.row');
    return row ? Number(row.id.slice(1)) : -1;
  }

  /** Live data can put another span under the pointer before it is released. */
  #press = (event: PointerEvent): void => {
    this.#pressed = this.#rowAt(event);
    this.#axis.press(event);
  };

  #move = (event: PointerEvent): void => {
    this.#axis.move(event);
    this.#hovered.show(this.#rowAt(event));
  };

  #out = (): void => {
    this.#axis.out();
    this.#hovered.show(-1);
  };

  #click = (event: MouseEvent): void => {
    const row = event.detail > 0 ? this.#pressed : this.#rowAt(event);
    if (row < 0 || this.#axis.dragged) return;
    const { className } = (event.target as Element).closest('.repeats, .toggle, .jump') ?? {};
    if (className === 'repeats') this.#groupBelow(row);
    else if (className === 'jump') this.#jump(row);
    else if (className) this.#toggle(row, !this.#outline.isCollapsed(row));
    else this.#select(row);
  };

  #doubleClick = (event: Event): void => {
    const row = this.#pressed;
    if (row >= 0 && !(event.target as Element).closest('.toggle, .repeats, .jump')) this.#zoom(row);
  };

  #key = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target !== event.currentTarget || !this.#act(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
  };

  /** Does what a key asks for; false where it asks for nothing. */
  #act(key: string): boolean {
    const { tree, visible } = this.#outline;
    const row = this.selectedRow;
    const at = this.#outline.placeOf(row);
    const entry = at >= 0 ? (visible[at] as number) : -1;
    const parent = entry >= 0 ? parentEntry(tree, entry) : -1;
    const grouped = entry >= 0 && this.#outline.groupAt(entry) !== undefined;
    const action = treeAction(key, {
      at,
      count: visible.length,
      page: this.#window.page,
      hasChildren: grouped || (entry >= 0 && (tree.descendants[entry] as number) > 0),
      collapsed: grouped || this.#outline.isCollapsed(row),
      parent: parent >= 0 ? this.#outline.placeOf(tree.rows[parent] as number) : -1,
    });
    if (action === undefined) return false;
    if (typeof action === 'object') this.#select(tree.rows[visible[action.to] as number] as number);
    else if (action === 'collapse' || action === 'expand') this.#toggle(row, action === 'collapse');
    else if (action === 'zoom') this.#zoom(row);
    else if (action === 'leave') return this.#leave();
    return true;
  }

  /** One step back: from the zoom, from the span; false where there is nothing to leave. */
  #leave(): boolean {
    if (this.#outline.root >= 0) this.showAsRoot(-1);
    else if (this.#axis.isZoomed) this.#axis.show(undefined);
    else if (this.selectedRow >= 0) this.dispatchEvent(new SelectSpanEvent(undefined));
    else return false;
    return true;
  }
}
