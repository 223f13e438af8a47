import type { SpanProcessor } from './processor.js';
import { runSuppressed } from './suppressed.js';

/** A processor of the page's: what it begins itself is not recorded, or it would be shown that, without end. */
export function guardProcessor(processor: SpanProcessor): SpanProcessor {
  return {
    start: (context) => runSuppressed(() => processor.start?.(context)),
    onStart: (span) => runSuppressed(() => processor.onStart(span)),
    onEnd: (span) => runSuppressed(() => processor.onEnd(span)),
    onSettled: (trace) => runSuppressed(() => processor.onSettled?.(trace)),
    forceFlush: () => runSuppressed(() => processor.forceFlush()),
    shutdown: () => runSuppressed(() => processor.shutdown()),
  };
}
