import { zoneFor } from './scope.js';
import type { Span } from './trace/span.js';
import { currentFrame } from './zone/load.js';
import { observePromise } from './zone/observe-promise.js';
import { enterZone } from './zone/run.js';
import { noteScope } from './zone/timeline.js';

/** Runs a function in a span that ends with it; for `withSpan`, `traced` and instrumentations. */
export function callInSpan<A extends unknown[], R>(span: Span, fn: (...args: A) => R, self: unknown, args: A): R {
  try {
    const result = enterZone(zoneFor(span), fn, self, args);
    endWithResult(span, result);
    return result;
  } catch (error) {
    endWithError(span, error);
    throw error;
  } finally {
    // Once for all: processors have zones of their own.
    noteScope(currentFrame().zone);
  }
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
