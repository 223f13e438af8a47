import type { SpanProcessor } from './processor.js';
import { callProcessor, runSuppressed } from './suppressed.js';

/**
 * A processor of the page's: what it begins itself is not recorded, or it would be shown that, without end. The tracer notes
 * the zone that is current again after `onStart` and `onEnd`.
 */
export function guardProcessor(processor: SpanProcessor): SpanProcessor {
  return {
    start: (context) => runSuppressed(() => processor.start?.(context)),
    onStart: (span) => callProcessor(processor.onStart, processor, span),
    onEnd: (span) => callProcessor(processor.onEnd, processor, span),
    onSettled: (trace) => runSuppressed(() => processor.onSettled?.(trace)),
    forceFlush: () => runSuppressed(() => processor.forceFlush()),
    shutdown: () => runSuppressed(() => processor.shutdown()),
  };
}
