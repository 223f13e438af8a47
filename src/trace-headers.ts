import { currentBaggage } from './current-baggage.js';
import { addHeaders, type HeaderTarget } from './propagation/headers.js';
import type { Span } from './trace/span.js';
import { tracer } from './tracer.js';

/**
 * Adds what a request of this span carries, the current baggage included, by the `propagators` option; never over a
 * header that is there. Answers whether it added something.
 */
export function addTraceHeaders(target: HeaderTarget, span: Span): boolean {
  return addHeaders(target, tracer.propagators, span.context, currentBaggage.get()?.header);
}
