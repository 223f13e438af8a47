import { loadLate } from '../load-late.js';
import type { ExportContext } from '../processor.js';
import { toText } from '../trace/attribute-value.js';
import { warnOnce } from '../warn.js';
import type { Delivery } from './delivery.js';
import { isLeaving, whenLeaving } from './leaving.js';
import { type Counts, conclude, post, type Receiver } from './post.js';
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

/** Batches that wait until {@link Delivery} is loaded; of more, the oldest gets its one attempt. */
const MOST_WAITING = 8;

/** ms; OpenTelemetry's default. */
const DEFAULT_TIMEOUT = 10_000;

const utf8 = new TextEncoder();

/**
 * Brings encoded spans to a receiver by POST: compressed, split into requests that fit, and repeated where it failed for
 * now. A receiver that fails is left alone for a time that doubles (or that it asks for); what comes meanwhile is kept in
 * the offline queue, or in memory where there is none, and sent by whichever page of the origin can. For exporters of any
 * format.
 *
 * What all this takes is loaded once tracing has started. Where the page is left before, or it cannot be loaded, each batch
 * gets one attempt.
 */
export class HttpDelivery {
  readonly #receiver: Receiver;
  #counts: Counts = new DestinationCounts('');
  #delivery: Delivery | undefined;
  #loading: Promise<void> | undefined;
  #waiting: (() => void)[] = [];
  #undo: (() => void) | undefined;

  /** `readRejected` answers how many spans of a batch the receiver did not take, by what it answers. */
  constructor(
    options: HttpDeliveryOptions,
    readRejected: (response: Response) => Promise<number> = async () => 0,
    type = 'application/json',
  ) {
    const { url, headers, compression, timeout } = options;
    const { href, protocol } = new URL(url, globalThis.document?.baseURI ?? globalThis.location?.href);
    if (!/^https?:$/.test(protocol)) throw new TypeError(`${protocol} cannot be posted to`);
    this.#receiver = {
      url: href,
      type,
      // What the platform would refuse with each request, it refuses here.
      headers: Object.fromEntries(new Headers(headers)),
      compresses: compression !== 'none' && typeof CompressionStream === 'function',
      timeout: readTimeout(timeout),
      readRejected,
    };
  }

  /** Sends what earlier pages have left behind, and sees to the batches of this page from here on. */
  start({ counts }: ExportContext): void {
    this.#counts = counts;
    counts.name = this.#receiver.url;
    this.#undo = whenLeaving(() => this.#release());
    void this.#load();
  }

  /** Resolves when the items have been delivered, dropped, or kept for another attempt. */
  async deliver<T>(items: readonly T[], encode: (items: readonly T[]) => string): Promise<void> {
    const send = async (): Promise<void> =>
      this.#delivery?.deliver(items, encode) ?? this.#sendOnce(items.length, utf8.encode(encode(items)));
    if (this.#delivery || isLeaving()) return send();
    const sent = new Promise<void>((resolve) => this.#waiting.push(() => resolve(send())));
    if (this.#waiting.length > MOST_WAITING) this.#waiting.shift()?.();
    void this.#load().then(() => this.#release());
    return sent;
  }

  /** What waits in memory goes into the offline queue, or is dropped. */
  async shutdown(): Promise<void> {
    this.#undo?.();
    await this.#loading;
    this.#release();
    const delivery = this.#delivery;
    this.#delivery = this.#loading = undefined;
    await delivery?.shutdown();
  }

  #load(): Promise<void> {
    this.#loading ??= loadLate(() => import('./delivery.js')).then((part) => {
      if (part) this.#delivery = new part.Delivery(this.#receiver, this.#counts);
    });
    return this.#loading;
  }

  #release(): void {
    for (const send of this.#waiting.splice(0)) send();
  }

  async #sendOnce(spans: number, body: Uint8Array<ArrayBuffer>): Promise<void> {
    const answer = await post(this.#receiver, this.#counts, body, { keepalive: isLeaving() });
    if (answer) conclude(this.#receiver, this.#counts, spans, answer);
    else this.#counts.drop('failed', spans);
  }
}

function readTimeout(given = DEFAULT_TIMEOUT): number {
  if (given > 0 && Number.isFinite(given)) return given;
  warnOnce(`the timeout of an exporter is ${toText(given)} and ${DEFAULT_TIMEOUT} is used; give a number of ms`);
  return DEFAULT_TIMEOUT;
}
