import type { PageContext, User } from './page-context.js';
import type { SpanProcessor } from './processor.js';
import type { Propagator } from './propagation/headers.js';
import { activateSpan, currentScope, deactivateSpan, forwardScope, releaseSpan, scopeIn, zoneFor } from './scope.js';
import { SpanStore, type StoredTrace } from './store/span-store.js';
import { cleanText, secretParameters } from './trace/clean-text.js';
import { Settling } from './trace/settling.js';
import { Span } from './trace/span.js';
import { Trace, type TraceHost } from './trace/trace.js';
import {
  type Attributes,
  type AttributeValue,
  DEFAULT_LIMITS,
  type Limits,
  type OpenSource,
  SAMPLED,
  type SpanContext,
  type SpanKind,
  type StatusCode,
} from './trace/types.js';
import { warnOnce } from './warn.js';
import { install } from './zone/install.js';
import { type LossReason, suspectLoss } from './zone/loss.js';
import { observePromise } from './zone/observe-promise.js';
import { setTimerOutside } from './zone/outside.js';
import { runInZone } from './zone/run.js';
import { setTaskHook } from './zone/task-hook.js';

/** How a span is started. */
export interface SpanOptions {
  /** Set before anybody sees the span. */
  attributes?: Readonly<Record<string, unknown>>;
  /** Default: `'INTERNAL'`. */
  kind?: SpanKind;
  /** Causes that are not the parent. */
  links?: readonly { context: SpanContext; attributes?: Readonly<Attributes> }[];
  /** ms since the Unix epoch. Default: now. */
  startTime?: number;
  /** The parent. Default: the current span. A context makes the span continue that trace. */
  parent?: Span | SpanContext | undefined;
  /** Begin a trace of its own, whatever is current. */
  root?: boolean;
}

/** What instrumentations may ask for besides. */
export interface InternalOptions extends SpanOptions {
  tentative?: boolean;
  endsItself?: boolean;
  /** The span began in a worker or a frame, with this identity; its trace here is given or begun. */
  foreign?: { context: SpanContext; origin: Span['origin']; trace: Trace | undefined };
}

const DEFAULTS: InternalOptions = Object.freeze({});

type Redact = (attribute: string, value: AttributeValue, span: Span | undefined) => AttributeValue | undefined;

/** The tasks that hold a trace, with the trace they hold. */
const heldTraces = new WeakMap<Task, Trace>();

export class Tracer implements TraceHost {
  limits: Limits = { ...DEFAULT_LIMITS };
  service = 'page';
  /** Timers that wait longer (ms) do not hold their trace. */
  settleTimer = 1000;
  store = new SpanStore();
  processors: readonly SpanProcessor[] = [];
  /** How a context is written to the headers of requests. */
  propagators: readonly Propagator[] = ['tracecontext', 'baggage'];
  redactor: Redact | undefined;
  /** The names of parameters of URLs whose values are never stored. */
  secrets = secretParameters();
  /** The page is hidden now: timers are throttled and frames stand still, which the traces that begin now say. */
  pageHidden = false;
  /** Whether a trace that begins here is exported. */
  sampler: ((trace: Trace, name: string, parent: SpanContext | undefined) => boolean) | undefined;
  /** What the page is, for its traces; the tracing that runs has one. */
  page: PageContext | undefined;
  #user: User | undefined;
  /** Opens a source in the editor, where a dev server can. */
  openSource: OpenSource | undefined;
  readonly settling = new Settling(setTimerOutside, (trace) => {
    if (trace.rootSpan?.recording) trace.rootSpan.setAttribute('zonetrace.max_duration_exceeded', true);
  });

  /** Starts a span without making it current. */
  start(name: string, options: InternalOptions = DEFAULTS): Span {
    const cause = this.#causeOf(options);
    const parent = cause instanceof Span ? cause : undefined;
    const remote = cause && !(cause instanceof Span) ? cause : undefined;
    const settled = cause ? undefined : this.#settledCause(options);
    const loss = cause || options.root || settled ? undefined : this.#findLoss();
    if (parent?.tentative && !options.tentative) this.commit(parent);
    const { foreign } = options;
    const trace = foreign?.trace ?? parent?.trace ?? this.#beginTrace(foreign?.context ?? remote, name);
    const span = new Span({
      name: String(name),
      trace,
      parent,
      remoteParent: remote,
      kind: options.kind ?? 'INTERNAL',
      startTime: this.#startTime(trace, options, parent === undefined),
      context: foreign?.context,
    });
    if (loss) {
      const stack = this.redact('code.stacktrace', new Error('context lost').stack ?? '', span);
      this.store.noteLoss(loss, span.name, String(stack ?? ''));
    }
    span.origin = foreign?.origin;
    if (!cause && !options.root) noteSenderWaits(span);
    if (options.attributes) span.setAttributes(options.attributes);
    if (options.links) for (const link of options.links) span.addLink(link.context, link.attributes);
    if (settled) span.addLink(settled, { 'zonetrace.link': 'follows a settled trace' });
    if (!parent && this.pageHidden && !foreign) span.setAttribute('zonetrace.page.hidden', true);
    if (options.endsItself) span.endsItself = true;
    else trace.countSpan(1, span.startTime);
    if (options.tentative) span.tentative = true;
    else this.#publish(span);
    return span;
  }

  /** A tentative span has taken time or caused something: from here on it is one like any other. */
  commit(span: Span): void {
    if (!span.tentative) return;
    if (span.parent) this.commit(span.parent);
    span.tentative = false;
    this.#publish(span);
    if (span.endTime !== undefined) this.#publishEnd(span);
    const { trace } = span;
    if (trace.state === 'live' || span.parent) return;
    // Nobody waited for it when its trace settled.
    span.finish(undefined, trace.fromPageTime(trace.lastActivity));
    this.traceSettled(trace);
  }

  spanEnded(span: Span, byPage: boolean): void {
    if (byPage) deactivateSpan(span);
    const { trace } = span;
    if (!span.tentative && !span.dropped) this.#publishEnd(span);
    if (span.dropped) forwardScope(span);
    if (span.endsItself) return;
    trace.countSpan(-1, span.endTime as number);
  }

  /** Kept for a tracing that starts later. */
  setUser(user = this.#user): void {
    this.#user = user;
    this.page?.setUser(user, (attribute, value) => this.redact(attribute, value));
  }

  spanAmended(span: Span): void {
    if (span.row >= 0) this.store.amendSpan(span.row, span);
  }

  /** What is stored of anything: without the secrets of URLs, then as the page's own hook says. */
  redact(key: string, value: AttributeValue, span?: Span): AttributeValue | undefined {
    let clean = value;
    if (typeof value === 'string') clean = cleanText(value, this.secrets);
    else if (Array.isArray(value) && typeof value[0] === 'string') {
      clean = (value as string[]).map((text) => cleanText(text, this.secrets));
    }
    if (!this.redactor) return clean;
    try {
      return this.redactor(key, clean, span);
    } catch (error) {
      warnOnce('the redact option threw, and the attribute was left out; make it return the value to store', error);
      return undefined;
    }
  }

  traceIdle(trace: Trace): void {
    this.settling.idle(trace);
  }

  traceSettled(trace: Trace): void {
    for (const span of trace.spans) releaseSpan(span);
    const stored = trace.stored as StoredTrace | undefined;
    if (stored) this.store.settleTrace(stored, trace.droppedSpansCount);
    for (const processor of this.processors) {
      try {
        processor.onSettled?.(trace);
      } catch (error) {
        warnProcessor('onSettled', error);
      }
    }
  }

  /** Somebody waits for a span, and this one begins with no parent: for the panel, in development. */
  #findLoss(): LossReason | undefined {
    const reason = suspectLoss();
    return reason === 'expired' || this.store.openSpans > 0 ? reason : undefined;
  }

  #causeOf(options: SpanOptions): Span | SpanContext | undefined {
    if (options.root) return undefined;
    const { parent } = options;
    if (parent instanceof Span) return parent.trace.state === 'live' ? parent : undefined;
    if (parent !== undefined && parent !== null) {
      if (isSpanContext(parent)) return parent;
      warnOnce('the parent option is neither a span nor a span context; the current span is used');
    }
    const scope = currentScope();
    const sender = scope?.sender?.cause;
    return (
      scope?.span ??
      (sender instanceof Span && sender.trace.state === 'settled' ? sender.context : (sender ?? scope?.parent))
    );
  }

  /** The context of a cause whose trace has settled: it gets a link. */
  #settledCause(options: SpanOptions): SpanContext | undefined {
    if (options.root) return undefined;
    if (options.parent instanceof Span) return options.parent.context;
    return currentScope()?.context;
  }

  #startTime(trace: Trace, options: SpanOptions, isFirst: boolean): number {
    const { startTime } = options;
    // The first span of a trace begins with it.
    if (startTime === undefined) return isFirst ? trace.fromPageTime(trace.startedAt) : trace.now();
    if (Number.isFinite(startTime)) return startTime;
    warnOnce(`the startTime option was ${String(startTime)}; give ms since the Unix epoch`);
    return trace.now();
  }

  #beginTrace(remote: SpanContext | undefined, name: string): Trace {
    const trace = new Trace(this, remote);
    if (this.page) trace.attributes = this.page.at(trace.fromPageTime(trace.startedAt));
    if (this.sampler) {
      if (this.sampler(trace, String(name), remote)) trace.traceFlags |= SAMPLED;
      else trace.traceFlags &= ~SAMPLED;
    }
    this.settling.watch(trace);
    return trace;
  }

  #publish(span: Span): void {
    const { trace } = span;
    if (!trace.addSpan(span)) {
      span.dropped = true;
      return;
    }
    if (trace.rootSpan === span) {
      const joined = span.parentSpanId === undefined && !span.origin ? undefined : trace.traceId;
      trace.stored = this.store.beginTrace(span.startTime, joined);
    }
    const stored = trace.stored as StoredTrace | undefined;
    if (stored)
      span.row = this.store.addSpan(
        stored,
        span,
        span.parent ? span.parent.row : -1,
        span.origin?.service ?? this.service,
      );
    for (const processor of span.origin?.exports ? [] : this.processors) {
      try {
        processor.onStart(span);
      } catch (error) {
        warnProcessor('onStart', error);
      }
    }
  }

  #publishEnd(span: Span): void {
    if (span.row >= 0) this.store.endSpan(span.row, span);
    for (const processor of span.origin?.exports ? [] : this.processors) {
      try {
        processor.onEnd(span);
      } catch (error) {
        warnProcessor('onEnd', error);
      }
    }
  }
}

/** A listener that begins more spans than this before it is known who sent its message keeps the rest as they are. */
const MOST_WAITING = 16;

/** A worker and its page know each other within this (ms), or have nothing to say to each other. */
const SENDER_PATIENCE = 2000;

function noteSenderWaits(span: Span): void {
  const sender = currentScope()?.sender;
  if (!sender?.waiting || sender.waiting.length >= MOST_WAITING) return;
  sender.waiting.push(span);
  // A trace that settles gives its ids away.
  const { trace } = span;
  const release = trace.hold();
  trace.sender = sender;
  setTimerOutside(() => {
    trace.sender = undefined;
    release(false);
  }, SENDER_PATIENCE);
}

function warnProcessor(hook: string, error: unknown): void {
  warnOnce(`${hook} of a span processor threw; tracing goes on without its result`, error);
}

function isSpanContext(value: unknown): value is SpanContext {
  const { traceId, spanId } = value as Partial<SpanContext>;
  return /^[0-9a-f]{32}$/.test(String(traceId)) && /^[0-9a-f]{16}$/.test(String(spanId));
}

/** The one tracer of the page. Instrumentations and `startTracing` use it; users call the functions below. */
export const tracer = new Tracer();

install();
setTaskHook({
  scheduled(task, zone) {
    const span = scopeIn(zone)?.span;
    if (!span || span.trace.state === 'settled' || task.type !== 'macroTask') return;
    if (span.tentative) tracer.commit(span);
    const data = task.data as { isPeriodic?: boolean; delay?: number } | undefined;
    if (data?.isPeriodic || Number(data?.delay ?? 0) > tracer.settleTimer) return;
    span.trace.countHold(1);
    heldTraces.set(task, span.trace);
  },
  finished(task) {
    const trace = heldTraces.get(task);
    if (!trace) return;
    heldTraces.delete(task);
    trace.countHold(-1);
  },
});

/**
 * Starts a span and makes it current: until it ends, or until the running task or continuation ends. Before
 * `startTracing` it is recorded as well.
 */
export function startSpan(name: string, options?: SpanOptions): Span {
  const span = tracer.start(name, options);
  activateSpan(span);
  return span;
}

/**
 * Ends the current span. Its parent is current again and is returned; undefined where it was the root, or where there
 * was no current span.
 */
export function endSpan(status?: StatusCode): Span | undefined {
  const span = currentScope()?.span;
  if (!span) {
    warnOnce('endSpan was called with no current span; call it in the code that startSpan made current');
    return undefined;
  }
  span.end(status);
  return span.parent;
}

/** The current span, or undefined. */
export function getCurrentSpan(): Span | undefined {
  return currentScope()?.span;
}

/**
 * Says who uses the page, as `{ id: 'u-17', roles: ['admin'] }`: attributes `user.id`, `user.roles` of every trace that
 * begins from now on, after `redact` has seen them. Without a user, nobody.
 */
export function setUser(user?: User | null): void {
  if (typeof user !== 'object' && user !== undefined) {
    warnOnce('setUser was given something that is no user; give it an object as { id }, or nothing');
    return;
  }
  tracer.setUser(user ?? {});
}

/** The trace of the current span, or undefined. */
export function getCurrentTrace(): Trace | undefined {
  return currentScope()?.span?.trace;
}

type WithSpanArguments<R> = [fn: (span: Span) => R] | [options: SpanOptions | undefined, fn: (span: Span) => R];

/**
 * Calls `fn(span)` in a new span, which is current inside it and in all that it starts. The span ends when `fn` returns
 * or throws, or when the native promise that it returns settles; what it returns or throws goes on unchanged, the same
 * object. An exception is recorded and marks the span ERROR.
 */
export function withSpan<R>(name: string, fn: (span: Span) => R): R;
export function withSpan<R>(name: string, options: SpanOptions | undefined, fn: (span: Span) => R): R;
export function withSpan<R>(name: string, ...rest: WithSpanArguments<R>): R {
  const fn = (rest.length > 1 ? rest[1] : rest[0]) as (span: Span) => R;
  const options = rest.length > 1 ? (rest[0] as SpanOptions | undefined) : undefined;
  if (typeof fn !== 'function') {
    warnOnce(`withSpan("${name}") was given no function; give the work as its last argument`);
    return undefined as R;
  }
  const span = tracer.start(name, options);
  return callInSpan(span, fn, undefined, [span]);
}

/** Runs a function in a span that ends with it; for `withSpan`, `traced` and instrumentations. */
export function callInSpan<A extends unknown[], R>(span: Span, fn: (...args: A) => R, self: unknown, args: A): R {
  let result: R;
  try {
    result = runInZone(zoneFor(span), fn, self, args);
  } catch (error) {
    endWithError(span, error);
    throw error;
  }
  endWithResult(span, result);
  return result;
}

/** Ends a span with what its function returned: at once, or when the promise settles. */
export function endWithResult(span: Span, result: unknown): void {
  const waits =
    typeof result === 'object' &&
    result !== null &&
    observePromise(
      result,
      () => span.finish(),
      (reason) => endWithError(span, reason),
    );
  if (!waits) span.finish();
}

/** Records what a span's function threw, and ends the span as ERROR. */
export function endWithError(span: Span, error: unknown): void {
  if (span.endTime === undefined) span.recordException(error);
  span.finish('ERROR');
}
