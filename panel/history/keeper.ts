import type { HistoryDatabase, KeptLoad, KeptTrace } from './database.js';
import { LIMITS } from './limits.js';
import type { Snapshot } from './snapshot.js';

/** Loads are pruned again when this one has written so many traces. */
const PRUNED_AFTER = 100;

/** Puts away the traces of this load of the page, within what one load may have. */
export class Keeper {
  readonly load: KeptLoad;
  /** What is kept of this load: spans and characters, by the number of the trace; oldest first. */
  readonly #kept = new Map<number, { spans: number; length: number }>();
  readonly #database: HistoryDatabase;
  #writes = 0;

  constructor(database: HistoryDatabase, id: string) {
    this.#database = database;
    // No query: it may have what is secret.
    this.load = { id, name: location.pathname, started: performance.timeOrigin, spans: 0, length: 0 };
  }

  async keep(snapshot: Snapshot): Promise<void> {
    const { load } = this;
    const size = { spans: snapshot.spans, length: snapshot.text.length };
    const before = this.#kept.get(snapshot.trace);
    load.spans += size.spans - (before?.spans ?? 0);
    load.length += size.length - (before?.length ?? 0);
    this.#kept.set(snapshot.trace, size);
    const older: number[] = [];
    for (const [number, { spans, length }] of this.#kept) {
      if (load.spans <= LIMITS.loadSpans && load.length <= LIMITS.loadLength) break;
      this.#kept.delete(number);
      older.push(number);
      load.spans -= spans;
      load.length -= length;
    }
    await this.#database.put(load, { ...snapshot, load: load.id }, older);
    if (++this.#writes % PRUNED_AFTER === 0) await this.earlier();
  }

  /** The other loads that are kept, newest first. */
  async earlier(): Promise<KeptLoad[]> {
    const loads = await this.#database.prune(this.load.id, Date.now());
    return loads.filter(({ id }) => id !== this.load.id);
  }

  tracesOf(load: KeptLoad): Promise<KeptTrace[]> {
    return this.#database.tracesOf(load.id);
  }

  /** Forgets everything, of all loads. */
  async clear(): Promise<void> {
    this.#kept.clear();
    this.load.spans = 0;
    this.load.length = 0;
    await this.#database.clear();
  }

  close(): void {
    this.#database.close();
  }
}
