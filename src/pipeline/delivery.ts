import { warnOnce } from '../warn.js';
import { NativePromise } from '../zone/native.js';
import { runWhenIdle, setTimerOutside } from '../zone/outside.js';
import { runOutside } from '../zone/variable.js';
import { LIMITS } from './delivery-limits.js';
import { hasKeepalive, takeKeepalive } from './keepalive-budget.js';
import { KeptBatches } from './kept-batches.js';
import { isLeaving, whenLeaving } from './leaving.js';
import type { Batch } from './offline-queue.js';
import { type Answer, type Counts, conclude, post, type Receiver } from './post.js';
import { parseRetryAfter } from './retry-after.js';

/** The codes that OTLP/HTTP says to retry (https://opentelemetry.io/docs/specs/otlp/#retryable-response-codes). */
const RETRYABLE = [429, 502, 503, 504];

/** How many items a page that is left encodes first, to learn how large they are. */
const FIRST_ITEMS = 16;

/** How much of a request is filled by the size of the items before; one that is too large is encoded once more. */
const FILL = 0.9;

const utf8 = new TextEncoder();

/** Brings encoded spans to a receiver and does not give up soon; what `HttpDelivery` says of it. Loaded when tracing has started. */
export class Delivery {
  readonly #receiver: Receiver;
  readonly #counts: Counts;
  readonly #kept: KeptBatches;
  /** Failures in a row. While there are any, only one request at a time asks whether the receiver is back. */
  #failures = 0;
  /** By `performance.now()`: the clock of the machine may be set back by hours. */
  #notBefore = 0;
  /** The same, as the receiver asked for. */
  #askedFor = 0;
  /** Batches that the end of the page would cut off: they are being compressed, or are too large to outlive it. */
  #exposed = new Map<Batch, 'compressing' | 'sending'>();
  #stopTimer: (() => void) | undefined;
  #draining = Promise.resolve();
  readonly #undo: readonly (() => void)[];
  #hasStopped = false;

  /** Sends what earlier pages have left behind, and sees to the batches of this page from here on. */
  constructor(receiver: Receiver, counts: Counts) {
    this.#receiver = receiver;
    this.#counts = counts;
    this.#kept = new KeptBatches(receiver.url, counts);
    const online = (): void => {
      this.#notBefore = this.#askedFor;
      this.#drain();
    };
    runOutside(() => addEventListener('online', online));
    this.#undo = [
      runWhenIdle(() => void this.#kept.open().then(() => this.#drain())),
      whenLeaving((isLast) => this.#leave(isLast)),
      () => removeEventListener('online', online),
    ];
  }

  /** Resolves when the items have been delivered, dropped, or kept for another attempt. */
  async deliver<T>(items: readonly T[], encode: (items: readonly T[]) => string): Promise<void> {
    const sent: Promise<void>[] = [];
    // The end of a page has little time, so that hardly an item is encoded twice then.
    let count = isLeaving() ? FIRST_ITEMS : items.length;
    for (let next = 0; next < items.length; ) {
      const part = items.slice(next, next + count);
      const body = utf8.encode(encode(part));
      if (part.length === 1 || body.length <= this.#bodyLimit) {
        sent.push(this.#dispatchNew(body, part.length));
        next += part.length;
      }
      count = Math.max(1, Math.floor((part.length * this.#bodyLimit * FILL) / body.length));
    }
    await NativePromise.all(sent);
  }

  get #bodyLimit(): number {
    if (!isLeaving()) return LIMITS.body;
    return !this.#isFailing && hasKeepalive(LIMITS.lastBody) ? LIMITS.lastBody : LIMITS.lastKept;
  }

  #dispatchNew(body: Uint8Array<ArrayBuffer>, spans: number): Promise<void> {
    const { url, type } = this.#receiver;
    return this.#dispatch({ url, type, body, gzip: false, spans, created: Date.now(), attempts: 0, notBefore: 0 });
  }

  /** What waits in memory goes into the offline queue, or is dropped. */
  async shutdown(): Promise<void> {
    this.#hasStopped = true;
    this.#stopTimer?.();
    for (const step of this.#undo) step();
    await this.#draining;
    await this.#kept.close();
  }

  get #isFailing(): boolean {
    return this.#failures > 0 || performance.now() < this.#notBefore || navigator.onLine === false;
  }

  async #dispatch(batch: Batch): Promise<void> {
    if (this.#isFailing) return this.#keep(batch);
    await this.#send(batch);
  }

  #isWorthCompressing({ gzip, body }: Batch): boolean {
    return this.#receiver.compresses && !gzip && body.length >= LIMITS.compressed && !isLeaving();
  }

  /** Answers whether the batch is still to be sent: where the page is left meanwhile, it is sent or kept as it is. */
  async #compress(batch: Batch): Promise<boolean> {
    this.#exposed.set(batch, 'compressing');
    const smaller = await gzip(batch.body);
    if (!this.#exposed.delete(batch)) return false;
    if (smaller.length < batch.body.length) Object.assign(batch, { body: smaller, gzip: true });
    return true;
  }

  /** A receiver that does not answer any more would be told too late: the page is gone. */
  #leave(isLast: boolean): void {
    for (const [batch, state] of this.#exposed) {
      if (state === 'sending' && !isLast) continue;
      this.#exposed.delete(batch);
      if (state === 'sending') void this.#keep(batch);
      else void this.#dispatch(batch);
    }
  }

  async #send(batch: Batch): Promise<void> {
    if (this.#isWorthCompressing(batch) && !(await this.#compress(batch))) return;
    const { body, gzip, spans } = batch;
    const release = takeKeepalive(body.length);
    // Hidden pages may end at any time, and the rest of a large request with them.
    if (!release && isLeaving()) return this.#keep(batch);
    if (!release) this.#exposed.set(batch, 'sending');
    if (batch.attempts > 0) this.#counts.add('retries', 1);
    const answer = await post(this.#receiver, this.#counts, body, { gzip, keepalive: release !== undefined });
    release?.();
    // Cut off by the end of the page, it was put away.
    if (!release && !this.#exposed.delete(batch)) return;
    if (!answer || RETRYABLE.includes(answer.response.status)) return this.#fail(batch, answer);
    this.#failures = 0;
    this.#notBefore = 0;
    conclude(this.#receiver, this.#counts, spans, answer);
  }

  async #fail(batch: Batch, answer: Answer | undefined): Promise<void> {
    const retryAfter = parseRetryAfter(answer?.response.headers.get('retry-after') ?? null);
    const now = performance.now();
    batch.attempts++;
    batch.notBefore = Date.now() + retryAfter;
    this.#askedFor = now + retryAfter;
    // Of several requests that fail at once, the first one counts.
    if (now >= this.#notBefore) this.#failures++;
    const backoff = Math.min(LIMITS.maxBackoff, LIMITS.firstBackoff * 2 ** (this.#failures - 1));
    this.#notBefore = Math.max(this.#notBefore, now + Math.max(retryAfter, backoff * (1 - Math.random() / 2)));
    this.#drainLater();
    if (batch.attempts < LIMITS.attempts) return this.#keep(batch);
    this.#counts.drop('attempts', batch.spans);
  }

  #keep(batch: Batch): Promise<void> {
    this.#drainLater();
    return this.#kept.put(batch);
  }

  #drainLater(at = this.#notBefore): void {
    this.#stopTimer?.();
    // Without a network nothing is tried: the browser says when there is one.
    if (this.#hasStopped || navigator.onLine === false) return;
    const wait = Math.max(at - performance.now(), LIMITS.firstBackoff / 2);
    this.#stopTimer = setTimerOutside(() => {
      this.#stopTimer = runWhenIdle(() => this.#drain());
    }, wait);
  }

  /**
   * Sends what was kept, one batch after another, until one fails. One tab at a time: the others would ask the same. Where
   * one is under way, another one follows it, which finds what was kept when the first had looked.
   */
  #drain(): void {
    this.#draining = this.#draining.then(() => this.#drainOnce());
  }

  async #drainOnce(): Promise<void> {
    if (navigator.onLine === false || performance.now() < this.#notBefore) return this.#drainLater();
    try {
      await this.#sendAlone();
    } catch (error) {
      warnOnce('the spans that wait to be sent could not be read; see the cause', error);
      this.#drainLater();
    }
  }

  async #sendAlone(): Promise<void> {
    const { locks } = navigator;
    let isAnswered = false;
    try {
      if (locks) {
        return await runOutside(() =>
          locks.request(`zonetrace ${this.#receiver.url}`, { ifAvailable: true }, (lock) => {
            isAnswered = true;
            return lock ? this.#sendKept() : this.#drainLater();
          }),
        );
      }
    } catch (error) {
      if (isAnswered) throw error; // else this page may have no locks: it is sandboxed
    }
    return this.#sendKept();
  }

  async #sendKept(): Promise<void> {
    while (!this.#hasStopped) {
      // Another request has failed while the queue was opened or read.
      if (performance.now() < this.#notBefore) return this.#drainLater();
      const batch = await this.#kept.take();
      if (typeof batch === 'number') return this.#drainLater(performance.now() + batch - Date.now());
      if (!batch) {
        this.#failures = 0;
        return;
      }
      const failures = this.#failures;
      await this.#send(batch);
      if (this.#failures > failures) return;
    }
  }
}

async function gzip(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
