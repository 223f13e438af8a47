import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { StoredTrace } from '../src/store/stored-trace.js';
import type { PanelHost } from './host.js';
import { kindOfSpan } from './layout/kind-of-span.js';

interface SelectionHost extends ReactiveControllerHost {
  readonly panel: PanelHost | undefined;
  matches(selector: string): boolean;
}

/** What the browser tells of the page: it comes by itself, after what was done, and would take the place of that. */
const NOTICED: readonly string[] = ['web vitals', 'long frames'];

/** What the reader looks at; nothing but the reader changes it, once there is something. */
export class Selection implements ReactiveController {
  readonly #host: SelectionHost;
  #trace: StoredTrace | undefined;
  #compared: StoredTrace | undefined;
  #row = -1;
  #chosen = false;

  constructor(host: SelectionHost) {
    this.#host = host;
    host.addController(this);
  }

  get trace(): StoredTrace | undefined {
    return this.#trace;
  }

  /** The trace that the one looked at is compared with. */
  get compared(): StoredTrace | undefined {
    return this.#compared;
  }

  /** The span: a row of the store, or -1. */
  get row(): number {
    return this.#row;
  }

  hostConnected(): void {
    this.#host.panel?.store.pin(this.#trace);
  }

  hostDisconnected(): void {
    this.#host.panel?.store.pin(undefined);
  }

  choose(trace: StoredTrace | undefined): void {
    this.#chosen = trace !== undefined;
    this.#show(trace);
  }

  chooseSpan(row: number | undefined): void {
    this.#chosen = true;
    this.#row = row ?? -1;
    this.#host.requestUpdate();
  }

  /** The same trace again: no longer. Answers whether two are compared now. */
  compare(trace: StoredTrace | undefined): boolean {
    this.#chosen = this.#trace !== undefined;
    this.#compared = trace === this.#compared ? undefined : trace;
    this.#host.requestUpdate();
    return this.#compared !== undefined;
  }

  /**
   * Lets go of what the store no longer has; until the reader has chosen, shows what was done last in this load of the page,
   * of which servers and the browser tell later.
   * While the reader works in the panel, nothing takes the place of what is shown.
   */
  follow(traces: readonly StoredTrace[]): void {
    if (this.#trace && this.#trace.rows.length === 0) this.choose(undefined);
    if (this.#compared?.rows.length === 0) this.#compared = undefined;
    if (this.#chosen || this.#row >= 0 || (this.#trace && this.#host.matches(':focus-within'))) return;
    this.#show(
      traces.findLast((trace) => !trace.source && !trace.foreign && !this.#isNoticed(trace)) ??
        traces.findLast(({ source }) => !source) ??
        traces.at(-1),
    );
  }

  #isNoticed({ rows }: StoredTrace): boolean {
    const root = this.#host.panel?.store.record(rows[0] ?? -1);
    return root !== undefined && NOTICED.includes(kindOfSpan(root));
  }

  #show(trace: StoredTrace | undefined): void {
    if (trace === this.#trace) return;
    this.#trace = trace;
    this.#row = -1;
    this.#host.panel?.store.pin(trace);
    this.#host.requestUpdate();
  }
}
