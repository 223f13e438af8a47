import { html } from 'lit';
import type { ResizeEvent } from '../events.js';
import type { PanelHost } from '../host.js';
import { formatDuration } from '../layout/format-duration.js';
import { type Axis, renderTicks } from './axis.js';

/** The part of the width that names may have. */
const MIN_NAME_PART = 0.15;
const MAX_NAME_PART = 0.7;

interface HeadView {
  readonly panel: PanelHost | undefined;
  readonly axis: Axis;
  /** px, of the whole tree. */
  readonly width: number;
  readonly namePart: number;
  /** How many spans the filter finds; undefined without a filter. */
  readonly matches: number | undefined;
  readonly isZoomed: boolean;
  showAll(): void;
  resize(event: ResizeEvent): void;
}

/** The header of the tree: what is shown, and the ticks. */
export function renderHead(view: HeadView) {
  const { panel, axis, width, namePart, matches } = view;
  return html`<div class="head" role="row" aria-rowindex="1">
    <span role="columnheader" class="cut">
      ${view.isZoomed ? zoomNote(view) : matches === undefined ? 'Span' : matchCount(matches)}
      <zonetrace-separator
        .panel=${panel}
        label="Width of the names"
        .value=${namePart * width}
        .min=${MIN_NAME_PART * width}
        .max=${MAX_NAME_PART * width}
        @zonetrace-resize=${view.resize}
      ></zonetrace-separator>
    </span>
    <span role="columnheader" class="number">Duration</span>
    <span role="columnheader" class="axis" aria-label="Timeline">${renderTicks(axis)}</span>
  </div>`;
}

function matchCount(count: number): string {
  return `${count.toLocaleString('en')} ${count === 1 ? 'match' : 'matches'}`;
}

function zoomNote({ axis: { range }, showAll }: HeadView) {
  return html`<button class="link" title="Show the whole trace (0)" @click=${showAll}>Whole trace</button>
    · ${formatDuration(range.end - range.start)}`;
}
