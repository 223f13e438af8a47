import type { SpanStore } from '../src/store/span-store.js';

/** How the panel begins; what the reader changes later is remembered and wins, but for `open`. */
export interface PanelOptions {
  /** Opens at start (true) or not (false). Default: as the reader left it. */
  open?: boolean;
  /** The side of the window that the panel is docked to. Default: `'bottom'`. */
  dock?: Dock;
  /** Opens and closes the panel: any of Alt, Ctrl, Meta, Shift and one key, joined by `+`. Default: `'Alt+Shift+Z'`. */
  shortcut?: string;
  /** Default: `'system'`. */
  theme?: Theme;
}

export type Dock = 'bottom' | 'right' | 'left';

export type Theme = 'system' | 'light' | 'dark';

/** What the panel needs of the page that it lives in. */
export interface PanelHost {
  /** What is drawn. */
  readonly store: SpanStore;
  readonly options: PanelOptions;
  /** Loads the panel; called when it is first opened. */
  load(): Promise<typeof import('./index.js')>;
  /** Calls `fn` where no span is current, so that the panel's own work is never traced. */
  runOutside<R>(fn: () => R): R;
  /** Called when the reader has closed the panel. */
  closed?(): void;
}
