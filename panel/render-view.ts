import { html } from 'lit';
import type { StoredTrace } from '../src/store/stored-trace.js';
import type { ResizeEvent, View } from './events.js';
import type { PanelHost, Theme } from './host.js';
import type { LateParts } from './late-parts.js';
import type { Filter } from './layout/filter.js';
import type { StoreController } from './store-controller.js';

/** What the middle of the panel shows. */
export interface Shown {
  readonly panel: PanelHost;
  readonly late: LateParts;
  readonly store: StoreController;
  readonly view: View;
  readonly trace: StoredTrace | undefined;
  readonly compared: StoredTrace | undefined;
  /** A row of the store, or -1. */
  readonly row: number;
  readonly filter: Filter;
  readonly filterText: string;
  readonly theme: Theme;
  /** The part of the tree's width that names have. */
  readonly names: number;
  resizeNames(event: ResizeEvent): void;
}

export function renderView(shown: Shown) {
  const { panel, store, view, trace, compared, late } = shown;
  const comparesTwo = trace !== undefined && compared !== undefined && compared !== trace;
  if ((view !== 'trace' || comparesTwo) && !late.has('views')) return html`<div class="main"></div>`;
  switch (view) {
    case 'statistics':
      return html`<zonetrace-statistics
        class="main"
        .panel=${panel}
        .traces=${store.besides(trace)}
        .version=${store.version}
        .filterText=${shown.filterText}
      ></zonetrace-statistics>`;
    case 'diagnostics':
      return html`<zonetrace-diagnostics class="main" .panel=${panel} .version=${store.version}></zonetrace-diagnostics>`;
    case 'timeline':
      return html`<zonetrace-timeline
        class="main"
        .panel=${panel}
        .traces=${store.besides(trace)}
        .trace=${trace}
        .selectedRow=${shown.row}
        .version=${store.version}
        .now=${store.now}
        .held=${store.held}
        .theme=${shown.theme}
        .filter=${shown.filter}
      ></zonetrace-timeline>`;
    case 'trace':
      return comparesTwo ? renderCompared(shown, trace, compared) : renderTree(shown);
  }
}

function renderCompared({ panel, store }: Shown, ...traces: [StoredTrace, StoredTrace]) {
  const [earlier, later] = traces.sort((a, b) => a.startTime - b.startTime);
  return html`<zonetrace-compare
    class="main"
    .panel=${panel}
    .earlier=${earlier}
    .later=${later}
    .version=${store.version}
  ></zonetrace-compare>`;
}

function renderTree({ panel, store, trace, row, filter, theme, names, resizeNames }: Shown) {
  return html`<zonetrace-trace
    class="main"
    .panel=${panel}
    .trace=${trace}
    .selectedRow=${row}
    .version=${store.version}
    .now=${store.now}
    .held=${store.held}
    .filter=${filter}
    .theme=${theme}
    .namePart=${names}
    @zonetrace-resize=${resizeNames}
  ></zonetrace-trace>`;
}
