import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { StoredTrace, TraceSource } from '../src/store/stored-trace.js';
import type { PanelHost } from './host.js';
import { byStart } from './layout/by-start.js';
import { atNextFrame } from './next-frame.js';

interface ControllerHost extends ReactiveControllerHost {
  readonly panel: PanelHost | undefined;
  readonly ownerDocument: Document;
  runOutside<R>(fn: () => R): R;
}

/**
 * Reads the store for the panel: at most once a frame, only after it changed or where something drawn grows with time,
 * and never while the panel is closed or held.
 */
export class StoreController implements ReactiveController {
  /** The traces with spans, by when they began. */
  traces: readonly StoredTrace[] = [];
  /** The version of the store that is drawn. */
  version = -1;
  /** The time that is drawn: ms since the Unix epoch. */
  now = Date.now();
  readonly #host: ControllerHost;
  #beside: { source: TraceSource | undefined; all: readonly StoredTrace[]; traces: readonly StoredTrace[] } = {
    source: undefined,
    all: [],
    traces: [],
  };
  #held = false;
  #cancelFrame: (() => void) | undefined;
  #unsubscribe: (() => void) | undefined;

  constructor(host: ControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  /** The view stands still while the store goes on. */
  get held(): boolean {
    return this.#held;
  }

  hold(held: boolean): void {
    this.#held = held;
    if (held) this.#cancelFrame?.();
    else this.read();
    this.#host.requestUpdate();
  }

  hostConnected(): void {
    this.#unsubscribe = this.#host.panel?.store.subscribe(() => this.requestFrame());
    if (!this.#held) this.read();
  }

  hostDisconnected(): void {
    this.#unsubscribe?.();
    this.#cancelFrame?.();
  }

  /** The traces that come from where `trace` comes from: what is drawn or counted together. */
  besides(trace: StoredTrace | undefined): readonly StoredTrace[] {
    const source = trace?.source;
    if (this.#beside.source !== source || this.#beside.all !== this.traces) {
      const traces = this.traces.every((each) => each.source === source)
        ? this.traces
        : this.traces.filter((each) => each.source === source);
      this.#beside = { source, all: this.traces, traces };
    }
    return this.#beside.traces;
  }

  /** Draws again at the next frame. */
  requestFrame(): void {
    if (!this.#held) this.#cancelFrame = atNextFrame(this.#host, this.read);
  }

  /** Draws what the store has now. */
  readonly read = (): void => {
    const store = this.#host.panel?.store;
    if (!store) return;
    this.now = Date.now();
    if (this.version !== store.version) {
      this.version = store.version;
      this.traces = byStart(store.traces.filter((trace) => trace.rows.length > 0));
    }
    this.#host.requestUpdate();
  };
}
