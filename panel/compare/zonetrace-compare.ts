import { css, html, nothing, type PropertyDeclarations } from 'lit';
import type { StoredTrace } from '../../src/store/span-store.js';
import { CompareEvent, FilterEvent } from '../events.js';
import { compareTraces, type NameDifference } from '../layout/compare.js';
import { phraseOf } from '../layout/filter.js';
import { formatClock } from '../layout/format-clock.js';
import { formatDuration } from '../layout/format-duration.js';
import { PanelElement } from '../panel-element.js';
import { RowWindow } from '../row-window.js';
import { base, ROW_HEIGHT, rowList } from '../styles.js';
import { traceName } from '../traces/summary.js';

/** Rounding makes no difference; ms. */
const EQUAL = 0.005;

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

  #window = new RowWindow(this);

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
        grid-template-columns: minmax(100px, 1fr) repeat(2, 52px 76px) 84px;
        column-gap: 6px;
        min-width: 440px;
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
      .slower {
        font-weight: 600;
      }
      @container (width < 480px) {
        .head,
        .row {
          grid-template-columns: minmax(90px, 1fr) 70px 70px 76px;
          min-width: 0;
        }
        .count {
          display: none;
        }
      }
    `,
  ];

  protected override render() {
    const store = this.panel?.store;
    const { earlier, later } = this;
    if (!store || !earlier || !later) return nothing;
    const rows = compareTraces(store, earlier, later);
    const { first, last } = this.#window.slice(rows.length);
    return html`<div class="what">
        <span class="cut">${this.#title(earlier, 'Before')}</span><span class="cut">${this.#title(later, 'After')}</span>
        <button class="link" @click=${() => this.dispatchEvent(new CompareEvent(undefined))}>Close</button>
      </div>
      <div
        class="scroller"
        role="grid"
        tabindex="0"
        aria-label="Differences of two traces by name"
        aria-rowcount=${rows.length + 1}
        @scroll=${() => this.#window.scrolled()}
      >
        <div class="head" role="row" aria-rowindex="1">
          ${['Name', 'Count', 'Before', 'Count', 'After', 'Change'].map(
            (label, at) =>
              html`<span role="columnheader" class=${at === 0 ? '' : label === 'Count' ? 'number count' : 'number'}>${label}</span>`,
          )}
        </div>
        <div class="body" role="rowgroup" .style=${`height:${rows.length * ROW_HEIGHT}px`}>
          <div class="rows" role="presentation" .style=${`transform:translateY(${first * ROW_HEIGHT}px)`}>
            ${rows.slice(first, last).map((row, index) => this.#row(row, first + index))}
          </div>
        </div>
      </div>`;
  }

  protected override updated(): void {
    const scroller = this.renderRoot.querySelector<HTMLElement>('.scroller');
    if (scroller) this.#window.attach(scroller);
  }

  #title(trace: StoredTrace, label: string) {
    const store = this.panel?.store;
    if (!store) return nothing;
    return html`<span class="muted">${label}:</span> <bdi>${traceName(store, trace)}</bdi>
      <span class="muted">${formatClock(trace.startTime)}, ${formatDuration(trace.endTime - trace.startTime)}</span>`;
  }

  #row({ name, before, after, change }: NameDifference, index: number) {
    const side = ({
      count,
      total,
    }: NameDifference['before']) => html`<span role="gridcell" class="number muted count">${count || nothing}</span>
      <span role="gridcell" class="number">${count > 0 ? formatDuration(total) : html`<span class="muted">none</span>`}</span>`;
    const isEqual = Math.abs(change) < EQUAL;
    return html`<div class="row" role="row" aria-rowindex=${index + 2} @click=${() => this.dispatchEvent(new FilterEvent(phraseOf(name)))}>
      <span role="gridcell" class="cut" title=${name}><bdi>${name}</bdi></span>
      ${side(before)} ${side(after)}
      <span role="gridcell" class=${change > 0 ? 'number slower' : 'number'}>
        ${isEqual ? '=' : `${change > 0 ? '+' : '−'}${formatDuration(Math.abs(change))}`}
      </span>
    </div>`;
  }
}
