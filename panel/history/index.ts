import { addSpans } from '../add-spans.js';

import type { PanelHost } from '../host.js';
import { formatClock } from '../layout/format-clock.js';
import { HistoryDatabase } from './database.js';
import { Keeper } from './keeper.js';
import { announcePresence, findPresent } from './presence.js';
import { readSnapshot } from './read-snapshot.js';
import { takeSnapshot } from './snapshot.js';
import { Tabs } from './tabs.js';
import { TraceFeed } from './trace-feed.js';

/** The traces of the last loads of the page, and of its other tabs. */
export interface History {
  /** The panel was opened: they come into the store. */
  show(): void;
  /** The panel was closed. */
  hide(): void;
  /** Forgets what is kept, of all loads. */
  clear(): void;
  stop(): void;
}

/** ms of work at a time, while earlier loads come into the store. */
const BUDGET = 8;

/**
 * Keeps the traces of this load of the page for the next ones, so that a reload or a crash does not lose the trace of its
 * cause, and sends them to other tabs where the options want that. Nothing of it throws; what the browser does not allow is
 * noticed in the diagnostics.
 */
export function keepHistory(host: PanelHost): History {
  return host.runOutside(() => new PageHistory(host));
}

class PageHistory implements History {
  readonly #host: PanelHost;
  /** Of this load of the page: 16 hex digits. */
  readonly #id = Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
  readonly #keeper: Promise<Keeper | undefined>;
  readonly #undo = new AbortController();
  /** What was cleared must not come back while it is still being read. */
  #clearings = 0;
  #isShown = false;
  #tabs: Tabs | undefined;

  constructor(host: PanelHost) {
    this.#host = host;
    const { history, tabs } = host.options;
    this.#keeper = history === false ? Promise.resolve(undefined) : this.#open();
    if (tabs) this.#tabs = this.#openTabs();
    void this.#feed();
  }

  show(): void {
    this.#tabs?.listen();
    if (this.#isShown) return;
    this.#isShown = true;
    void this.#guard(this.#showEarlier());
  }

  hide(): void {
    this.#tabs?.stopListening();
  }

  clear(): void {
    this.#clearings++;
    void this.#guard(this.#keeper.then((keeper) => keeper?.clear()));
  }

  stop(): void {
    this.#undo.abort();
  }

  async #open(): Promise<Keeper | undefined> {
    try {
      return new Keeper(await HistoryDatabase.open(), this.#id);
    } catch (error) {
      this.#refused(error);
      return undefined;
    }
  }

  #openTabs(): Tabs | undefined {
    try {
      return new Tabs(this.#host.store, this.#id);
    } catch (error) {
      this.#host.remark?.('the traces of other tabs are not shown; the browser lets this page have no channel', error);
      return undefined;
    }
  }

  async #feed(): Promise<void> {
    const { store } = this.#host;
    const { signal } = this.#undo;
    let keeper = await this.#keeper;
    const tabs = this.#tabs;
    if (signal.aborted || (!keeper && !tabs)) {
      keeper?.close();
      tabs?.close();
      return;
    }
    let skipped = 0;
    const take = (trace: Parameters<typeof takeSnapshot>[1]) => {
      const snapshot = takeSnapshot(store, trace, this.#id);
      tabs?.send(snapshot);
      keeper?.keep(snapshot).catch((error: unknown) => {
        keeper = undefined;
        this.#refused(error);
      });
      if (feed.skipped > skipped) {
        skipped = feed.skipped;
        this.#host.remark?.(
          'some traces are not kept for the next load of the page; more came at once than can be kept',
        );
      }
    };
    const feed = new TraceFeed(store, this.#host.runOutside, take);
    const leave = () => {
      try {
        if (document.visibilityState === 'visible') return;
      } catch {
        // The page has broken what says it.
      }
      feed.flush();
    };
    const unload = () => feed.flush();
    document.addEventListener('visibilitychange', leave, { signal });
    addEventListener('pagehide', unload, { signal });
    const absent = announcePresence(this.#id);
    signal.addEventListener('abort', () => {
      feed.flush();
      feed.stop();
      absent();
      keeper?.close();
      tabs?.close();
    });
  }

  async #showEarlier(): Promise<void> {
    const { store } = this.#host;
    const keeper = await this.#keeper;
    if (!keeper) return;
    const clearings = this.#clearings;
    const present = await findPresent();
    let stopAt = performance.now() + BUDGET;
    for (const load of await keeper.earlier()) {
      // What one looks at now goes before what was.
      const hasRoom = store.size + load.spans <= store.maxSpans;
      if (!hasRoom || present.has(load.id)) continue;
      const source = { kind: 'load', name: `${load.name} at ${formatClock(load.started)}` } as const;
      for (const { text, dropped } of await keeper.tracesOf(load)) {
        if (this.#clearings !== clearings || this.#undo.signal.aborted) return;
        addSpans(store, readSnapshot(text), source, dropped);
        if (performance.now() < stopAt) continue;
        await new Promise((resolve) => setTimeout(resolve));
        stopAt = performance.now() + BUDGET;
      }
    }
  }

  async #guard(work: Promise<unknown>): Promise<void> {
    try {
      await work;
    } catch (error) {
      this.#refused(error);
    }
  }

  #refused(error: unknown): void {
    this.#host.remark?.(
      'the traces of the page are not kept for its next load; let the browser store data for this page',
      error,
    );
  }
}
