import { callInSpan } from './call-in-span.js';
import { activateSpan, currentScope } from './scope.js';
import { readSpanOptions, type SpanOptions } from './span-options.js';
import { toText } from './trace/attribute-value.js';
import type { Span } from './trace/span.js';
import type { Trace } from './trace/trace.js';
import type { StatusCode } from './trace/types.js';
import { tracer } from './tracer.js';
import { warnOnce } from './warn.js';

/**
 * Starts a span and makes it current: until it ends, or until the running task or continuation ends. Before
 * `startTracing` it is recorded as well.
 */
export function startSpan(name: string, options?: SpanOptions): Span {
  const span = tracer.start(name, readSpanOptions(options));
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

/** The trace of the current span, or undefined. */
export function getCurrentTrace(): Trace | undefined {
  return currentScope()?.span?.trace;
}

type Work<R> = (span: Span) => R;

/**
 * Calls `fn(span)` in a new span, which is current inside it and in all that it starts. The span ends when `fn` returns
 * or throws, or when the native promise that it returns settles; what it returns or throws goes on unchanged, the same
 * object. An exception is recorded and marks the span ERROR.
 */
export function withSpan<R>(name: string, fn: Work<R>): R;
export function withSpan<R>(name: string, options: SpanOptions | undefined, fn: Work<R>): R;
export function withSpan<R>(name: string, given: SpanOptions | Work<R> | undefined, last?: Work<R>): R {
  const isShort = last === undefined && typeof given === 'function';
  const fn = isShort ? (given as Work<R>) : last;
  if (typeof fn !== 'function') {
    warnOnce(`withSpan("${toText(name)}") was given no function; give the work as its last argument`);
    return undefined as R;
  }
  const span = tracer.begin(name, isShort ? undefined : readSpanOptions(given as SpanOptions | undefined));
  return callInSpan(span, fn, undefined, [span]);
}
