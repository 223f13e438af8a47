import { warnOnce } from '../warn.js';
import { attempt } from './attempt.js';
import { putAttribute, safeEntries, toAttributeValue, toText } from './attribute-value.js';
import { describeException } from './exception.js';
import { noteRecorded } from './recorded-errors.js';
import { isSpanContext } from './span-context.js';
import { storeAttributes } from './store-attributes.js';
import type { Trace } from './trace.js';
import type { Attributes, SpanContext, SpanEvent, SpanKind, SpanLink, SpanRecord, StatusCode } from './types.js';

/** What a new span is made of. Made by the tracer; users call `startSpan` or `withSpan`. */
export interface SpanInit {
  name: string;
  trace: Trace;
  parent: Span | undefined;
  remoteParent: SpanContext | undefined;
  kind: SpanKind;
  startTime: number;
  /** Of a span that began in a worker or a frame. */
  context?: SpanContext | undefined;
}

const NO_ATTRIBUTES: Readonly<Attributes> = Object.freeze({});
const NO_EVENTS: readonly SpanEvent[] = Object.freeze([]);
const NO_LINKS: readonly SpanLink[] = Object.freeze([]);

/**
 * One operation: a name, a beginning, an end, and what is known of it. Times are ms since the Unix epoch as a float,
 * monotonic inside a trace. No method throws; misuse is said once on the console.
 */
export class Span implements SpanRecord {
  /** The trace that the span belongs to. */
  readonly trace: Trace;
  /** The span that caused this one, where it is of this page and its trace is live; see also `parentSpanId`. */
  readonly parent: Span | undefined;
  readonly kind: SpanKind;
  readonly startTime: number;
  endTime: number | undefined = undefined;
  status: StatusCode = 'UNSET';
  statusMessage: string | undefined = undefined;
  droppedAttributesCount = 0;
  droppedEventsCount = 0;
  droppedLinksCount = 0;
  /** @internal What the zones that run in this span hold; the tracer's. */
  scope: { readonly context: SpanContext | undefined } | undefined = undefined;
  /** @internal Beyond the limit of its trace: nothing of it is kept. */
  dropped = false;
  /** @internal Not known to anybody yet: it counts once it has taken time or caused something. */
  tentative = false;
  /** @internal More of it comes to light after its end, within a bounded time: exporters wait for it; see `amend`. */
  incomplete = false;
  /** @internal It began in a worker or a frame: whose service it is, and whether it is exported there. */
  origin: { service: string; exports: boolean } | undefined = undefined;
  /** @internal No code ends it: it ends with the last activity of its trace, and does not keep it live. */
  endsItself = false;
  /** @internal The row of this span in the store. */
  row = -1;
  #name: string;
  #remoteParent: SpanContext | undefined;
  #context: SpanContext | undefined = undefined;
  #attributes: Attributes | undefined = undefined;
  #attributeCount = 0;
  #events: SpanEvent[] | undefined = undefined;
  #links: SpanLink[] | undefined = undefined;
  #amending = false;

  /** @internal */
  constructor(init: SpanInit) {
    this.#name = init.name;
    this.trace = init.trace;
    this.parent = init.parent;
    this.#remoteParent = init.remoteParent;
    this.#context = init.context;
    this.kind = init.kind;
    this.startTime = init.startTime;
    this.#name = this.#redact('span.name', init.name);
  }

  get name(): string {
    return this.#name;
  }

  /** The identity of the span. Drawn at first use: most spans of a page are never asked for it. */
  get context(): SpanContext {
    this.#context ??= this.scope?.context ?? this.trace.identity.drawContext();
    return this.#context;
  }

  /** @internal The context, where it has been drawn. */
  get knownContext(): SpanContext | undefined {
    return this.#context;
  }

  /** 16 hex digits; undefined for the root of a trace. */
  get parentSpanId(): string | undefined {
    return this.parent ? this.parent.context.spanId : this.#remoteParent?.spanId;
  }

  /** The parent lives in another process. */
  get parentIsRemote(): boolean {
    return this.#remoteParent !== undefined && this.#remoteParent.isRemote !== false;
  }

  /** @internal Becomes the child of a context that came late, or gets a link to it where its trace is known already. */
  joinParent(context: SpanContext): void {
    if (this.parent || this.#remoteParent) return;
    if (!this.#context && this.trace.rootSpan === this && this.trace.join(context)) this.#remoteParent = context;
    else if (this.recording) this.addLink(context);
  }

  /** @internal */
  get knownTraceId(): string | undefined {
    return this.trace.identity.knownId;
  }

  /** ms from start to end; undefined while the span is open. */
  get duration(): number | undefined {
    return this.endTime === undefined ? undefined : this.endTime - this.startTime;
  }

  /** False once the span has ended, and for a span beyond the limit of its trace. */
  get recording(): boolean {
    return this.endTime === undefined && !this.dropped;
  }

  get attributes(): Readonly<Attributes> {
    return this.#attributes ?? NO_ATTRIBUTES;
  }

  get events(): readonly SpanEvent[] {
    return this.#events ?? NO_EVENTS;
  }

  get links(): readonly SpanLink[] {
    return this.#links ?? NO_LINKS;
  }

  /** Sets one attribute, replacing an earlier value. Any value is taken; see `toAttributeValue` for what it becomes. */
  setAttribute(key: string, value: unknown): this {
    if (!this.#isOpen('setAttribute')) return this;
    const name = toText(key);
    this.#attributes ??= {};
    const { host } = this.trace;
    const isNew = !Object.hasOwn(this.#attributes, name);
    if (isNew && this.#attributeCount >= host.limits.attributes) {
      this.droppedAttributesCount++;
      return this;
    }
    const stored = host.redact(name, toAttributeValue(value, host.limits.attributeValueLength), this);
    if (stored !== undefined) {
      putAttribute(this.#attributes, name, stored);
      if (isNew) this.#attributeCount++;
    } else if (!isNew) {
      delete this.#attributes[name];
      this.#attributeCount--;
    }
    return this;
  }

  /** Sets several attributes. */
  setAttributes(attributes: Readonly<Record<string, unknown>>): this {
    for (const [key, value] of safeEntries(attributes)) this.setAttribute(key, value);
    return this;
  }

  /**
   * @internal Sets attributes that became known after the end, such as those of a performance entry, and lets `further`
   * call any other method. Spans are exported a while after they ended; what has left already stays as it was.
   */
  amend(attributes: Readonly<Record<string, unknown>>, further?: () => void): void {
    this.#amending = true;
    this.setAttributes(attributes);
    further?.();
    this.#amending = false;
    this.trace.host.spanAmended(this);
  }

  /** Adds an event. `time` is in ms since the Unix epoch and defaults to now. */
  addEvent(name: string, attributes?: Readonly<Record<string, unknown>>, time?: number): this {
    if (!this.#isOpen('addEvent')) return this;
    this.#events ??= [];
    if (this.#events.length >= this.trace.host.limits.events) {
      this.droppedEventsCount++;
      return this;
    }
    this.#events.push({
      name: this.#redact('event.name', toText(name)),
      time: this.#timeOr(time, 'the time of an event'),
      ...storeAttributes(attributes, this),
    });
    return this;
  }

  /** Adds a link to a cause that is not the parent. */
  addLink(cause: Span | SpanContext, attributes?: Readonly<Record<string, unknown>>): this {
    if (!this.#isOpen('addLink')) return this;
    const context = contextOf(cause);
    if (!context) {
      warnOnce('addLink was given something that is neither a span nor a span context; the link is left out');
      return this;
    }
    this.#links ??= [];
    if (this.#links.length >= this.trace.host.limits.links) this.droppedLinksCount++;
    else this.#links.push({ context, ...storeAttributes(attributes, this) });
    return this;
  }

  /**
   * Adds an `exception` event by OpenTelemetry's conventions and marks the span, so that it ends as ERROR unless `end`
   * is told otherwise. Anything can be an exception, as anything can be thrown. `attributes` are further ones of the
   * event, or replace what the error tells.
   */
  recordException(error: unknown, attributes?: Readonly<Record<string, unknown>>): this {
    if (!this.#isOpen('recordException')) return this;
    noteRecorded(error);
    const described = { ...describeException(error), ...Object.fromEntries(safeEntries(attributes)) };
    this.addEvent('exception', described);
    // Whoever redacts the one has the other redacted.
    const message = this.#redact('exception.message', toText(described['exception.message']));
    this.#settleStatus({ code: 'ERROR', message });
    return this;
  }

  updateName(name: string): this {
    if (this.#isOpen('updateName')) this.#name = this.#redact('span.name', toText(name));
    return this;
  }

  /**
   * Ends the span; if it is the current one, its parent becomes current again. Without a status it is OK, or ERROR
   * where an exception was recorded. `time` is in ms since the Unix epoch and defaults to now. A second call does
   * nothing and says so once.
   */
  end(status?: StatusCode | { code: StatusCode; message?: string }, time?: number): void {
    if (this.#isOpen('end')) this.#finish(status, time, true);
  }

  /** @internal Ends the span without touching which one is current. */
  finish(status?: StatusCode | { code: StatusCode; message?: string }, time?: number): void {
    if (this.endTime === undefined) this.#finish(status, time, false);
  }

  #finish(
    status: StatusCode | { code: StatusCode; message?: string } | undefined,
    time: number | undefined,
    byPage: boolean,
  ): void {
    const end = this.#timeOr(time, 'the end time of a span');
    this.#settleStatus(status);
    this.endTime = Math.max(end, this.startTime);
    this.trace.host.spanEnded(this, byPage);
  }

  /** `using span = startSpan('x')` ends the span with the block. */
  [Symbol.dispose](): void {
    if (this.endTime === undefined) this.end();
  }

  #settleStatus(status: StatusCode | { code: StatusCode; message?: string } | undefined): void {
    if (status === undefined) {
      if (this.status === 'UNSET') this.status = 'OK';
      return;
    }
    const { code, message } = readStatus(status);
    if (code !== 'OK' && code !== 'ERROR' && code !== 'UNSET') {
      warnOnce(`end was given the status ${toText(code)}; use 'OK', 'ERROR' or 'UNSET'`);
      if (this.status === 'UNSET') this.status = 'OK';
      return;
    }
    this.status = code;
    if (message !== undefined) this.statusMessage = this.#redact('status.message', toText(message));
    else if (code !== 'ERROR') this.statusMessage = undefined;
  }

  /** A text that is no attribute is redacted like one; what the page's hook leaves out is called redacted. */
  #redact(key: string, text: string): string {
    return String(this.trace.host.redact(key, text, this) ?? 'redacted');
  }

  #isOpen(method: string): boolean {
    if (this.endTime === undefined || this.#amending) return true;
    warnOnce(`${method} was called on the span "${this.#name}" after its end; call it before`);
    return false;
  }

  #timeOr(time: number | undefined, what: string): number {
    if (time === undefined) return this.trace.now();
    if (Number.isFinite(time)) return time;
    warnOnce(`${what} was ${toText(time)}; give ms since the Unix epoch`);
    return this.trace.now();
  }
}

/** Of anything: a revoked proxy throws. */
export function isSpan(value: unknown): value is Span {
  return attempt(() => value instanceof Span) === true;
}

function contextOf(cause: unknown): SpanContext | undefined {
  if (isSpan(cause)) return cause.context;
  return isSpanContext(cause) ? cause : undefined;
}

function readStatus(given: StatusCode | { code: StatusCode; message?: string }): {
  code: StatusCode;
  message?: string;
} {
  if (typeof given !== 'object' || given === null) return { code: given };
  return attempt(
    () => ({ code: given.code, message: given.message as string }),
    () => ({ code: toText(given) as StatusCode }), // no status, which the caller says
  );
}
