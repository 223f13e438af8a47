import { attempt } from './attempt.js';
import type { SpanContext } from './types.js';

/** Whether something of the page's identifies a span: 32 and 16 lower-case hex digits (https://www.w3.org/TR/trace-context/). */
export function isSpanContext(value: unknown): value is SpanContext {
  return (
    attempt(() => {
      const { traceId, spanId } = value as Partial<Record<keyof SpanContext, unknown>>;
      return /^[0-9a-f]{32}$/.test(String(traceId)) && /^[0-9a-f]{16}$/.test(String(spanId));
    }) === true
  );
}
