import type { JsonObject } from './json.js';
import { readOtlp } from './read-otlp.js';
import type { ReadSpan } from './span.js';
import { TraceCollector } from './traces.js';

/** All spans of an OTLP request at once, trace by trace. */
export function spansOfOtlp(request: JsonObject): ReadSpan[] {
  const traces = new TraceCollector();
  for (const _ of readOtlp(request, traces));
  return [...traces.traces()].flatMap((trace) =>
    Array.from({ length: trace.size }, (_, place) => ({
      record: trace.recordOf(place),
      service: trace.serviceOf(place),
    })),
  );
}
