import { anchorClock, readClock } from './clock.js';
import { TraceIdentity } from './identity.js';
import type { Span } from './span.js';
import type { Attributes, AttributeValue, Limits, SpanContext } from './types.js';

/** What a trace and its spans need of the tracer. */
export interface TraceHost {
  readonly limits: Readonly<Limits>;
  /** Answers what is stored of an attribute; undefined to leave it out. Never throws. */
  redact(key: string, value: AttributeValue, span?: Span): AttributeValue | undefined;
  /** `byPage`: the page's code ended it, so that it is no longer current. */
  spanEnded(span: Span, byPage: boolean): void;
  /** Something was written to a span that may have ended. */
  spanAmended(span: Span): void;
  /** The trace has no open span and no pending task any more. */
  traceIdle(trace: Trace): void;
  traceSettled(trace: Trace): void;
}

/** What the page is between two changes of it: the same object for all traces that begin meanwhile. */
export interface PageMoment {
  /** Session, page, view, user. */
  readonly attributes: Readonly<Attributes>;
}

const NO_PAGE: PageMoment = { attributes: Object.freeze({}) };

/**
 * Everything that one cause led to. A trace is live while it has open spans or pending work, and settles afterwards;
 * what it causes later begins a trace of its own with a link to it.
 */
export class Trace {
  /** @internal */
  readonly host: TraceHost;
  /** The first span of the trace in this page. */
  rootSpan: Span | undefined = undefined;
  /** The spans of this page, in the order of their start. */
  get spans(): readonly Span[] {
    this.#spans ??= this.rootSpan ? [this.rootSpan] : [];
    return this.#spans;
  }
  /** Spans beyond the limit: they are counted, and their children belong to the last recorded span above them. */
  droppedSpansCount = 0;
  state: 'live' | 'settled' = 'live';
  /** @internal */
  readonly identity: TraceIdentity;
  /** @internal What the page was when the trace began. */
  page: PageMoment = NO_PAGE;
  /** @internal performance.now() of the last start or end of anything in the trace. */
  lastActivity: number;
  /** @internal performance.now() of its start. */
  readonly startedAt: number;
  /** @internal What the store has of it. */
  stored: unknown = undefined;
  /** @internal The sender of the message that began it, while it waits to hear who that is. */
  sender: { readonly waiting: unknown } | undefined = undefined;
  /** @internal The neighbours among the live traces. */
  older: Trace | undefined = undefined;
  newer: Trace | undefined = undefined;
  /** @internal Whether it waits to settle; anew: and it was active meanwhile. */
  waits: 'no' | 'once' | 'anew' = 'no';
  readonly #clockAnchor: number;
  /** Made for the second span: most traces have one, and are kept by the thousand. */
  #spans: Span[] | undefined;
  #openSpans = 0;
  #holds = 0;
  #settled: Promise<Trace> | undefined;
  #resolveSettled: ((trace: Trace) => void) | undefined;

  /** @internal */
  constructor(host: TraceHost, remote?: SpanContext) {
    this.host = host;
    this.startedAt = readClock();
    this.lastActivity = this.startedAt;
    this.#clockAnchor = anchorClock(this.startedAt);
    this.identity = new TraceIdentity(remote);
  }

  /** 32 lower-case hex digits. */
  get traceId(): string {
    return this.identity.traceId;
  }

  /** What the page was when the trace began: session, page, view, user. Exported with its spans, as of their resource. */
  get attributes(): Readonly<Attributes> {
    return this.page.attributes;
  }

  /** One byte; see `SpanContext`. Decided before anybody sees the trace. */
  get traceFlags(): number {
    return this.identity.traceFlags;
  }

  get traceState(): string | undefined {
    return this.identity.traceState;
  }

  /** @internal Goes on with the trace of a context that came late; false where this one's id is known to somebody. */
  join({ traceId, traceFlags, traceState }: SpanContext): boolean {
    const { identity } = this;
    if (identity.knownId !== undefined) return false;
    identity.knownId = traceId;
    identity.traceFlags = traceFlags;
    identity.traceState = traceState;
    return true;
  }

  /** Resolves with the trace once it has settled. */
  get settled(): Promise<Trace> {
    this.#settled ??= new Promise((resolve) => {
      if (this.state === 'settled') resolve(this);
      else this.#resolveSettled = resolve;
    });
    return this.#settled;
  }

  /** ms since the Unix epoch, on this trace's clock. */
  now(): number {
    return this.#clockAnchor + readClock();
  }

  /** A time of this page's `performance` on this trace's clock: ms since the Unix epoch. */
  fromPageTime(time: number): number {
    return this.#clockAnchor + time;
  }

  /** Adds a span; false, and counted, beyond the limit. */
  addSpan(span: Span): boolean {
    const { rootSpan } = this;
    const count = this.#spans?.length ?? (rootSpan ? 1 : 0);
    if (count >= this.host.limits.spansPerTrace) {
      this.droppedSpansCount++;
      return false;
    }
    if (!rootSpan) this.rootSpan = span;
    if (this.#spans) this.#spans.push(span);
    else if (rootSpan) this.#spans = [rootSpan, span];
    return true;
  }

  /** @internal Calls `fn` with each span. */
  eachSpan(fn: (span: Span) => void): void {
    if (this.#spans) this.#spans.forEach(fn);
    else if (this.rootSpan) fn(this.rootSpan);
  }

  /** @internal */
  get isIdle(): boolean {
    return this.#openSpans <= 0 && this.#holds <= 0;
  }

  /** @internal A span was started (1, or 0 where nothing has to end it) or ended (-1). */
  countSpan(change: 1 | 0 | -1, time: number): void {
    this.#openSpans += change;
    this.#touch(time - this.#clockAnchor);
  }

  /** @internal Pending work was begun (1) or is done (-1). */
  countHold(change: 1 | -1): void {
    this.#holds += change;
    this.#touch(readClock());
  }

  /**
   * Keeps the trace live until the returned function is called: for work that no span and no task stands for, such as
   * the body of a response. What was only waited for is no activity, and does not make the trace longer.
   */
  hold(): (wasActive?: boolean) => void {
    this.countHold(1);
    let held = true;
    return (wasActive = true) => {
      if (!held) return;
      held = false;
      this.#holds--;
      this.#touch(wasActive ? readClock() : this.lastActivity);
    };
  }

  /** @internal Ends the live phase; the tracer has checked that it is over. */
  settle(): void {
    if (this.state === 'settled') return;
    this.eachSpan((span) => {
      if (span.endsItself) span.finish(undefined, this.fromPageTime(this.lastActivity));
    });
    this.state = 'settled';
    this.host.traceSettled(this);
    this.#resolveSettled?.(this);
  }

  #touch(pageTime: number): void {
    if (this.state === 'settled') return;
    if (pageTime > this.lastActivity) this.lastActivity = pageTime;
    if (this.isIdle) this.host.traceIdle(this);
  }
}
