import { css, html, nothing, type PropertyDeclarations, type PropertyValues } from 'lit';
import type { StoredTrace } from '../../src/store/stored-trace.js';
import { cutName } from '../cut-name.js';
import { CompareEvent, FilterEvent } from '../events.js';
import { compareTraces, type NameDifference } from '../layout/compare.js';
import { phraseOf } from '../layout/filter.js';
import { formatClock } from '../layout/format-clock.js';
import { formatDuration } from '../layout/format-duration.js';
import { NameList } from '../name-list.js';
import { PanelElement } from '../panel-element.js';
import { base, rowList } from '../styles.js';
import { traceName } from '../traces/summary.js';

/** Rounding makes no difference; ms. */
const EQUAL = 0.005;

const COLUMNS: readonly (readonly [string, string, string])[] = [
  ['Name', '', 'All ended spans of a name; ids in paths are a *'],
  ['Count', 'number count', 'How many there were before'],
  ['Before', 'number', 'The sum of their durations'],
  ['Count', 'number count', 'How many there are after'],
  ['After', 'number', 'The sum of their durations'],
  ['Change', 'number all', 'Of the durations'],
  ['Self', 'number', 'Of the change, what no child accounts for; the largest first'],
];

/**
 * Two traces beside each other, by the names of their spans: the same click before and after a change.
 *
 * @fires zonetrace-compare - the reader is done
 * @fires zonetrace-filter - the reader chose a name
 */
export class ZonetraceCompare extends PanelElement {
  static override properties: PropertyDeclarations = {
    earlier: { attribute: false },
    later: { attribute: false },
    version: { type: Number },
  };

  declare earlier: StoredTrace | undefined;
  declare later: StoredTrace | undefined;
  /** Of the store; asks for an update when it changes. */
  declare version: number;

  #list = new NameList<NameDifference>(this, (name) => {
    const row = this.#list.rows.find((each) => each.name === name);
    this.dispatchEvent(new FilterEvent(phraseOf(row?.start ?? name)));
  });

  constructor() {
    super();
    this.earlier = undefined;
    this.later = undefined;
    this.version = -1;
  }

  static override styles = [
    base,
    rowList,
    css`
      :host {
        container-type: inline-size;
        display: flex;
        flex-direction: column;
      }
      .scroller {
        flex: 1;
        min-height: 0;
      }
      .head,
      .row {
        grid-template-columns: minmax(100px, 1fr) repeat(2, 46px 72px) repeat(2, 78px);
        column-gap: 6px;
        padding: 0 8px;
      }
      .row {
        width: 100%;
      }
      .what {
        display: flex;
        gap: 10px;
        padding: 4px 8px;
        overflow: hidden;
        border-bottom: 1px solid var(--zt-line);
        white-space: nowrap;
      }
      /* Where there is no room the names give way: both are the same, mostly, and stand in the list. */
      .one {
        display: flex;
        gap: 4px;
        min-width: 0;
      }
      .one > .muted,
      .what .link {
        flex: none;
      }
      .slower {
        font-weight: 600;
      }
      @container (width < 560px) {
        .head,
        .row {
          grid-template-columns: minmax(90px, 1fr) 70px 70px 76px;
        }
        .count,
        .all,
        .one .cut {
          display: none;
        }
      }
    `,
  ];

  protected override willUpdate(changed: PropertyValues<this>): void {
    const { panel, earlier, later } = this;
    if (!panel || !earlier || !later) return;
    if (changed.has('version') || changed.has('earlier') || changed.has('later'))
      this.#list.rows = compareTraces(panel.store, earlier, later);
  }

  protected override render() {
    const { earlier, later } = this;
    if (!this.panel || !earlier || !later) return nothing;
    const { rows, at, window } = this.#list;
    const { first, last } = window.slice(rows.length);
    return html`<div class="what">
        ${this.#title(earlier, 'Before')} ${this.#title(later, 'After')}
        <button class="link" @click=${() => this.dispatchEvent(new CompareEvent(undefined))}>Close</button>
      </div>
      <div
        class="scroller"
        role="grid"
        tabindex="0"
        aria-label="Differences of two traces by name"
        aria-rowcount=${rows.length + 1}
        aria-activedescendant=${at >= first && at < last ? `d${at}` : nothing}
        @scroll=${() => window.scrolled()}
        @keydown=${this.#list.key}
      >
        <div class="head" role="row" aria-rowindex="1">
          ${COLUMNS.map(([label, kind, title]) => html`<span role="columnheader" class=${kind} title=${title}>${label}</span>`)}
        </div>
        <div class="body" role="rowgroup" .style=${window.bodyStyle}>
          <div class="rows" role="presentation" .style=${window.rowsStyle}>
            ${rows.slice(first, last).map((row, index) => this.#row(row, first + index))}
          </div>
        </div>
      </div>`;
  }

  protected override updated(): void {
    this.#list.updated();
  }

  #title(trace: StoredTrace, label: string) {
    const store = this.panel?.store;
    if (!store) return nothing;
    const name = traceName(store, trace);
    return html`<span class="one"
      ><span class="muted">${label}:</span> <bdi class="cut" title=${name}>${cutName(name)}</bdi>
      <span class="muted">${formatClock(trace.startTime)}, ${formatDuration(trace.endTime - trace.startTime)}</span></span
    >`;
  }

  #row({ name, before, after, change, selfChange }: NameDifference, index: number) {
    const side = ({
      count,
      total,
    }: NameDifference['before']) => html`<span role="gridcell" class="number muted count">${count || nothing}</span>
      <span role="gridcell" class="number">${count > 0 ? formatDuration(total) : html`<span class="muted">none</span>`}</span>`;
    return html`<div
      class="row"
      role="row"
      id=${`d${index}`}
      aria-rowindex=${index + 2}
      aria-selected=${name === this.#list.active}
      @click=${() => this.#list.choose(name)}
    >
      <span role="gridcell" class="cut" dir="auto" title=${name}>${cutName(name)}</span>
      ${side(before)} ${side(after)}
      <span role="gridcell" class="number all">${formatChange(change)}</span>
      <span role="gridcell" class=${selfChange > EQUAL ? 'number slower' : 'number'}>${formatChange(selfChange)}</span>
    </div>`;
  }
}

function formatChange(change: number): string {
  if (Math.abs(change) < EQUAL) return '=';
  return `${change > 0 ? '+' : '−'}${formatDuration(Math.abs(change))}`;
}
