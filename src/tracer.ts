import { holdByTasks } from './held-tasks.js';
import type { PageContext, User } from './page-context.js';
import type { SpanProcessor } from './processor.js';
import type { Propagator } from './propagation/headers.js';
import { deactivateSpan, forwardScope, releaseSpan, type SpanScope, scopeIn } from './scope.js';
import type { InternalOptions } from './span-options.js';
import { EarlySpans, type SpanSink } from './span-sink.js';
import type { SpanStore } from './store/span-store.js';
import { runSuppressed, suppressed, suppressedBy } from './suppressed.js';
import { toAttributeValue, toText } from './trace/attribute-value.js';
import { cleanText, secretParameters } from './trace/clean-text.js';
import { Settling } from './trace/settling.js';
import { isSpan, Span } from './trace/span.js';
import { isSpanContext } from './trace/span-context.js';
import { Trace, type TraceHost } from './trace/trace.js';
import {
  type AttributeValue,
  DEFAULT_LIMITS,
  type Limits,
  type OpenSource,
  SAMPLED,
  type SpanContext,
} from './trace/types.js';
import { startUnrecorded } from './unrecorded.js';
import { warnOnce } from './warn.js';
import { setTaskHook } from './zone/hooks.js';
import { install } from './zone/install.js';
import { currentFrame } from './zone/load.js';
import { setTimerOutside } from './zone/outside.js';
import { noteScope } from './zone/timeline.js';

const DEFAULTS: InternalOptions = Object.freeze({});
const NO_PROCESSORS: readonly SpanProcessor[] = Object.freeze([]);

type Redact = (attribute: string, value: AttributeValue, span: Span | undefined) => AttributeValue | undefined;

/** Makes spans and hands them on. The verbs of users are in verbs.ts. */
export class Tracer implements TraceHost {
  limits: Limits = { ...DEFAULT_LIMITS };
  service = 'page';
  /** Timers that wait longer (ms) do not hold their trace. */
  settleTimer = 1000;
  /** Takes the spans of the page, until somebody asks for the store; see open-store.ts. */
  sink: SpanSink = new EarlySpans();
  store: SpanStore | undefined;
  processors: readonly SpanProcessor[] = NO_PROCESSORS;
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
  /** Who uses the page; kept for a tracing that starts later. */
  user: User | undefined;
  /** Opens a source in the editor, where a dev server can. */
  openSource: OpenSource | undefined;
  /** Sees the spans that begin with no parent and follow nothing, in development. */
  noteUncaused: ((span: Span) => void) | undefined;
  readonly settling = new Settling(setTimerOutside, (trace) => {
    if (trace.rootSpan?.recording) trace.rootSpan.setAttribute('zonetrace.max_duration_exceeded', true);
  });

  /** Starts a span without making it current. */
  start(name: string, given?: InternalOptions): Span {
    const span = this.begin(name, given);
    noteScope(currentFrame().zone);
    return span;
  }

  /** Likewise, for who enters a zone right after it: leaves the one of the processors noted. */
  begin(name: string, given?: InternalOptions): Span {
    const { zone } = currentFrame();
    if (suppressedBy(zone)) return startUnrecorded(name);
    const options = given ?? DEFAULTS;
    const { foreign, tentative } = options;
    const scope = options.root ? undefined : scopeIn(zone);
    const cause = options.root ? undefined : causeOf(options.parent, scope);
    const parent = cause instanceof Span ? cause : undefined;
    const remoteParent = cause instanceof Span ? undefined : cause;
    if (parent?.tentative && !tentative) this.commit(parent);
    const trace = foreign?.trace ?? parent?.trace ?? this.#beginTrace(foreign?.context ?? remoteParent, name);
    const span = new Span({
      name: toText(name),
      trace,
      parent,
      remoteParent,
      kind: options.kind ?? 'INTERNAL',
      startTime: startTimeOf(trace, options.startTime, parent === undefined),
      context: foreign?.context,
    });
    if (options !== DEFAULTS) {
      span.origin = foreign?.origin;
      if (options.attributes) span.setAttributes(options.attributes);
      if (Array.isArray(options.links)) {
        for (const link of options.links) span.addLink(link?.context, link?.attributes);
      }
    }
    if (!cause && !options.root) this.#startUncaused(span, options.parent, scope);
    if (!parent && this.pageHidden && !foreign) span.setAttribute('zonetrace.page.hidden', true);
    if (options.endsItself) span.endsItself = true;
    // Counted or not, it is activity: a trace with nothing else in it settles, too.
    trace.countSpan(options.endsItself ? 0 : 1, span.startTime);
    if (tentative) span.tentative = true;
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
    noteScope(currentFrame().zone);
    const { trace } = span;
    if (trace.state === 'live' || span.parent) return;
    // Nobody waited for it when its trace settled.
    span.finish(undefined, trace.fromPageTime(trace.lastActivity));
    this.traceSettled(trace);
  }

  spanEnded(span: Span, byPage: boolean): void {
    if (byPage) deactivateSpan(span);
    if (span.dropped) forwardScope(span);
    else if (!span.tentative) this.#publishEnd(span);
    noteScope(currentFrame().zone);
    if (!span.endsItself) span.trace.countSpan(-1, span.endTime as number);
  }

  spanAmended(span: Span): void {
    this.sink.onAmend(span);
  }

  /** What is stored of anything: without the secrets of URLs, then as the page's own hook says. */
  redact(key: string, value: AttributeValue, span?: Span): AttributeValue | undefined {
    let clean = value;
    if (typeof value === 'string') clean = cleanText(value, this.secrets);
    else if (Array.isArray(value) && typeof value[0] === 'string') {
      clean = (value as string[]).map((text) => cleanText(text, this.secrets));
    }
    const { redactor } = this;
    if (!redactor) return clean;
    if (suppressed.get() === 'redact') {
      warnOnce(
        'the redact option recorded something itself, which was left out; make it only return the value to store',
      );
      return undefined;
    }
    try {
      const stored = runSuppressed(() => redactor(key, clean, span), 'redact');
      return stored === undefined ? undefined : toAttributeValue(stored);
    } catch (error) {
      warnOnce('the redact option threw, and the attribute was left out; make it return the value to store', error);
      return undefined;
    }
  }

  traceIdle(trace: Trace): void {
    this.settling.idle(trace);
  }

  traceSettled(trace: Trace): void {
    trace.eachSpan(releaseSpan);
    this.sink.onSettled(trace);
    for (const processor of this.processors) {
      try {
        processor.onSettled?.(trace);
      } catch (error) {
        warnProcessor('onSettled', error);
      }
    }
    noteScope(currentFrame().zone);
  }

  /** Without a parent, in code that may follow a trace that has settled, or a message whose sender is not known yet. */
  #startUncaused(span: Span, given: InternalOptions['parent'], scope: SpanScope | undefined): void {
    const settled = given instanceof Span ? given.context : scope?.context;
    if (settled) span.addLink(settled, { 'zonetrace.link': 'follows a settled trace' });
    else this.noteUncaused?.(span);
    scope?.sender?.began?.(span);
  }

  #beginTrace(remote: SpanContext | undefined, name: string): Trace {
    const trace = new Trace(this, remote);
    if (this.page) trace.page = this.page.at(trace.fromPageTime(trace.startedAt));
    if (this.sampler) {
      if (this.sampler(trace, toText(name), remote)) trace.identity.traceFlags |= SAMPLED;
      else trace.identity.traceFlags &= ~SAMPLED;
    }
    this.settling.watch(trace);
    return trace;
  }

  #publish(span: Span): void {
    if (!span.trace.addSpan(span)) {
      span.dropped = true;
      return;
    }
    this.sink.onStart(span);
    if (span.origin?.exports) return;
    for (const processor of this.processors) {
      try {
        processor.onStart(span);
      } catch (error) {
        warnProcessor('onStart', error);
      }
    }
  }

  #publishEnd(span: Span): void {
    this.sink.onEnd(span);
    if (span.origin?.exports) return;
    for (const processor of this.processors) {
      try {
        processor.onEnd(span);
      } catch (error) {
        warnProcessor('onEnd', error);
      }
    }
  }
}

function causeOf(given: InternalOptions['parent'], scope: SpanScope | undefined): Span | SpanContext | undefined {
  if (given !== undefined && given !== null) {
    if (isSpan(given)) return given.trace.state === 'live' ? given : undefined;
    if (isSpanContext(given)) return given;
    warnOnce('the parent option is neither a span nor a span context; the current span is used');
  }
  if (!scope) return undefined;
  if (scope.span) return scope.span;
  const sender = scope.sender?.cause ?? scope.parent;
  return sender instanceof Span && sender.trace.state === 'settled' ? sender.context : sender;
}

function startTimeOf(trace: Trace, given: number | undefined, isFirst: boolean): number {
  // The first span of a trace begins with it.
  if (given === undefined) return isFirst ? trace.fromPageTime(trace.startedAt) : trace.now();
  if (Number.isFinite(given)) return given;
  warnOnce(`the startTime option was ${toText(given)}; give ms since the Unix epoch`);
  return trace.now();
}

function warnProcessor(hook: string, error: unknown): void {
  warnOnce(`${hook} of a span processor threw; tracing goes on without its result`, error);
}

/** The one tracer of the page. Instrumentations and `startTracing` use it; users call verbs.ts. */
export const tracer = new Tracer();

install();
setTaskHook(holdByTasks(tracer));
