import type { SpanStore } from '../src/store/span-store.js';
import type { OpenSource } from '../src/trace/types.js';
import type { History } from './history/index.js';

/** How the panel begins; what the reader changes later is remembered and wins, but for `open`. */
export interface PanelOptions {
  /** Opens at start (true) or not (false). Default: as the reader left it. */
  open?: boolean;
  /** The side of the window that the panel is docked to, or `'float'` above the page. Default: `'bottom'`. */
  dock?: Dock;
  /** Opens and closes the panel: any of Alt, Ctrl, Meta, Shift and one key, joined by `+`. Default: `'Alt+Shift+Z'`. */
  shortcut?: string;
  /** Default: `'system'`. */
  theme?: Theme;
  /**
   * Where a trace can be seen in another viewer: an address with `{traceId}` and, if wanted, `{spanId}` in it. Default:
   * none, and the details offer no link.
   */
  viewer?: string;
  /** Keep the traces of this load of the page for its next ones, in IndexedDB. Default: `true`. */
  history?: boolean;
  /** Show the traces of other tabs of the origin as well, where they have this option too. Default: `false`. */
  tabs?: boolean;
}

export type Dock = 'bottom' | 'right' | 'left' | 'float';

export type Theme = 'system' | 'light' | 'dark';

/** Something that tracing noticed of itself: what happened, then what to do, with a semicolon between. */
interface Remark {
  readonly message: string;
  readonly cause: unknown;
  readonly count: number;
}

/** What the panel needs of the page that it lives in. */
export interface PanelHost {
  /** What is drawn. */
  readonly store: SpanStore;
  readonly options: PanelOptions;
  /** What tracing has noticed so far. */
  readonly remarks?: Iterable<Remark>;
  /** What became of the spans that were to be exported: names and figures, as they are to be read. */
  stats?(): Readonly<Record<string, number | string>>;
  /** Loads the panel; called when it is first opened. */
  load(): Promise<typeof import('./index.js')>;
  /** Calls `fn` where no span is current, so that the panel's own work is never traced. */
  runOutside<R>(fn: () => R): R;
  /** The traces of earlier loads and other tabs; nothing where they are not wanted or could not be loaded. */
  readonly history?: Promise<History | undefined>;
  /** Notices something for the diagnostics: what happened, then what to do. */
  remark?(message: string, cause?: unknown): void;
  /** Opens a place of a source in the editor; undefined where nothing can. */
  sourceOpener?(): OpenSource | undefined;
  /** The panel is all that there is in its window: it fills it, and cannot be closed. Default: `false`. */
  readonly isAlone?: boolean;
  /** What the reader does to see a first trace. Default: something in the page. */
  readonly firstStep?: string;
  /** The reader has opened the panel, which takes the focus and gives it back when it is closed. Default: `false`. */
  readonly takesFocus?: boolean;
  /** Called when the reader has closed the panel. */
  closed?(): void;
}
