import type { SpanExporter } from '../processor.js';
import type { Span } from '../trace/span.js';
import type { AttributeValue } from '../trace/types.js';
import { warnOnce } from '../warn.js';
import { setTimerOutside } from '../zone/outside.js';
import { encodeOtlp } from './otlp-encode.js';

/** Options of an {@link OtlpHttpExporter}. */
export interface OtlpHttpExporterOptions {
  /** The receiver's full address, as `/v1/traces` or `https://collector.example/v1/traces`. */
  url: string;
  /** Sent with each request. */
  headers?: Readonly<Record<string, string>>;
  /** `'gzip'` where the platform can and the body is worth it. Default: `'gzip'`. */
  compression?: 'gzip' | 'none';
  /** ms a request may take. Default: 10,000. */
  timeout?: number;
}

/** Taken before any instrumentation: the exporter's own requests make no spans. */
const platformFetch: typeof fetch | undefined = globalThis.fetch?.bind(globalThis);

/** Below this many bytes compressing costs more than it saves. */
const MIN_COMPRESSED = 1024;
/** What the platform lets all keepalive requests of a page have in flight is 64 KB; this leaves room for others. */
const KEEPALIVE_BUDGET = 60_000;
const MAX_ATTEMPTS = 5;
/** The codes that OTLP/HTTP says to retry (https://opentelemetry.io/docs/specs/otlp/#retryable-response-codes). */
const RETRYABLE = new Set([429, 502, 503, 504]);
/** ms before the second attempt; doubled for each further one. */
const FIRST_BACKOFF = 1000;
const MAX_BACKOFF = 30_000;

let keepaliveBytes = 0;

/** Sends spans to any OpenTelemetry backend as OTLP/HTTP JSON. */
export class OtlpHttpExporter implements SpanExporter {
  /** Spans that the receiver took. */
  sentSpans = 0;
  /** Spans that were given up: refused, or out of attempts. */
  droppedSpans = 0;
  /** Attributes of the resource; `startTracing` sets them from its `service` option. */
  resource: Readonly<Record<string, AttributeValue>> = {};
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #compress: boolean;
  readonly #timeout: number;

  constructor(options: OtlpHttpExporterOptions) {
    if (typeof options?.url !== 'string' || options.url === '') {
      warnOnce(
        'OtlpHttpExporter was given no url and sends nothing; give it the address of the receiver, as /v1/traces',
      );
    }
    this.#url = String(options?.url ?? '');
    this.#headers = options?.headers ?? {};
    this.#compress = options?.compression !== 'none' && typeof CompressionStream === 'function';
    this.#timeout = options?.timeout ?? 10_000;
  }

  async export(spans: readonly Span[]): Promise<void> {
    if (this.#url === '' || !platformFetch) return;
    const text = encodeOtlp(spans, this.resource);
    const body = await this.#encodeBody(text);
    for (let attempt = 1; ; attempt++) {
      const retryAfter = await this.#send(body, spans.length);
      if (retryAfter === undefined) return;
      if (attempt === MAX_ATTEMPTS) break;
      const backoff = Math.min(MAX_BACKOFF, FIRST_BACKOFF * 2 ** (attempt - 1)) * (0.5 + Math.random() / 2);
      await new Promise<void>((resolve) => setTimerOutside(resolve, Math.max(retryAfter, backoff)));
    }
    this.droppedSpans += spans.length;
    warnOnce(`${this.#url} did not take spans in ${MAX_ATTEMPTS} attempts; they were dropped`);
  }

  async shutdown(): Promise<void> {}

  async #encodeBody(text: string): Promise<string | Blob> {
    // On the way out there is no time to compress: the request must begin in this task.
    if (!this.#compress || text.length < MIN_COMPRESSED || document.visibilityState === 'hidden') return text;
    const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'));
    return new Response(stream).blob();
  }

  /** Answers undefined when there is nothing to send again, else the ms that the receiver wants to be left alone. */
  async #send(body: string | Blob, spans: number): Promise<number | undefined> {
    const bytes = typeof body === 'string' ? body.length : body.size;
    const keepalive = document.visibilityState === 'hidden' && keepaliveBytes + bytes <= KEEPALIVE_BUDGET;
    if (keepalive) keepaliveBytes += bytes;
    try {
      const response = await (platformFetch as typeof fetch)(this.#url, {
        method: 'POST',
        headers: {
          ...this.#headers,
          'Content-Type': 'application/json',
          ...(typeof body === 'string' ? {} : { 'Content-Encoding': 'gzip' }),
        },
        body,
        keepalive,
        signal: AbortSignal.timeout(this.#timeout),
      });
      return await this.#readAnswer(response, spans);
    } catch {
      return 0;
    } finally {
      if (keepalive) keepaliveBytes -= bytes;
    }
  }

  async #readAnswer(response: Response, spans: number): Promise<number | undefined> {
    if (RETRYABLE.has(response.status)) return parseRetryAfter(response.headers.get('retry-after'));
    if (!response.ok) {
      this.droppedSpans += spans;
      warnOnce(`${this.#url} refused spans with status ${response.status}; they were dropped`);
      return undefined;
    }
    const rejected = await readRejected(response);
    this.sentSpans += spans - rejected;
    this.droppedSpans += rejected;
    if (rejected > 0) warnOnce(`${this.#url} rejected ${rejected} spans of a batch; they are not sent again`);
    return undefined;
  }
}

/** ms to wait by a `Retry-After` header, which holds seconds or a date. */
function parseRetryAfter(header: string | null): number {
  if (header === null) return 0;
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), 10 * MAX_BACKOFF) : 0;
}

async function readRejected(response: Response): Promise<number> {
  try {
    const answer = (await response.json()) as { partialSuccess?: { rejectedSpans?: string | number } } | null;
    const rejected = Number(answer?.partialSuccess?.rejectedSpans ?? 0);
    return Number.isFinite(rejected) ? rejected : 0;
  } catch {
    return 0; // an empty or odd body of a success
  }
}
