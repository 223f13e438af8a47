import type { SpanProcessor } from './processor.js';
import { callProcessor, runSuppressed } from './suppressed.js';

/**
 * A processor of the page's: what it begins itself is not recorded, or it would be shown that, without end. The tracer notes
 * the zone that is current again after each span and trace.
 */
export function guardProcessor(processor: SpanProcessor): SpanProcessor {
  return {
    start: (context) => runSuppressed(() => processor.start?.(context)),
    onStart: (span) => callProcessor(processor.onStart, processor, span),
    onEnd: (span) => callProcessor(processor.onEnd, processor, span),
    onSettled: (trace) => processor.onSettled && callProcessor(processor.onSettled, processor, trace),
    forceFlush: () => runSuppressed(() => processor.forceFlush()),
    shutdown: () => runSuppressed(() => processor.shutdown()),
  };
}
