import { anchorClock } from '../trace/clock.js';
import type { Span } from '../trace/span.js';
import type { SpanContext } from '../trace/types.js';
import { tracer } from '../tracer.js';
import { byteLength } from './byte-length.js';
import { describeUrl, failHttpSpan } from './http-span.js';

/** The spans of messages are counted in windows of this length (ms). */
const RATE_WINDOW = 1000;

/** The messages that were counted, with their spans. */
const received = new WeakMap<Event, Span | undefined>();

type Fields = Record<string, unknown>;

/**
 * The spans of a connection: one from the constructor until it is open or has failed, one for its end with what was
 * moved, and, where they are asked for, one a message. An open connection holds no span and no trace; the later spans
 * link to the first one.
 */
export class Connection {
  readonly #source: string;
  readonly #path: string;
  readonly #attributes: Fields;
  readonly #context: SpanContext;
  /** Spans of messages a second. */
  readonly #rate: number;
  #connecting: Span | undefined;
  #closing: Span | undefined;
  /** performance.now() */
  #openedAt: number | undefined;
  #lostAt = 0;
  #attempts = 0;
  #byPage = false;
  #counts: Record<string, number> = {};
  #windowStart = 0;
  #inWindow = 0;
  #leftOut = 0;

  constructor(source: string, url: URL, rate: number) {
    this.#source = source;
    this.#path = url.pathname;
    this.#attributes = describeUrl(url);
    this.#rate = rate;
    this.#connecting = tracer.start(`${source} ${url.pathname}`, { kind: 'CLIENT', attributes: this.#attributes });
    this.#context = this.#connecting.context;
  }

  /** It is open: for the first time, or again after a loss. */
  opened(attributes: Fields = {}): void {
    const span = this.#connecting ?? this.#reconnecting();
    this.#connecting = undefined;
    this.#openedAt = performance.now();
    span.setAttributes(attributes).finish();
  }

  /** The page closes it. */
  closing(): void {
    this.#byPage = true;
    if (this.#openedAt !== undefined) this.#closing ??= this.#start('close ', {});
  }

  /** It is open no longer, or could not be opened; `failure` says what is wrong where it was open. */
  closed(attributes: Fields = {}, failure?: string, error?: unknown): void {
    const now = performance.now();
    if (this.#openedAt !== undefined) {
      const span = this.#closing ?? this.#start('close ', { root: true });
      span.setAttributes({ ...this.#counts, 'connection.open_time': now - this.#openedAt, ...attributes });
      span.finish(failure === undefined ? undefined : { code: 'ERROR', message: failure });
      this.#counts = {};
      this.#attempts = 0;
    } else {
      // An attempt that is repeated is told once it has succeeded or was called off.
      const span = this.#connecting ?? (this.#byPage ? this.#reconnecting() : undefined);
      if (span) failHttpSpan(span, this.#byPage ? 'abort' : 'error', error);
    }
    if (this.#openedAt !== undefined || this.#connecting) this.#lostAt = anchorClock(now) + now;
    this.#openedAt = undefined;
    this.#connecting = undefined;
    this.#closing = undefined;
    this.#attempts++;
  }

  sent(data: unknown): void {
    this.#count('sent', data)?.finish();
  }

  /** Counts a message, however often it is told; answers its span where it has one. */
  received(event: MessageEvent): Span | undefined {
    if (!received.has(event)) received.set(event, this.#count('received', event.data));
    return received.get(event);
  }

  #count(way: 'sent' | 'received', data: unknown): Span | undefined {
    const size = byteLength(data) ?? 0;
    this.#add(`connection.messages_${way}`, 1);
    this.#add(`connection.bytes_${way}`, size);
    if (this.#rate === 0) return undefined;
    const now = performance.now();
    if (now - this.#windowStart >= RATE_WINDOW) {
      this.#windowStart = now;
      this.#inWindow = 0;
    }
    if (this.#inWindow++ >= this.#rate) {
      this.#leftOut++;
      this.#add('connection.messages_left_out', 1);
      return undefined;
    }
    const isSent = way === 'sent';
    const span = this.#start(isSent ? 'send ' : 'message ', {
      kind: isSent ? 'PRODUCER' : 'CONSUMER',
      root: !isSent,
      endsItself: !isSent,
    });
    span.setAttribute('messaging.message.body.size', size);
    if (this.#leftOut > 0) span.setAttribute('connection.messages_left_out', this.#leftOut);
    this.#leftOut = 0;
    return span;
  }

  #add(key: string, amount: number): void {
    this.#counts[key] = (this.#counts[key] ?? 0) + amount;
  }

  #start(what: string, options: Parameters<typeof tracer.start>[1]): Span {
    return tracer.start(`${this.#source} ${what}${this.#path}`, {
      kind: 'CLIENT',
      attributes: this.#attributes,
      links: [{ context: this.#context }],
      ...options,
    });
  }

  #reconnecting(): Span {
    const span = this.#start('reconnect ', { root: true, startTime: this.#lostAt });
    return span.setAttribute('connection.attempts', this.#attempts);
  }
}
