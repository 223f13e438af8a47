import { LIMITS } from './limits.js';
import type { Snapshot } from './snapshot.js';

/** A load of a page. */
export interface KeptLoad {
  readonly id: string;
  /** The path of the page. */
  name: string;
  /** ms since the Unix epoch. */
  readonly started: number;
  /** Of all its traces that are kept. */
  spans: number;
  length: number;
}

/** A trace of a load. */
export interface KeptTrace extends Snapshot {
  readonly load: string;
}

const NAME = 'zonetrace history';

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function completed(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  });
}

const allOf = (load: string): IDBKeyRange => IDBKeyRange.bound([load], [load, []]);

/** Traces of the last loads in IndexedDB. All pages of the origin share it. Each method rejects where nothing can be kept. */
export class HistoryDatabase {
  readonly #database: IDBDatabase;

  constructor(database: IDBDatabase) {
    this.#database = database;
    // Another version of zonetrace wants to change the database: it must not wait for this page.
    database.onversionchange = () => database.close();
  }

  static async open(): Promise<HistoryDatabase> {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore('loads', { keyPath: 'id' });
      request.result.createObjectStore('traces', { keyPath: ['load', 'trace'] });
    };
    return new HistoryDatabase(await done(request));
  }

  /** Keeps a trace, and drops older ones of its load. Begins at once and commits by itself: the page may be left now. */
  async put(load: KeptLoad, trace: KeptTrace, older: readonly number[]): Promise<void> {
    const transaction = this.#write();
    const traces = transaction.objectStore('traces');
    traces.put(trace);
    for (const number of older) traces.delete([load.id, number]);
    transaction.objectStore('loads').put(load);
    transaction.commit();
    await completed(transaction);
  }

  /** Drops loads beyond the limits, the oldest first, never `own`; answers the others, newest first. */
  async prune(own: string, now: number): Promise<KeptLoad[]> {
    const transaction = this.#write();
    const loads: KeptLoad[] = await done(transaction.objectStore('loads').getAll());
    const kept: KeptLoad[] = [];
    let spans = 0;
    let length = 0;
    for (const load of loads.sort((a, b) => b.started - a.started)) {
      spans += load.spans;
      length += load.length;
      const fits =
        kept.length < LIMITS.loads &&
        spans <= LIMITS.spans &&
        length <= LIMITS.length &&
        load.started > now - LIMITS.age &&
        load.started <= now + LIMITS.age;
      if (fits || load.id === own) kept.push(load);
      else {
        transaction.objectStore('loads').delete(load.id);
        transaction.objectStore('traces').delete(allOf(load.id));
      }
    }
    await completed(transaction);
    return kept;
  }

  /** The traces of a load, newest first. */
  async tracesOf(load: string): Promise<KeptTrace[]> {
    const store = this.#database.transaction('traces').objectStore('traces');
    const traces: KeptTrace[] = await done(store.getAll(allOf(load)));
    return traces.sort((a, b) => b.started - a.started);
  }

  async clear(): Promise<void> {
    const transaction = this.#write();
    for (const name of transaction.objectStoreNames) transaction.objectStore(name).clear();
    await completed(transaction);
  }

  close(): void {
    this.#database.close();
  }

  #write(): IDBTransaction {
    return this.#database.transaction(['loads', 'traces'], 'readwrite');
  }
}
