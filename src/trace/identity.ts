import { generateSpanId, generateTraceId } from './ids.js';
import { SAMPLED_RANDOM, type SpanContext } from './types.js';

/**
 * What the spans of a trace have in common of their contexts. Zones that outlive the trace keep it, rather than the trace:
 * ids are drawn when they are asked for, which those of most spans never are.
 */
export class TraceIdentity {
  /** The id, where it has been drawn. */
  knownId: string | undefined;
  traceFlags: number;
  traceState: string | undefined;

  constructor(remote: SpanContext | undefined) {
    this.knownId = remote?.traceId;
    this.traceFlags = remote ? remote.traceFlags : SAMPLED_RANDOM;
    this.traceState = remote?.traceState;
  }

  get traceId(): string {
    this.knownId ??= generateTraceId();
    return this.knownId;
  }

  /** The context of a span that has none yet. */
  drawContext(): SpanContext {
    const { traceId, traceFlags, traceState } = this;
    const context = { traceId, spanId: generateSpanId(), traceFlags, isRemote: false };
    return traceState === undefined ? context : { ...context, traceState };
  }
}
