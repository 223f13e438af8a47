import { html, nothing, type PropertyDeclarations, type PropertyValues } from 'lit';
import type { StoredTrace, TraceSource } from '../../src/store/stored-trace.js';
import { cutName } from '../cut-name.js';
import { CompareEvent, FilterEvent, NextFrameEvent, SelectTraceEvent } from '../events.js';
import { FrameWork } from '../frame-work.js';
import { PALETTE } from '../layout/colours.js';
import type { Filter } from '../layout/filter.js';
import { formatClock } from '../layout/format-clock.js';
import { formatCount } from '../layout/format-count.js';
import { formatDuration, formatGrowing } from '../layout/format-duration.js';
import { formatOpen } from '../layout/format-open.js';
import { listStep } from '../layout/list-keys.js';
import { Matches } from '../matches.js';
import { PanelElement } from '../panel-element.js';
import { RowWindow } from '../row-window.js';
import { base, ROW_HEIGHT, rowList, sortingHead } from '../styles.js';
import { windowRows } from '../window-rows.js';
import { sortTraces, type TraceColumn } from './sort.js';
import { Sparklines } from './sparkline.js';
import { TraceServices, traceName } from './summary.js';
import { tracesStyles } from './traces.styles.js';

const COLUMNS: readonly (readonly [TraceColumn, string, string])[] = [
  ['time', 'Time', 'When it began; newest first'],
  ['name', 'Trace', 'The name of its root'],
  ['duration', 'Duration', 'From its first start to its last end'],
  ['spans', 'Spans', 'How many it has'],
  ['errors', 'Err', 'Spans that ended with an error'],
];

/** How the reader knows a trace that is not of this load of the page. */
const SOURCE_SIGNS: Record<TraceSource['kind'], string> = { file: 'in', load: '↺', tab: '⧉' };

function sourceTitle({ kind, name }: TraceSource): string {
  return { file: `From the file ${name}`, load: `Of an earlier load: ${name}`, tab: `Of another tab: ${name}` }[kind];
}

/**
 * The list of traces, those first that began last.
 *
 * @fires zonetrace-select-trace - the reader chose one
 * @fires zonetrace-compare - the reader wants to see the selected one beside another
 * @fires zonetrace-next-frame - a duration grows
 */
export class ZonetraceTraces extends PanelElement {
  static override properties: PropertyDeclarations = {
    traces: { attribute: false },
    selected: { attribute: false },
    version: { type: Number },
    now: { type: Number },
    held: { type: Boolean },
    filter: { attribute: false },
    compared: { attribute: false },
    column: { state: true },
    ascending: { state: true },
  };

  /** By when they began. */
  declare traces: readonly StoredTrace[];
  declare selected: StoredTrace | undefined;
  declare version: number;
  /** ms since the Unix epoch. */
  declare now: number;
  declare held: boolean;
  declare filter: Filter;
  /** The trace that the selected one is compared with. */
  declare compared: StoredTrace | undefined;
  declare protected column: TraceColumn;
  declare protected ascending: boolean;

  #window = new RowWindow(this);
  #matches = new Matches();
  #services = new TraceServices();
  #sparklines = new Sparklines();
  /** As they are sorted. */
  #shown: readonly StoredTrace[] = [];
  #grows = false;
  #search = new FrameWork(this);
  #pressed: StoredTrace | undefined;

  constructor() {
    super();
    this.traces = [];
    this.selected = undefined;
    this.version = -1;
    this.now = 0;
    this.held = false;
    this.filter = undefined;
    this.compared = undefined;
    this.column = 'time';
    this.ascending = false;
  }

  static override styles = [base, rowList, sortingHead, tracesStyles];

  /** The first of those that are listed. */
  get first(): StoredTrace | undefined {
    return this.#shown[0];
  }

  /** Scrolls as little as needed to have the selected one in sight. */
  revealSelected(): void {
    const at = this.selected ? this.#shown.indexOf(this.selected) : -1;
    if (at >= 0) this.#window.reveal(at);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    this.#grows = false;
    const before = this.#shown;
    const store = this.panel?.store;
    this.#shown = store ? sortTraces(store, this.#filtered(), this.column, this.ascending) : [];
    if (!changed.has('filter') && !changed.has('column' as never) && !changed.has('ascending' as never))
      this.#keepPlace(before);
  }

  protected override render() {
    const store = this.panel?.store;
    if (!store) return nothing;
    const shown = this.#shown;
    const { first, last } = this.#window.slice(shown.length);
    const inSight = shown.slice(first, last);
    const { selected } = this;
    return html`
      <div
        class="scroller"
        role="grid"
        tabindex="0"
        aria-label="Traces"
        aria-rowcount=${shown.length + 1}
        aria-activedescendant=${selected && inSight.includes(selected) ? `t${selected.id}` : nothing}
        @scroll=${() => this.#window.scrolled()}
        @keydown=${this.#key}
        @pointerdown=${this.#press}
        @click=${this.#click}
      >
        <div class="head" role="row" aria-rowindex="1">
          ${COLUMNS.map(([column, label, title]) => this.#columnHead(column, label, title))}
        </div>
        <div class="body" role="rowgroup" .style=${this.#window.bodyStyle}>
          <div class="rows" role="presentation" .style=${this.#window.rowsStyle}>
            ${windowRows(inSight, first, (trace, index) => this.#row(trace, first + index))}
          </div>
        </div>
        ${shown.length === 0 ? this.#empty() : nothing}
      </div>
    `;
  }

  protected override firstUpdated(): void {
    const scroller = this.renderRoot.querySelector<HTMLElement>('.scroller');
    if (scroller) this.#window.attach(scroller);
  }

  protected override updated(): void {
    if (this.#grows && !this.held) this.dispatchEvent(new NextFrameEvent());
  }

  #row(trace: StoredTrace, index: number) {
    const store = this.panel?.store;
    if (!store) return nothing;
    const name = traceName(store, trace);
    const pending = trace.openSpans > 0;
    const grows = pending && !trace.settled;
    if (grows) this.#grows = true;
    const duration = grows
      ? formatGrowing(this.now - trace.startTime)
      : formatDuration(trace.endTime - trace.startTime);
    return html`<div
      class=${trace.source ? 'row elsewhere' : 'row'}
      role="row"
      id=${`t${trace.id}`}
      aria-rowindex=${index + 2}
      aria-selected=${trace === this.selected}
    >
      <span role="gridcell" class="number muted time" title=${formatClock(trace.startTime, 'ms')}>
        ${formatClock(trace.startTime)}
      </span>
      <span role="gridcell" class="name" title=${name}>
        <bdi class="cut">${cutName(name)}</bdi>
        ${(store.services.length > 1 ? this.#services.of(store, trace) : []).map(
          (service) =>
            html`<i class="swatch" title=${store.services[service] ?? ''} .style=${`--c:var(--zt-c${service % PALETTE.length})`}></i>`,
        )}
        ${trace.source ? html`<span class="source" title=${sourceTitle(trace.source)}>${SOURCE_SIGNS[trace.source.kind]} ${trace.source.name}</span>` : nothing}
        ${this.compared === trace ? html`<i class="compared" role="img" aria-label="compared" title="Compared with the selected one">⇄</i>` : nothing}
      </span>
      <span role="gridcell" class="shape">${this.#sparklines.of(store, trace)}</span>
      <span role="gridcell" class=${grows ? 'number muted' : 'number'}>
        ${pending ? html`<i class="pending" title=${`A span of it ${grows ? 'is ' : ''}${formatOpen(!grows)}`}></i>` : nothing}${duration}
      </span>
      <span role="gridcell" class="number muted spans">${formatCount(trace.rows.length)}</span>
      <span role="gridcell" class="number error">${trace.errors > 0 ? formatCount(trace.errors) : nothing}</span>
    </div>`;
  }

  #columnHead(column: TraceColumn, label: string, title: string) {
    const isSorted = this.column === column;
    const sort = () => {
      this.ascending = isSorted ? !this.ascending : column === 'name';
      this.column = column;
    };
    return html`<span
        role="columnheader"
        class=${column === 'time' || column === 'name' ? '' : `number ${column}`}
        aria-sort=${isSorted ? (this.ascending ? 'ascending' : 'descending') : nothing}
        ><button title=${title} @click=${sort}>${label}${isSorted && (column !== 'time' || this.ascending) ? (this.ascending ? ' ▲' : ' ▼') : ''}</button></span
      >${column === 'name' ? html`<span role="columnheader" class="shape" title="How many spans were open over its time">Shape</span>` : nothing}`;
  }

  #empty() {
    const store = this.panel?.store;
    if (this.filter) {
      return html`<div class="empty">
        <strong>No trace matches</strong>
        <button class="link" @click=${() => this.dispatchEvent(new FilterEvent(''))}>Clear the filter</button>
      </div>`;
    }
    return store?.recording === false
      ? html`<div class="empty"><strong>Recording is paused</strong><p>Press the round button above to record again.</p></div>`
      : html`<div class="empty">
          <strong>No traces yet</strong>
          <p>${this.panel?.firstStep ?? 'Click, type or navigate in the page: each interaction becomes a trace here.'}</p>
        </div>`;
  }

  #filtered(): readonly StoredTrace[] {
    const store = this.panel?.store;
    if (!store) return [];
    this.#search.begin();
    const shown: StoredTrace[] = [];
    for (let i = this.traces.length - 1; i >= 0; i--) {
      const trace = this.traces[i] as StoredTrace;
      if (trace.rows.length === 0) continue;
      const matches = this.#matches.has(store, trace, this.filter, this.#search.isOver);
      if (matches === undefined) {
        this.#search.goOn();
        break;
      }
      if (matches) shown.push(trace);
    }
    return shown;
  }

  /** Holds the rows that are read where they are while new ones come above. */
  #keepPlace(before: readonly StoredTrace[]): void {
    const { scrollTop } = this.#window;
    if (scrollTop === 0) return;
    const anchor = before[Math.floor(scrollTop / ROW_HEIGHT)];
    if (!anchor) return;
    const moved = this.#shown.indexOf(anchor) - before.indexOf(anchor);
    if (moved <= 0) return;
    this.#window.makeRoom(this.#shown.length);
    this.#window.scrollTop = scrollTop + moved * ROW_HEIGHT;
  }

  #traceAt(event: Event): StoredTrace | undefined {
    const row = (event.target as Element).closest('.row');
    return row ? this.#shown.find(({ id }) => `t${id}` === row.id) : undefined;
  }

  /** New traces can put another one under the pointer before it is released. */
  #press = (event: Event): void => {
    this.#pressed = this.#traceAt(event);
  };

  #click = (event: MouseEvent): void => {
    const trace = event.detail > 0 ? this.#pressed : this.#traceAt(event);
    if (trace && (event.ctrlKey || event.metaKey)) this.dispatchEvent(new CompareEvent(trace));
    else if (trace) this.dispatchEvent(new SelectTraceEvent(trace));
  };

  #key = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'c' && this.selected) this.dispatchEvent(new CompareEvent(this.selected));
    const at = this.selected ? this.#shown.indexOf(this.selected) : -1;
    const index = listStep(event.key, at, this.#shown.length, this.#window.page);
    if (index === undefined) return;
    event.preventDefault();
    this.#window.reveal(index);
    this.dispatchEvent(new SelectTraceEvent(this.#shown[index] as StoredTrace));
  };
}
