import { deactivateSpan } from './scope.js';
import { toText } from './trace/attribute-value.js';
import { Span } from './trace/span.js';
import { Trace, type TraceHost } from './trace/trace.js';
import { DEFAULT_LIMITS } from './trace/types.js';

const NOBODY: TraceHost = {
  limits: DEFAULT_LIMITS,
  redact: (_key, value) => value,
  spanEnded(span, byPage) {
    if (byPage) deactivateSpan(span);
  },
  spanAmended() {},
  traceIdle() {},
  traceSettled() {},
};

/** A span for code that works for tracing itself: it can be used like any other, and nobody hears of it. */
export function startUnrecorded(name: unknown): Span {
  const trace = new Trace(NOBODY);
  trace.state = 'settled';
  trace.identity.traceFlags = 0;
  const span = new Span({
    name: toText(name),
    trace,
    parent: undefined,
    remoteParent: undefined,
    kind: 'INTERNAL',
    startTime: trace.now(),
  });
  span.dropped = true;
  return span;
}
