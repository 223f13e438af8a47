import { css, html, nothing, type PropertyDeclarations } from 'lit';
import type { StoredTrace } from '../../src/store/stored-trace.js';
import { cutName } from '../cut-name.js';
import { FilterEvent } from '../events.js';
import { FrameWork } from '../frame-work.js';
import { phraseOf } from '../layout/filter.js';
import { formatCount } from '../layout/format-count.js';
import { formatDuration } from '../layout/format-duration.js';
import { type NameStatistics, type StatisticsColumn, sortStatistics, statisticsOf } from '../layout/statistics.js';
import { NameList } from '../name-list.js';
import { PanelElement } from '../panel-element.js';
import { base, rowList, sortingHead } from '../styles.js';

const COLUMNS: readonly (readonly [StatisticsColumn, string, string])[] = [
  ['name', 'Name', 'All ended spans of a name, in all traces'],
  ['count', 'Count', 'How many have ended'],
  ['errors', 'Errors', 'How many ended with an error'],
  ['total', 'Total', 'The sum of their durations'],
  ['self', 'Self', 'Of it, what no child accounts for'],
  ['p50', 'p50', 'Half of them took no longer'],
  ['p95', 'p95', '19 of 20 took no longer'],
  ['max', 'Max', 'The longest'],
];

/** The part of the time that counting may take; live data are counted again so much later. */
const SHARE = 0.1;

/**
 * How often and how long, by name.
 *
 * @fires zonetrace-filter - the reader chose a name
 */
export class ZonetraceStatistics extends PanelElement {
  static override properties: PropertyDeclarations = {
    traces: { attribute: false },
    version: { type: Number },
    filterText: {},
    column: { state: true },
    ascending: { state: true },
  };

  declare traces: readonly StoredTrace[];
  declare version: number;
  /** As the reader typed it. */
  declare filterText: string;
  declare protected column: StatisticsColumn;
  declare protected ascending: boolean;

  #list = new NameList<NameStatistics>(this, (name) => this.#filterBy(name));
  #work = new FrameWork(this);
  #counted: NameStatistics[] = [];
  #version = -1;
  #countAgainAt = 0;

  constructor() {
    super();
    this.traces = [];
    this.version = -1;
    this.filterText = '';
    this.column = 'total';
    this.ascending = false;
  }

  static override styles = [
    base,
    rowList,
    sortingHead,
    css`
      :host {
        container-type: inline-size;
      }
      .scroller {
        height: 100%;
      }
      .head,
      .row {
        grid-template-columns: minmax(0, 1fr) repeat(2, 50px) repeat(5, 62px);
        column-gap: 6px;
        padding: 0 8px;
      }
      .head button:hover,
      [aria-sort] {
        color: var(--zt-text);
      }
      .row {
        width: 100%;
      }
      /* What has no room is scrolled to, and the names stay. */
      @container (width < 580px) {
        .head,
        .body {
          min-width: 560px;
        }
        .head,
        .row {
          grid-template-columns: minmax(0, 1fr) repeat(2, 46px) repeat(5, 58px);
          padding-left: 0;
        }
        .head > :first-child,
        .row > :first-child {
          position: sticky;
          left: 0;
          padding-left: 8px;
          background: inherit;
        }
        .head > :first-child {
          box-shadow: inherit;
        }
        .row {
          background: var(--zt-surface);
        }
      }
    `,
  ];

  protected override willUpdate(): void {
    const now = performance.now();
    const store = this.panel?.store;
    if (store && this.#version !== this.version && now >= this.#countAgainAt) {
      this.#version = this.version;
      this.#counted = statisticsOf(store, this.traces);
      const took = performance.now() - now;
      this.#countAgainAt = performance.now() + took / SHARE;
    }
    this.#list.rows = sortStatistics(this.#counted, this.column, this.ascending);
  }

  protected override render() {
    const { rows, at, window } = this.#list;
    const { first, last } = window.slice(rows.length);
    return html`<div
      class="scroller"
      role="grid"
      tabindex="0"
      aria-label="Statistics by name"
      aria-rowcount=${rows.length + 1}
      aria-activedescendant=${at >= first && at < last ? `n${at}` : nothing}
      @scroll=${() => window.scrolled()}
      @keydown=${this.#list.key}
    >
      <div class="head" role="row" aria-rowindex="1">${COLUMNS.map(([column, label, title]) => this.#columnHead(column, label, title))}</div>
      <div class="body" role="rowgroup" .style=${window.bodyStyle}>
        <div class="rows" role="presentation" .style=${window.rowsStyle}>
          ${rows.slice(first, last).map((row, index) => this.#row(row, first + index))}
        </div>
      </div>
      ${
        rows.length === 0
          ? html`<div class="empty"><strong>Nothing has ended yet</strong><p>Each span that ends is counted here, by its name.</p></div>`
          : nothing
      }
    </div>`;
  }

  protected override updated(): void {
    this.#list.updated();
    if (this.#version !== this.version) this.#work.goOn();
  }

  #columnHead(column: StatisticsColumn, label: string, title: string) {
    const isSorted = this.column === column;
    return html`<span
      role="columnheader"
      class=${column === 'name' ? '' : 'number'}
      aria-sort=${isSorted ? (this.ascending ? 'ascending' : 'descending') : nothing}
      ><button title=${title} @click=${() => this.#sort(column)}>${label}${isSorted ? (this.ascending ? ' ▲' : ' ▼') : ''}</button></span
    >`;
  }

  #row(row: NameStatistics, index: number) {
    const { name, count, errors } = row;
    return html`<div
      class="row"
      role="row"
      id=${`n${index}`}
      aria-rowindex=${index + 2}
      aria-selected=${this.#list.active === name || this.filterText === phraseOf(name)}
      @click=${() => this.#list.choose(name)}
    >
      <span role="gridcell" class="cut" dir="auto" title=${`${name}: show its traces`}>${cutName(name)}</span>
      <span role="gridcell" class="number">${formatCount(count)}</span>
      <span role="gridcell" class="number error">${errors > 0 ? formatCount(errors) : nothing}</span>
      ${(['total', 'self', 'p50', 'p95', 'max'] as const).map(
        (column) => html`<span role="gridcell" class="number">${formatDuration(row[column])}</span>`,
      )}
    </div>`;
  }

  #sort(column: StatisticsColumn): void {
    this.ascending = this.column === column ? !this.ascending : column === 'name';
    this.column = column;
  }

  #filterBy(name: string): void {
    const phrase = phraseOf(name);
    this.dispatchEvent(new FilterEvent(this.filterText === phrase ? '' : phrase));
  }
}
