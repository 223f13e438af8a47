import { generateSpanId } from '../trace/ids.js';
import { LIMITS } from './delivery-limits.js';
import { type Batch, type Drop, OfflineQueue } from './offline-queue.js';
import type { Counts } from './post.js';

/** The batches of one receiver that wait for a better time: in the offline queue, or in memory where there is none. */
export class KeptBatches {
  readonly #url: string;
  readonly #counts: Counts;
  /** Tells our batches in the queue from those of other pages. */
  readonly #id = generateSpanId();
  #memory: Batch[] = [];
  #opening: Promise<void> | undefined;
  #offline: OfflineQueue | undefined;
  #isClosed = false;

  constructor(url: string, counts: Counts) {
    this.#url = url;
    this.#counts = counts;
  }

  /** Resolves when what waits in memory is in the offline queue, where the page may have one. */
  open(): Promise<void> {
    this.#opening ??= (async () => {
      try {
        this.#offline = await OfflineQueue.open();
        void this.#trim(); // a page that was left could not
        for (const batch of this.#memory.splice(0)) void this.put(batch);
      } catch {
        // The page may keep nothing (a private window, a sandbox): memory has to do.
      }
    })();
    return this.#opening;
  }

  async put(batch: Batch): Promise<void> {
    const { spans } = batch;
    if (batch.body.length > LIMITS.body) return this.#counts.drop('tooLarge', spans);
    if (this.#offline) {
      batch.owner ??= this.#id;
      try {
        const put = this.#offline.put(batch);
        this.#count(batch, 1);
        if (await put) await this.#trim();
        return;
      } catch {
        this.#count(batch, -1); // closed, or no room
      }
    }
    if (this.#isClosed) return this.#counts.drop('stopped', spans);
    this.#memory.push(batch);
    if (this.#memory.length > LIMITS.memoryBatches) {
      this.#counts.drop('overflow', (this.#memory.shift() as Batch).spans);
    }
  }

  /** Takes the oldest batch that may be sent now; where all have to wait, answers until when (ms since the Unix epoch). */
  async take(): Promise<Batch | number | undefined> {
    const kept = this.#memory.shift();
    if (kept && kept.created + LIMITS.expiry < Date.now()) {
      this.#counts.drop('expired', kept.spans);
      return this.take();
    }
    if (kept) return kept;
    const batch = await this.#offline?.take(this.#url, this.#drop);
    if (typeof batch === 'object') this.#count(batch, -1);
    return batch;
  }

  /** What waits in memory goes into the offline queue, or is dropped. */
  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#memory.length > 0) await this.open();
    for (const batch of this.#memory.splice(0)) await this.put(batch);
    await this.#opening;
    this.#offline?.close();
    this.#offline = undefined;
    this.#opening = undefined;
  }

  /** What cannot be taken out of the queue now is when it is opened or filled the next time. */
  async #trim(): Promise<void> {
    await this.#offline?.trim(this.#drop).catch(() => {});
  }

  /** A batch went into the queue (1) or came out of it (-1). Those of other pages are ours for as long as they are out. */
  #count({ owner, spans }: Batch, change: 1 | -1): void {
    if (owner === this.#id) this.#counts.add('stored', change * spans);
    else this.#counts.add('restored', -change * spans);
  }

  /** Of any page of the origin; taken out of the queue, and lost. */
  readonly #drop: Drop = (batch, reason) => {
    this.#count(batch, -1);
    this.#counts.drop(reason, batch.spans);
  };
}
