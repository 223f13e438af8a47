import type { ExportContext } from '../processor.js';
import { warnOnce } from '../warn.js';
import { runWhenIdle, setTimerOutside } from '../zone/outside.js';
import { runOutside } from '../zone/variable.js';
import { LIMITS } from './delivery-limits.js';
import { takeKeepalive } from './keepalive-budget.js';
import { isLeaving, whenLeaving } from './leaving.js';
import type { Batch, OfflineQueue } from './offline-queue.js';
import { parseRetryAfter } from './retry-after.js';
import { DestinationCounts } from './stats.js';

/** Options of an {@link HttpDelivery}. */
export interface HttpDeliveryOptions {
  /** The receiver's full address, as `/v1/traces` or `https://collector.example/v1/traces`. */
  url: string;
  /** Sent with each request. */
  headers?: Readonly<Record<string, string>>;
  /** `'gzip'` where the platform can and the body is worth it. Default: `'gzip'`. */
  compression?: 'gzip' | 'none';
  /** ms a request may take. Default: 10,000. */
  timeout?: number;
}

/** Taken before any instrumentation: the requests of a delivery make no spans. */
const platformFetch: typeof fetch | undefined = globalThis.fetch?.bind(globalThis);

/** The codes that OTLP/HTTP says to retry (https://opentelemetry.io/docs/specs/otlp/#retryable-response-codes). */
const RETRYABLE = [429, 502, 503, 504];

const utf8 = new TextEncoder();

/**
 * Brings encoded spans to a receiver by POST: compressed, split into requests that fit, and repeated where it failed for
 * now. A receiver that fails is left alone for a time that doubles (or that it asks for); what comes meanwhile is kept in
 * the offline queue, or in memory where there is none, and sent by whichever page of the origin can. For exporters of any
 * format.
 */
export class HttpDelivery {
  readonly #url: string;
  readonly #type: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #compresses: boolean;
  readonly #timeout: number;
  readonly #readRejected: (response: Response) => Promise<number>;
  #counts: ExportContext['counts'] = new DestinationCounts('');
  /** Failures in a row. While there are any, only one request at a time asks whether the receiver is back. */
  #failures = 0;
  /** ms since the Unix epoch. */
  #notBefore = 0;
  /** The same, as the receiver asked for. */
  #askedFor = 0;
  #opening: Promise<void> | undefined;
  #offline: OfflineQueue | undefined;
  #kept: Batch[] = [];
  /** Batches that the end of the page would cut off: they are being compressed, or are too large to outlive it. */
  #exposed = new Map<Batch, 'compressing' | 'sending'>();
  #stopTimer: (() => void) | undefined;
  #draining: Promise<void> | undefined;
  #undo: (() => void)[] = [];
  #hasStopped = false;

  /** `readRejected` answers how many spans of a batch the receiver did not take, by what it answers. */
  constructor(
    options: HttpDeliveryOptions,
    readRejected: (response: Response) => Promise<number> = async () => 0,
    type = 'application/json',
  ) {
    this.#url = new URL(options.url, globalThis.document?.baseURI ?? globalThis.location?.href).href;
    this.#type = type;
    this.#headers = options.headers ?? {};
    this.#compresses = options.compression !== 'none' && typeof CompressionStream === 'function';
    this.#timeout = options.timeout ?? 10_000;
    this.#readRejected = readRejected;
  }

  /** Sends what earlier pages have left behind, and sees to the batches of this page from here on. */
  start({ counts }: ExportContext): void {
    this.#hasStopped = false;
    this.#counts = counts;
    counts.name = this.#url;
    const online = (): void => {
      this.#notBefore = this.#askedFor;
      void this.#drain();
    };
    runOutside(() => addEventListener('online', online));
    this.#undo = [
      runWhenIdle(() => void this.#open().then(() => this.#drain())),
      whenLeaving((isLast) => this.#leave(isLast)),
      () => removeEventListener('online', online),
    ];
  }

  /** Resolves when the items have been delivered, dropped, or kept for another attempt. */
  async deliver<T>(items: readonly T[], encode: (items: readonly T[]) => string): Promise<void> {
    const body = utf8.encode(encode(items));
    if (items.length > 1 && body.length > (isLeaving() ? LIMITS.lastBody : LIMITS.body)) {
      const half = items.length >> 1;
      const halves = [this.deliver(items.slice(0, half), encode), this.deliver(items.slice(half), encode)];
      await Promise.all(halves);
      return;
    }
    const created = Date.now();
    const batch: Batch = {
      url: this.#url,
      type: this.#type,
      body,
      gzip: false,
      spans: items.length,
      created,
      attempts: 0,
      notBefore: 0,
    };
    await this.#dispatch(batch);
  }

  /** What waits in memory goes into the offline queue, or is dropped. */
  async shutdown(): Promise<void> {
    this.#hasStopped = true;
    this.#stopTimer?.();
    for (const step of this.#undo) step();
    await this.#draining;
    if (this.#kept.length > 0) await this.#open();
    for (const batch of this.#kept.splice(0)) await this.#keep(batch);
    await this.#opening;
    this.#offline?.close();
    this.#offline = undefined;
    this.#opening = undefined;
  }

  get #isFailing(): boolean {
    return this.#failures > 0 || Date.now() < this.#notBefore || navigator.onLine === false;
  }

  async #dispatch(batch: Batch): Promise<void> {
    if (this.#isFailing) return this.#keep(batch);
    if (this.#compresses && batch.body.length >= LIMITS.compressed && !isLeaving()) {
      this.#exposed.set(batch, 'compressing');
      const smaller = await gzip(batch.body);
      if (!this.#exposed.delete(batch)) return;
      if (smaller.length < batch.body.length) Object.assign(batch, { body: smaller, gzip: true });
    }
    await this.#send(batch);
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
    const { body, spans } = batch;
    const release = takeKeepalive(body.length);
    // Hidden pages may end at any time, and the rest of a large request with them.
    if (!release && isLeaving()) return this.#keep(batch);
    if (!release) this.#exposed.set(batch, 'sending');
    this.#counts.add('requests', 1);
    this.#counts.add('bytes', body.length);
    if (batch.attempts > 0) this.#counts.add('retries', 1);
    let response: Response | undefined;
    let rejected = 0;
    try {
      response = await (platformFetch as typeof fetch)(this.#url, {
        method: 'POST',
        headers: {
          ...this.#headers,
          'Content-Type': this.#type,
          ...(batch.gzip ? { 'Content-Encoding': 'gzip' } : {}),
        },
        body,
        keepalive: release !== undefined,
        signal: AbortSignal.timeout(this.#timeout),
      });
      if (response.ok) rejected = Math.min(Math.max(await this.#readRejected(response), 0) || 0, spans);
    } catch (error) {
      if (!response) warnOnce(`${this.#url} could not be reached and is tried again later; see the cause`, error);
    }
    release?.();
    // Cut off by the end of the page, it was put away.
    if (!release && !this.#exposed.delete(batch)) return;
    if (!response || RETRYABLE.includes(response.status)) {
      return this.#fail(batch, parseRetryAfter(response?.headers.get('retry-after') ?? null));
    }
    this.#failures = 0;
    this.#notBefore = 0;
    if (response.ok) {
      this.#counts.add('exported', spans - rejected);
      this.#counts.drop('rejected', rejected);
      if (rejected > 0) warnOnce(`${this.#url} rejected ${rejected} spans of a batch; they are not sent again`);
    } else {
      this.#counts.drop('refused', spans);
      warnOnce(`${this.#url} refused spans with status ${response.status}; they were dropped`);
    }
  }

  async #fail(batch: Batch, retryAfter: number): Promise<void> {
    const now = Date.now();
    batch.attempts++;
    batch.notBefore = this.#askedFor = now + retryAfter;
    // Of several requests that fail at once, the first one counts.
    if (now >= this.#notBefore) this.#failures++;
    const backoff = Math.min(LIMITS.maxBackoff, LIMITS.firstBackoff * 2 ** (this.#failures - 1));
    this.#notBefore = Math.max(this.#notBefore, now + Math.max(retryAfter, backoff * (1 - Math.random() / 2)));
    this.#drainLater();
    if (batch.attempts < LIMITS.attempts) return this.#keep(batch);
    this.#counts.drop('attempts', batch.spans);
  }

  async #keep(batch: Batch): Promise<void> {
    this.#drainLater();
    if (batch.body.length > LIMITS.body) return this.#counts.drop('tooLarge', batch.spans);
    if (this.#offline) {
      try {
        const put = this.#offline.put(batch);
        this.#counts.add('stored', batch.spans);
        await put;
        return;
      } catch {
        this.#counts.add('stored', -batch.spans); // closed, or no room
      }
    }
    if (this.#hasStopped) return this.#counts.drop('stopped', batch.spans);
    this.#kept.push(batch);
    if (this.#kept.length > LIMITS.memoryBatches) {
      this.#counts.drop('overflow', (this.#kept.shift() as Batch).spans);
    }
  }

  #open(): Promise<void> {
    this.#opening ??= (async () => {
      try {
        const { OfflineQueue } = await import('./offline-queue.js');
        this.#offline = await OfflineQueue.open();
        for (const batch of this.#kept.splice(0)) void this.#keep(batch);
      } catch {
        // The page may keep nothing (a private window, a sandbox): memory has to do.
      }
    })();
    return this.#opening;
  }

  #drainLater(at = this.#notBefore): void {
    this.#stopTimer?.();
    // Without a network nothing is tried: the browser says when there is one.
    if (this.#hasStopped || navigator.onLine === false) return;
    const wait = Math.max(at - Date.now(), LIMITS.firstBackoff / 2);
    this.#stopTimer = setTimerOutside(() => {
      this.#stopTimer = runWhenIdle(() => void this.#drain());
    }, wait);
  }

  /** Sends what was kept, one batch after another, until one fails. One tab at a time: the others would ask the same. */
  #drain(): Promise<void> {
    this.#draining ??= this.#drainOnce().finally(() => {
      this.#draining = undefined;
    });
    return this.#draining;
  }

  async #drainOnce(): Promise<void> {
    if (navigator.onLine === false || Date.now() < this.#notBefore) return this.#drainLater();
    const send = (): Promise<void> => this.#sendKept();
    const { locks } = navigator;
    try {
      if (!locks) return await send();
      const name = `zonetrace ${this.#url}`;
      await runOutside(() =>
        locks.request(name, { ifAvailable: true }, (lock) => (lock ? send() : this.#drainLater())),
      );
    } catch (error) {
      warnOnce('the spans that wait to be sent could not be read; see the cause', error);
      this.#drainLater();
    }
  }

  async #sendKept(): Promise<void> {
    while (!this.#hasStopped) {
      const batch = await this.#take();
      if (typeof batch === 'number') return this.#drainLater(batch);
      if (!batch) {
        this.#failures = 0;
        return;
      }
      const failures = this.#failures;
      await this.#send(batch);
      if (this.#failures > failures) return;
    }
  }

  async #take(): Promise<Batch | number | undefined> {
    const kept = this.#kept.shift();
    if (kept && kept.created + LIMITS.expiry < Date.now()) {
      this.#counts.drop('expired', kept.spans);
      return this.#take();
    }
    if (kept) return kept;
    const batch = await this.#offline?.take(this.#url, (old, reason) => {
      this.#counts.add('restored', old.spans);
      this.#counts.drop(reason, old.spans);
    });
    if (typeof batch === 'object') this.#counts.add('restored', batch.spans);
    return batch;
  }
}

async function gzip(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
