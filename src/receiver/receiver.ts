import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ReadSpan } from '../../panel/formats/span.js';
import { Forwarder, type ForwardOptions, type ForwardStats } from './forward.js';
import { allowOrigin } from './origins.js';
import { answerRefused, answerTaken, JSON_TYPE, PROTOBUF_TYPE } from './otlp-answer.js';
import { drainBody, type Held, inflateBody, readBody } from './read-body.js';
import { readSpans } from './read-spans.js';
import { Refusal } from './refusal.js';

/** How much the receiver takes. */
export interface ReceiverLimits {
  /** Bytes of one body, as sent and inflated. Default: 8 MiB, some ten full batches of an SDK. */
  bytes: number;
  /** Bytes of all bodies that are being received or wait. Default: 32 MiB. */
  heldBytes: number;
  /** Requests at once. Default: 100. */
  requests: number;
  /** Spans a second; a burst may be as large. Default: 20,000. */
  spansPerSecond: number;
  /** ms for a body to come. Default: 10,000. */
  time: number;
}

/** Options of `createReceiver`. */
export interface ReceiverOptions {
  /**
   * Takes the spans of each request; the request is answered once it has. `bytes`: the size of its body, inflated. What
   * cannot take them throws a `Refusal`.
   */
  onSpans: (spans: readonly ReadSpan[], bytes: number) => void | Promise<void>;
  /** Origins besides localhost whose pages may send: `https://shop.test:8443`. Default: none. */
  origins?: readonly string[] | undefined;
  /** A collector that gets everything as it came: its address, or with headers. Default: none. */
  forward?: string | ForwardOptions | undefined;
  limits?: Partial<ReceiverLimits> | undefined;
  /** Told once what goes wrong that no client is told. Default: `console.warn`. */
  warn?: ((message: string) => void) | undefined;
}

/** What became of all that came. */
export interface ReceiverStats {
  /** Spans handed on. */
  spans: number;
  /** Valid spans beyond `spansPerSecond`; their senders were told, and do not send them again. */
  rejectedSpans: number;
  /** Requests that were taken. */
  requests: number;
  /** Requests that were not, by their status. */
  refused: Readonly<Record<number, number>>;
  /** Requests to the collector, where there is one. */
  forward: Readonly<ForwardStats> | undefined;
}

/** An OTLP/HTTP receiver. */
export interface Receiver {
  /** Answers what concerns it and leaves the rest to `next`: as for `connect`, Express, and Vite's dev server. */
  readonly middleware: (request: IncomingMessage, response: ServerResponse, next: () => void) => void;
  /** A copy, as of now. */
  readonly stats: ReceiverStats;
  /** Stops forwarding; what waits is lost, and counted. */
  close(): void;
}

const DEFAULT_LIMITS: ReceiverLimits = {
  bytes: 8 * 1024 * 1024,
  heldBytes: 32 * 1024 * 1024,
  requests: 100,
  spansPerSecond: 20_000,
  time: 10_000,
};

/** An SDK that is given one endpoint for all sends these too: taken and forwarded, so that it has nothing to complain of. */
const PATH = /^\/v1\/(traces|metrics|logs|profiles)$/;

/** s after which a client that was too much may come again. */
const RETRY_AFTER = '1';

/**
 * A receiver of OTLP over HTTP (https://opentelemetry.io/docs/specs/otlp/#otlphttp): `POST /v1/traces` in JSON or protobuf,
 * plain or gzip. No body, whatever it is, throws or ends the process.
 */
export function createReceiver(options: ReceiverOptions): Receiver {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const warn = options.warn ?? ((message) => console.warn(`zonetrace: ${message}`));
  const forward = typeof options.forward === 'string' ? { url: options.forward } : options.forward;
  const forwarder = forward && new Forwarder(forward, warn);
  const counts = { spans: 0, rejectedSpans: 0, requests: 0 };
  const refused: Record<number, number> = {};
  const held: Held = { bytes: 0 };
  const tokens = { left: limits.spansPerSecond, at: performance.now() };
  let open = 0;
  /** One body after the other is inflated and read: their values take several times their bytes. */
  let turn: Promise<unknown> = Promise.resolve();

  /** How many of these spans the rate lets through. */
  const admit = (wanted: number): number => {
    const now = performance.now();
    const earned = ((now - tokens.at) / 1000) * limits.spansPerSecond;
    tokens.left = Math.min(limits.spansPerSecond, tokens.left + earned);
    tokens.at = now;
    const admitted = Math.min(wanted, Math.floor(tokens.left));
    tokens.left -= admitted;
    return admitted;
  };

  const takeSpans = async (response: ServerResponse, type: string, body: Buffer) => {
    const spans = readSpans(body, type);
    const admitted = admit(spans.length);
    const rejected = spans.length - admitted;
    if (rejected > 0 && counts.rejectedSpans === 0) {
      warn(
        `more than ${limits.spansPerSecond} spans a second came, and the rest is rejected; raise limits.spansPerSecond`,
      );
    }
    counts.rejectedSpans += rejected;
    if (admitted > 0) await options.onSpans(rejected > 0 ? spans.slice(0, admitted) : spans, body.length);
    counts.spans += admitted;
    answerTaken(response, type, rejected, `more than ${limits.spansPerSecond} spans a second came`);
  };

  const take = async (request: IncomingMessage, response: ServerResponse, path: string, type: string) => {
    checkHeaders(request, type);
    const encoding = request.headers['content-encoding']?.toLowerCase();
    const body = await readBody(request, held, limits);
    const read = async () => {
      const plain = encoding === 'gzip' ? await inflateBody(body, limits.bytes) : body;
      if (path === '/v1/traces') await takeSpans(response, type, plain);
      else answerTaken(response, type, 0, '');
      counts.requests++;
      forwarder?.add({ path, body, type, encoding });
    };
    turn = turn.then(read, read);
    await turn.finally(() => {
      held.bytes -= body.length;
    });
  };

  const handle = async (request: IncomingMessage, response: ServerResponse, path: string) => {
    const type = mediaType(request);
    open++;
    request.on('error', () => {}); // the client is gone
    try {
      if (!allowOrigin(request, response, options.origins ?? [])) {
        throw new Refusal(403, `pages of ${request.headers.origin} may not send here; allow it by the option origins`);
      }
      if (request.method === 'OPTIONS') response.writeHead(204).end();
      else if (open > limits.requests) throw new Refusal(503, 'too many requests at once; send it again later');
      else await take(request, response, path, type);
    } catch (error) {
      const { status, message } =
        error instanceof Refusal ? error : new Refusal(500, 'the receiver failed; see its log');
      if (status === 500) warn(`a request to ${path} was not taken: ${(error as Error)?.stack ?? error}`);
      refused[status] = (refused[status] ?? 0) + 1;
      if (response.headersSent) return;
      if (status === 503) response.setHeader('Retry-After', RETRY_AFTER);
      if (status === 405) response.setHeader('Allow', 'POST, OPTIONS');
      if (status === 415) response.setHeader('Accept-Encoding', 'gzip');
      answerRefused(response, type, status, message);
      drainBody(request, limits);
    } finally {
      open--;
    }
  };

  return {
    middleware(request, response, next) {
      const path = (request.url ?? '').replace(/\?.*$/s, '');
      if (PATH.test(path)) void handle(request, response, path);
      else next();
    },
    get stats() {
      return { ...counts, refused: { ...refused }, forward: forwarder && { ...forwarder.stats } };
    },
    close: () => forwarder?.close(),
  };
}

function mediaType(request: IncomingMessage): string {
  return (request.headers['content-type'] ?? '').replace(/;.*$/s, '').trim().toLowerCase();
}

function checkHeaders(request: IncomingMessage, type: string): void {
  if (request.method !== 'POST') throw new Refusal(405, `${request.method} is not answered here; send spans by POST`);
  if (type !== JSON_TYPE && type !== PROTOBUF_TYPE) {
    throw new Refusal(415, `the type ${JSON.stringify(type)} is not read; send ${JSON_TYPE} or ${PROTOBUF_TYPE}`);
  }
  const encoding = request.headers['content-encoding']?.toLowerCase() ?? 'identity';
  if (encoding !== 'gzip' && encoding !== 'identity') {
    throw new Refusal(415, `the encoding ${JSON.stringify(encoding)} is not read; send gzip or none`);
  }
}
