import type { SpanContext as ApiSpanContext, TraceState } from '@opentelemetry/api';
import { changeTracestate, formatTracestate, parseTracestate } from '../propagation/tracestate.js';
import type { SpanContext } from '../trace/types.js';

/** A `tracestate` as OpenTelemetry's API shows it. Immutable. */
class ZonetraceState implements TraceState {
  readonly #header: string;

  constructor(header: string) {
    this.#header = header;
  }

  get(key: string): string | undefined {
    return parseTracestate(this.#header)?.find(([name]) => name === key)?.[1];
  }

  set(key: string, value: string): TraceState {
    return new ZonetraceState(changeTracestate(this.#header, key, value));
  }

  unset(key: string): TraceState {
    return new ZonetraceState(changeTracestate(this.#header, key, undefined));
  }

  serialize(): string {
    return formatTracestate(parseTracestate(this.#header) ?? []);
  }
}

export function toApiContext({ traceId, spanId, traceFlags, traceState, isRemote }: SpanContext): ApiSpanContext {
  return {
    traceId,
    spanId,
    traceFlags,
    ...(isRemote ? { isRemote } : {}),
    ...(traceState === undefined ? {} : { traceState: new ZonetraceState(traceState) }),
  };
}

export function fromApiContext({ traceId, spanId, traceFlags, traceState, isRemote }: ApiSpanContext): SpanContext {
  const context = { traceId, spanId, traceFlags, isRemote: isRemote === true };
  const header = traceState?.serialize();
  return header ? { ...context, traceState: header } : context;
}
