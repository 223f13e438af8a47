import type { Span } from '../trace/span.js';
import type { SpanContext } from '../trace/types.js';

let context: SpanContext | undefined;

/**
 * The page's trace, for what the page as a whole does: the context of the span of the last document load, soft
 * navigation or restore. As the `parent` of a span it joins that trace, settled or not. Undefined where none is traced.
 */
export function pageContext(): SpanContext | undefined {
  return context;
}

/** The page goes on from this span. */
export function setPage(span: Span | undefined): void {
  context = span?.context;
}
