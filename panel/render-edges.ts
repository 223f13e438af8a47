import { html, nothing } from 'lit';
import type { ResizeEvent } from './events.js';
import type { Dock, PanelHost } from './host.js';
import type { Size } from './settings.js';
import type { SettingsController } from './settings-controller.js';

/** px of the page that stay in sight beside the panel, and of each area inside it. */
const MIN_PAGE = 40;
const MIN_SIZE = 120;

/** px that the list and the details leave to what is between them; the same as in the styles. */
const MIN_MIDDLE = 360;

/** What the edges of the panel and of its areas belong to. */
export interface Edges {
  readonly panel: PanelHost | undefined;
  readonly settings: SettingsController;
  readonly dock: Dock;
  /** In a window of its own. */
  readonly poppedOut: boolean;
  /** The areas stand one above the other. */
  readonly stacked: boolean;
  /** List and details are both shown. */
  readonly both: boolean;
  /** px, of the panel and of the window that it is in. */
  readonly width: number;
  readonly height: number;
  readonly window: { readonly innerWidth: number; readonly innerHeight: number };
}

/** px of a size at most; the same as in the styles. */
function maxOf(key: Size, { both, width, height, window }: Edges): number {
  switch (key) {
    case 'listWidth':
    case 'detailWidth':
      return Math.min(width * 0.45, (width - MIN_MIDDLE) / (both ? 2 : 1));
    case 'listHeight':
      return height * 0.4;
    case 'detailHeight':
      return height * 0.45;
    case 'width':
      return window.innerWidth - MIN_PAGE;
    default:
      return window.innerHeight - MIN_PAGE;
  }
}

/** What moves or sizes the panel in the page. */
export function renderEdge(edges: Edges) {
  const { panel, dock, poppedOut } = edges;
  if (poppedOut) return nothing;
  if (dock === 'float') {
    return html`<zonetrace-float-handle .panel=${panel}></zonetrace-float-handle>
      <zonetrace-float-handle .panel=${panel} .sizes=${true}></zonetrace-float-handle>`;
  }
  return dock === 'bottom'
    ? renderSeparator(edges, 'height', 'horizontal', 'Size of the panel', true)
    : renderSeparator(edges, 'width', 'vertical', 'Size of the panel', dock !== 'left');
}

export function renderListEdge(edges: Edges) {
  return edges.stacked
    ? renderSeparator(edges, 'listHeight', 'horizontal', 'Size of the list of traces')
    : renderSeparator(edges, 'listWidth', 'vertical', 'Size of the list of traces');
}

export function renderDetailEdge(edges: Edges) {
  return edges.stacked
    ? renderSeparator(edges, 'detailHeight', 'horizontal', 'Size of the details', true)
    : renderSeparator(edges, 'detailWidth', 'vertical', 'Size of the details', true);
}

function renderSeparator(
  edges: Edges,
  key: Size,
  orientation: 'vertical' | 'horizontal',
  label: string,
  inverted = false,
) {
  const { panel, settings } = edges;
  const max = Math.max(MIN_SIZE, maxOf(key, edges));
  return html`<zonetrace-separator
    .panel=${panel}
    orientation=${orientation}
    label=${label}
    .value=${Math.min(settings.current[key], max)}
    .min=${MIN_SIZE}
    .max=${max}
    .inverted=${inverted}
    @zonetrace-resize=${(event: ResizeEvent) => settings.set(key, event.value)}
  ></zonetrace-separator>`;
}
