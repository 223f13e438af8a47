import { SAMPLED, type SpanContext } from '../trace/types.js';

/** The `b3` header of a span (https://github.com/openzipkin/b3-propagation#single-header). */
export function formatB3({ traceId, spanId, traceFlags }: SpanContext): string {
  return `${traceId}-${spanId}-${traceFlags & SAMPLED}`;
}

const B3 = /^([0-9a-f]{16}|[0-9a-f]{32})-([0-9a-f]{16})(?:-([01d])(?:-[0-9a-f]{16})?)?$/i;

/**
 * Reads a `b3` header. Undefined where it has no ids, or bad ones. A trace id of 16 digits is filled up with zeros; the
 * debug state, and a decision that was left open, count as sampled.
 */
export function parseB3(header: string): SpanContext | undefined {
  const [, trace, span, state] = B3.exec(header.trim()) ?? [];
  if (!trace || !span || /^0+$/.test(trace) || /^0+$/.test(span)) return undefined;
  return {
    traceId: trace.toLowerCase().padStart(32, '0'),
    spanId: span.toLowerCase(),
    traceFlags: state === '0' ? 0 : SAMPLED,
    isRemote: true,
  };
}

/** Reads the `X-B3-…` headers (https://github.com/openzipkin/b3-propagation#multiple-headers) by the same rules. */
export function parseB3Multi(read: (name: string) => string): SpanContext | undefined {
  const sampled = read('x-b3-sampled').trim();
  const isDenied = read('x-b3-flags').trim() !== '1' && /^(0|false)$/i.test(sampled);
  return parseB3(`${read('x-b3-traceid').trim()}-${read('x-b3-spanid').trim()}-${isDenied ? 0 : 1}`);
}
