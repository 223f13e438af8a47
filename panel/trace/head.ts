import { html, nothing } from 'lit';
import type { ResizeEvent } from '../events.js';
import type { PanelHost } from '../host.js';
import { formatCount } from '../layout/format-count.js';
import { formatDuration } from '../layout/format-duration.js';
import { type Axis, renderTicks } from './axis.js';

/** The part of the width that names may have. */
const MIN_NAME_PART = 0.15;
const MAX_NAME_PART = 0.7;

/** ms. */
const SHORTEST_CHOICES = [0, 1, 10, 100, 1000];

interface HeadView {
  readonly panel: PanelHost | undefined;
  readonly axis: Axis;
  /** px, of the whole tree. */
  readonly width: number;
  readonly namePart: number;
  /** How many spans the filter finds; undefined without a filter. */
  readonly matches: number | undefined;
  /** Nothing but what the filter finds is shown. */
  readonly onlyMatches: boolean;
  /** ms: shorter spans are left out. */
  readonly shortest: number;
  readonly isZoomed: boolean;
  /** The name of the span that stands for the whole; undefined for the trace. */
  readonly root: string | undefined;
  showAll(): void;
  leaveRoot(): void;
  filterOnly(only: boolean): void;
  leaveOutBelow(shortest: number): void;
  resize(event: ResizeEvent): void;
}

/** The header of the tree: what is shown, and the ticks. */
export function renderHead(view: HeadView) {
  const { panel, axis, width, namePart, matches } = view;
  return html`<div class="head" role="row" aria-rowindex="1">
    <span role="columnheader" class="cut">
      ${view.root === undefined ? nothing : rootNote(view)}
      ${view.isZoomed ? zoomNote(view) : matches === undefined ? (view.root === undefined ? 'Span' : nothing) : matchNote(view, matches)}
      <zonetrace-separator
        .panel=${panel}
        label="Width of the names"
        .value=${namePart * width}
        .min=${MIN_NAME_PART * width}
        .max=${MAX_NAME_PART * width}
        @zonetrace-resize=${view.resize}
      ></zonetrace-separator>
    </span>
    <span role="columnheader" class="number">
      <select
        aria-label="Spans by their duration"
        title="Leave short spans out"
        @change=${(event: Event) => view.leaveOutBelow(Number((event.target as HTMLSelectElement).value))}
      >
        ${SHORTEST_CHOICES.map(
          (ms) =>
            html`<option value=${ms} .selected=${ms === view.shortest}>${ms === 0 ? 'Duration' : `≥ ${formatDuration(ms)}`}</option>`,
        )}
      </select>
    </span>
    <span role="columnheader" class="axis" aria-label="Timeline">${renderTicks(axis)}</span>
  </div>`;
}

function matchNote({ onlyMatches, filterOnly }: HeadView, count: number) {
  return html`${formatCount(count)} ${count === 1 ? 'match' : 'matches'}${
    count > 0 || onlyMatches
      ? html` · <button class="link" @click=${() => filterOnly(!onlyMatches)}>${onlyMatches ? 'show all' : 'only these'}</button>`
      : nothing
  }`;
}

function rootNote({ root, leaveRoot }: HeadView) {
  return html`<button class="link" title=${`Only "${root}" is shown. Show the whole trace (Esc)`} @click=${leaveRoot}>Whole tree</button> ·`;
}

function zoomNote({ axis: { range }, showAll }: HeadView) {
  return html`<button class="link" title="Show all of the time (0)" @click=${showAll}>All of the time</button>
    · ${formatDuration(range.end - range.start)}`;
}
