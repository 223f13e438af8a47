import type { SpanContext } from '../trace/types.js';
import { formatB3 } from './b3.js';
import { formatTraceparent } from './traceparent.js';

/** How a context is written, by the names that OpenTelemetry has for it (`OTEL_PROPAGATORS`). */
export type Propagator = 'tracecontext' | 'baggage' | 'b3' | 'b3multi';

type Headers = [name: string, value: string | undefined][];

/** The headers of each, the one that decides first. */
const FORMATS: Record<Propagator, (context: SpanContext, baggage?: string) => Headers> = {
  tracecontext: (context) => [
    ['traceparent', formatTraceparent(context)],
    ['tracestate', context.traceState],
  ],
  baggage: (_context, baggage) => [['baggage', baggage]],
  b3: (context) => [['b3', formatB3(context)]],
  b3multi: ({ traceId, spanId, traceFlags }) => [
    ['x-b3-traceid', traceId],
    ['x-b3-spanid', spanId],
    ['x-b3-sampled', `${traceFlags & 1}`],
  ],
};

export const PROPAGATORS = Object.keys(FORMATS) as Propagator[];

/** Where headers are added. */
export interface HeaderTarget {
  has(name: string): boolean;
  set(name: string, value: string): void;
}

/**
 * Adds the headers of a context where there is something to say and the target has none of that name; where it has the
 * first of a group, none of the group: somebody's `traceparent` has nothing to do with our `tracestate`. Answers whether
 * one was added.
 */
export function addHeaders(
  target: HeaderTarget,
  propagators: readonly Propagator[],
  context: SpanContext | undefined,
  baggage: string | undefined,
): boolean {
  let added = false;
  for (const propagator of propagators) {
    const headers = context || propagator === 'baggage' ? FORMATS[propagator](context as SpanContext, baggage) : [];
    for (const [name, value] of headers) {
      if (target.has(name)) {
        if (name === headers[0]?.[0]) break;
        continue;
      }
      // A state that somebody's code made up may be none that a header can have.
      if (!value || !/^[ -~]+$/.test(value)) continue;
      target.set(name, value);
      added = true;
    }
  }
  return added;
}
