import { css, html, type PropertyDeclarations, type PropertyValues } from 'lit';
import { type SpanStore, STATUS_ERROR } from '../../src/store/span-store.js';
import type { StoredTrace } from '../../src/store/stored-trace.js';
import { type BarSource, rowAt } from '../draw/bars.js';
import { type Colours, Painter } from '../draw/painter.js';
import { NextFrameEvent, type RangeEvent, SelectSpanEvent, SelectTraceEvent } from '../events.js';
import { FrameWork } from '../frame-work.js';
import type { Theme } from '../host.js';
import { HoveredSpan } from '../hovered-span.js';
import { ColourOrder, PALETTE } from '../layout/colours.js';
import { type Filter, matchesFilter } from '../layout/filter.js';
import { formatDuration } from '../layout/format-duration.js';
import { formatOpen } from '../layout/format-open.js';
import { percentOf, type TimeRange } from '../layout/scale.js';
import { growingEnd } from '../layout/ticks.js';
import { SHORTEST } from '../layout/zoom.js';
import { PanelElement } from '../panel-element.js';
import { base, rowList } from '../styles.js';
import { TimeAxis } from '../time-axis.js';
import { type Axis, endOf, renderMarked, renderTicks, tickPercents, tickStyles } from '../trace/axis.js';
import { PageLanes } from './page-lanes.js';
import { LANE, paintTimeline } from './paint-timeline.js';
import { RowMatches } from './row-matches.js';

/** The part of the time that putting traces together may take; with very many spans new ones come into sight so much later. */
const SHARE = 0.1;

/** ms between two overviews while traces are laid out: each is of all of them. */
const OVERVIEW_INTERVAL = 100;

/** px that a pointer may miss a bar by. */
const REACH = 3;

/**
 * All spans of the page on one axis, painted in lanes.
 *
 * @fires zonetrace-select-trace - the reader chose a span of another trace
 * @fires zonetrace-select-span - the reader chose a span
 * @fires zonetrace-next-frame - a bar grows
 */
export class ZonetraceTimeline extends PanelElement {
  static override properties: PropertyDeclarations = {
    traces: { attribute: false },
    trace: { attribute: false },
    selectedRow: { type: Number },
    version: { type: Number },
    now: { type: Number },
    held: { type: Boolean },
    theme: {},
    filter: { attribute: false },
  };

  declare traces: readonly StoredTrace[];
  declare trace: StoredTrace | undefined;
  /** Row of the store, or -1. */
  declare selectedRow: number;
  declare version: number;
  /** ms since the Unix epoch. */
  declare now: number;
  declare held: boolean;
  declare theme: Theme;
  declare filter: Filter;

  #lanes = new PageLanes();
  #isLive = false;
  #spans = 0;
  #names = new ColourOrder<string>();
  #axis = new TimeAxis(this, () => this.renderRoot.querySelector('canvas')?.getBoundingClientRect());
  #painter = new Painter(this, (...args) => this.#paint(...args));
  #scrollTop = 0;
  /** Of the store: what the lanes are made of; -1 where they are not of all traces yet. */
  #version = -1;
  #builds = 0;
  #hasLaidOut = false;
  #buildAgainAt = 0;
  /** ms that the traces have been put together for so far. */
  #buildTime = 0;
  #overviewAgainAt = 0;
  #layOut = new FrameWork(this, true);
  #search = new FrameWork(this);
  #matches = new RowMatches();
  readonly #hovered = new HoveredSpan(this, (row) => this.#spanRange(row));

  constructor() {
    super();
    this.traces = [];
    this.trace = undefined;
    this.selectedRow = -1;
    this.version = -1;
    this.now = 0;
    this.held = false;
    this.theme = 'system';
    this.filter = undefined;
  }

  static override styles = [
    base,
    rowList,
    tickStyles,
    css`
      :host {
        display: flex;
        flex-direction: column;
        overflow: hidden;
      }
      .head {
        display: block;
        flex: none;
        overflow: hidden;
      }
      .ticks {
        position: relative;
        height: 100%;
      }
      .tick {
        border-left: 1px solid var(--zt-guide);
      }
      .before {
        border-left: 0;
        border-right: 1px solid var(--zt-guide);
      }
      .scroller {
        flex: 1;
        min-height: 0;
      }
      .sight {
        position: sticky;
        top: 0;
        height: 100%;
        overflow: hidden;
      }
      .filler {
        width: 1px;
      }
      .said {
        position: absolute;
        top: 0;
        width: 1px;
        height: 1px;
        margin: 0;
        overflow: hidden;
        clip-path: inset(50%);
      }
      canvas {
        display: block;
        width: 100%;
        height: 100%;
      }
      b {
        position: absolute;
        top: 0;
        bottom: 0;
        border-inline: 1px solid var(--zt-accent);
        background: color-mix(in srgb, var(--zt-accent) 18%, transparent);
        pointer-events: none;
      }
    `,
  ];

  /** Zooms and pans by the place of a key; false where it means nothing here. */
  timeKey(code: string): boolean {
    return code === 'KeyF' ? this.#zoom(this.selectedRow, true) : this.#axis.key(code);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const store = this.panel?.store;
    if (!store) return;
    const isChosen = changed.has('trace');
    if (isChosen || this.#version !== this.version) this.#follow(store, isChosen);
    const { start, traces } = this.#lanes;
    let end = start + SHORTEST;
    this.#isLive = false;
    this.#spans = 0;
    for (const trace of traces) {
      end = Math.max(end, endOf(trace, this.now));
      this.#isLive ||= trace.openSpans > 0 && !trace.settled;
      this.#spans += trace.rows.length;
    }
    this.#axis.whole = { start, end: this.#isLive ? start + growingEnd(end - start) : end };
  }

  /** Lays out what has changed, as far as there is time, and puts it together. */
  #follow(store: SpanStore, isChosen: boolean): void {
    const work = this.#layOut;
    work.begin();
    if (isChosen || !work.isOver()) {
      const isDue = isChosen || performance.now() >= this.#buildAgainAt;
      // What took its time in one frame is put together in the next: that takes some ms too.
      const isOver = !isChosen && isDue && this.#hasLaidOut ? () => true : work.isOver;
      const isReady = this.#lanes.prepare(store, this.traces, this.trace, isOver);
      const builds = isDue && (isChosen || this.#hasLaidOut || !work.isOver());
      this.#hasLaidOut = !builds;
      if (builds) {
        const before = performance.now();
        const isBuilt = this.#lanes.build(store, isChosen ? () => false : work.isOver);
        const isDone = isReady && isBuilt;
        this.#version = isDone ? this.version : -1;
        if (isDone || before >= this.#overviewAgainAt) {
          this.#builds++;
          this.#overviewAgainAt = before + OVERVIEW_INTERVAL;
        }
        const after = performance.now();
        this.#buildTime += after - before;
        if (isBuilt) {
          this.#buildAgainAt = after + this.#buildTime / SHARE;
          this.#buildTime = 0;
        } else this.#hasLaidOut = true;
      }
    }
    if (this.#version !== this.version) work.goOn();
  }

  protected override render() {
    const { panel } = this;
    const { traces } = this.#lanes;
    if (!panel || traces.length === 0) {
      return html`<div class="empty"><strong>No traces yet</strong><p>${this.panel?.firstStep ?? 'Click, type or navigate in the page: all of it is drawn here.'}</p></div>`;
    }
    const { whole, range } = this.#axis;
    const lanes = this.#lanes.count * LANE;
    return html`
      <zonetrace-minimap
        .panel=${panel}
        .source=${this.#bars()}
        .state=${`${this.#builds} ${this.#isLive ? this.now : ''}`}
        .whole=${whole}
        .range=${range}
        .theme=${this.theme}
        @zonetrace-range=${(event: RangeEvent) => this.#axis.show(event.range)}
        @zonetrace-point=${this.#axis.point}
      ></zonetrace-minimap>
      <div class="head"><div class="ticks" .style=${`width:${this.#painter.width}px`}>${renderTicks(this.#scale)}</div></div>
      <div class="scroller" @scroll=${this.#scroll}>
        <div
          class="sight"
          role="application"
          tabindex="0"
          aria-label="Timeline of all traces"
          aria-describedby="says"
          @keydown=${this.#key}
          @wheel=${this.#axis.wheel}
          @pointerdown=${this.#axis.press}
          @pointermove=${this.#move}
          @pointerup=${this.#axis.release}
          @pointercancel=${this.#axis.leave}
          @pointerleave=${this.#out}
          @click=${this.#click}
          @dblclick=${(event: MouseEvent) => this.#zoom(this.#rowAt(event))}
        >
          <canvas
            id="says"
            class="axis"
            role="img"
            aria-label=${`${traces.length} traces and ${this.#spans} spans in ${formatDuration(whole.end - whole.start)}. Left and right choose a span, Enter zooms to it. The same spans stand in the view Trace.`}
          ></canvas>
          ${renderMarked(range, this.#axis.marked)}
        </div>
        <p class="said" role="status">${this.#said()}</p>
        <div class="filler" .style=${`height:${Math.max(0, lanes - this.#painter.height)}px`}></div>
      </div>
    `;
  }

  protected override updated(): void {
    if (this.#isLive && !this.held) this.dispatchEvent(new NextFrameEvent());
  }

  get #scale(): Axis {
    return { zero: this.#lanes.start, range: this.#axis.range, width: this.#painter.width };
  }

  #bars(): BarSource | undefined {
    const store = this.panel?.store;
    if (!store) return undefined;
    const several = store.services.length > 1;
    return {
      store,
      lanes: this.#lanes.spans,
      failed: this.#lanes.failed,
      size: this.#lanes.size,
      openEnd: (row) => {
        const trace = store.traceOf(row);
        return trace ? endOf(trace, this.now) : this.now;
      },
      colourOf: (row) =>
        several
          ? (store.serviceIds[row] as number) % PALETTE.length
          : this.#names.placeOf(store.record(row)?.name ?? ''),
    };
  }

  #paint(context: CanvasRenderingContext2D, width: number, height: number, colours: Colours): void {
    const source = this.#bars();
    if (!source) return;
    const { filter, selectedRow } = this;
    this.#search.begin();
    this.#matches.begin(source.store, filter, this.#search.isOver);
    paintTimeline(context, width, height, {
      source,
      colours,
      sections: this.#lanes.sections,
      range: this.#axis.range,
      ticks: tickPercents(this.#scale),
      top: this.#scrollTop,
      matches: filter && ((row) => this.#matches.has(row)),
      selected: selectedRow,
      selectedLane: this.#lanes.laneOf(source.store, selectedRow),
    });
    if (filter && this.#matches.goesOn) this.#search.goOn();
  }

  /** The row under the pointer, or next to it; or -1. */
  #rowAt(event: MouseEvent): number {
    const source = this.#bars();
    const box = this.renderRoot.querySelector('canvas')?.getBoundingClientRect();
    if (!source || !box) return -1;
    const lane = Math.floor((event.clientY - box.top + this.#scrollTop) / LANE);
    const spans = this.#lanes.spans[lane];
    if (!spans) return -1;
    const { range } = this.#axis;
    const ms = (range.end - range.start) / box.width;
    return rowAt(source, spans, range.start + (event.clientX - box.left) * ms, REACH * ms);
  }

  #select(row: number): void {
    const store = this.panel?.store;
    const trace = store?.traceOf(row);
    if (!trace) return;
    if (trace !== this.trace) this.dispatchEvent(new SelectTraceEvent(trace));
    this.dispatchEvent(new SelectSpanEvent(row));
  }

  /** Chooses the next (1) or previous (-1) span that the filter finds, and round again; false where there is none. */
  stepMatch(step: 1 | -1): boolean {
    const { panel, filter } = this;
    if (!panel || !filter) return false;
    const { store } = panel;
    const isFound = (row: number) => {
      const record = store.record(row);
      return record !== undefined && matchesFilter(filter, record, store.serviceOf(row));
    };
    const nextFrom = (from: number) => {
      for (let at = from; ; ) {
        const next = this.#lanes.nextOf(store, at, step);
        if (next === at || isFound(next)) return next === at ? -1 : next;
        at = next;
      }
    };
    let row = nextFrom(this.selectedRow);
    if (row < 0) row = nextFrom(-1);
    if (row >= 0) this.#reveal(row);
    return row >= 0;
  }

  /** Chooses the next (1) or previous (-1) span by its place. */
  #step(step: 1 | -1): void {
    const store = this.panel?.store;
    const row = store ? this.#lanes.nextOf(store, this.selectedRow, step) : -1;
    if (row >= 0) this.#reveal(row);
  }

  /** Chooses a span, and brings it into sight. */
  #reveal(row: number): void {
    const store = this.panel?.store;
    if (!store) return;
    const part = percentOf(this.#axis.range, store.startTimes[row] as number) / 100;
    if (part < 0 || part > 1) this.#axis.pan(part - 0.2);
    const scroller = this.renderRoot.querySelector('.scroller');
    const y = this.#lanes.laneOf(store, row) * LANE;
    if (scroller && (y < this.#scrollTop || y + LANE > this.#scrollTop + this.#painter.height)) {
      scroller.scrollTop = y - this.#painter.height / 2;
    }
    this.#select(row);
  }

  /** Shows a span, or all where it is shown already; false where there is none. */
  #zoom(row: number, always = false): boolean {
    const range = this.#spanRange(row);
    if (!range) return false;
    if (always) this.#axis.show(range);
    else this.#axis.toggle(range);
    return true;
  }

  #spanRange(row: number): TimeRange | undefined {
    const record = this.panel?.store.record(row);
    const trace = this.panel?.store.traceOf(row);
    return record && trace && { start: record.startTime, end: record.endTime ?? endOf(trace, this.now) };
  }

  #key = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'ArrowRight' || event.key === 'ArrowLeft') this.#step(event.key === 'ArrowRight' ? 1 : -1);
    else if (event.key === 'Enter') this.#zoom(this.selectedRow);
    else if (event.key === 'Escape' && this.#axis.isZoomed) this.#axis.show(undefined);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  #scroll = (event: Event): void => {
    this.#scrollTop = (event.target as Element).scrollTop;
    this.requestUpdate();
  };

  #move = (event: PointerEvent): void => {
    this.#axis.move(event);
    const row = this.#axis.marked ? -1 : this.#rowAt(event);
    (event.currentTarget as HTMLElement).title = this.#describe(row);
    this.#hovered.show(row);
  };

  #out = (): void => {
    this.#axis.out();
    this.#hovered.show(-1);
  };

  #describe(row: number): string {
    const store = this.panel?.store;
    const record = store?.record(row);
    if (!record) return '';
    const took =
      record.endTime === undefined
        ? formatOpen(store?.traceOf(row)?.settled === true)
        : formatDuration(record.endTime - record.startTime);
    return `${record.name}: ${took}, at ${formatDuration(record.startTime - this.#lanes.start)}`;
  }

  /** The chosen span, for who does not see its frame. */
  #said(): string {
    const { panel, selectedRow } = this;
    const lane = panel ? this.#lanes.laneOf(panel.store, selectedRow) : -1;
    if (!panel || lane < 0) return '';
    const kind = this.#lanes.sections.findLast((section) => section.lane <= lane)?.kind;
    const failed = panel.store.statuses[selectedRow] === STATUS_ERROR ? ', failed' : '';
    return `${this.#describe(selectedRow)}${failed}, among ${kind}`;
  }

  #click = (event: MouseEvent): void => {
    if (!this.#axis.dragged) this.#select(this.#rowAt(event));
  };
}
