import { LIMITS } from './delivery-limits.js';

/** Encoded spans for one receiver, as they are sent and kept. */
export interface Batch {
  /** The receiver. */
  readonly url: string;
  readonly type: string;
  body: Uint8Array<ArrayBuffer>;
  gzip: boolean;
  /** How many spans are in it. */
  readonly spans: number;
  /** ms since the Unix epoch. */
  readonly created: number;
  /** Requests that failed. */
  attempts: number;
  /** ms since the Unix epoch; the receiver asked to be left alone until then. */
  notBefore: number;
  /** Who put it into the queue first. */
  owner?: string;
}

/** Told of each batch that goes unsent. */
export type Drop = (batch: Batch, reason: 'expired' | 'overflow') => void;

const STORE = 'batches';

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** Batches that wait for a better time, in IndexedDB: they outlive the page, and every page of the origin can send them. */
export class OfflineQueue {
  readonly #database: IDBDatabase;

  constructor(database: IDBDatabase) {
    this.#database = database;
    // Another version of zonetrace wants to change the database: it must not wait for this page.
    database.onversionchange = () => database.close();
  }

  /** Rejects where the page may keep nothing. */
  static async open(): Promise<OfflineQueue> {
    const request = indexedDB.open('zonetrace', 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { autoIncrement: true });
    return new OfflineQueue(await done(request));
  }

  /**
   * Keeps a batch, behind the others; answers whether there are too many now. Begins at once and commits by itself, so that
   * it outlives a page that is left.
   */
  async put(batch: Batch): Promise<boolean> {
    const transaction = this.#database.transaction(STORE, 'readwrite');
    const store = transaction.objectStore(STORE);
    const added = done(store.add(batch));
    const counted = done(store.count());
    transaction.commit();
    const [, count] = await Promise.all([added, counted]);
    return count > LIMITS.storedBatches;
  }

  /** Calls `drop` for the oldest of too many, which are gone then. */
  async trim(drop: Drop): Promise<void> {
    const store = this.#database.transaction(STORE, 'readwrite').objectStore(STORE);
    let surplus = (await done(store.count())) - LIMITS.storedBatches;
    if (surplus <= 0) return;
    const request = store.openCursor();
    for (let cursor = await done(request); cursor && surplus > 0; surplus--) {
      cursor.delete();
      drop(cursor.value as Batch, 'overflow');
      cursor.continue();
      cursor = await done(request);
    }
  }

  /**
   * Takes a receiver's oldest batch that may be sent now out of the queue: nobody else can send it then. Where all have to
   * wait, answers until when (ms since the Unix epoch). Calls `drop` for those that are too old.
   */
  async take(url: string, drop: Drop): Promise<Batch | number | undefined> {
    const store = this.#database.transaction(STORE, 'readwrite').objectStore(STORE);
    const now = Date.now();
    let wait: number | undefined;
    const request = store.openCursor();
    for (let cursor = await done(request); cursor; cursor = await done(request)) {
      const batch = cursor.value as Batch;
      const isOld = batch.created + LIMITS.expiry < now;
      const isOurs = !isOld && batch.url === url;
      // Made in the future, it was made before the clock was set back.
      const isNext = isOurs && (batch.notBefore <= now || batch.created > now);
      if (isOld || isNext) cursor.delete();
      if (isNext) return batch;
      if (isOld) drop(batch, 'expired');
      if (isOurs) wait = Math.min(wait ?? batch.notBefore, batch.notBefore);
      cursor.continue();
    }
    return wait;
  }

  close(): void {
    this.#database.close();
  }
}
