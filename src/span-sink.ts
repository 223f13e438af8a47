import type { Span } from './trace/span.js';
import type { Trace } from './trace/trace.js';

/** Keeps the spans of the page to be looked at. */
export interface SpanSink {
  onStart(span: Span): void;
  onEnd(span: Span): void;
  /** Something was written to a span after its end. */
  onAmend(span: Span): void;
  onSettled(trace: Trace): void;
}

/** Spans that are kept for a tracing that starts later; the first ones, as a page's start is what one wants to see. */
const MAX_EARLY_SPANS = 10_000;

/** Keeps spans in the order of their start, for a store that is not there yet. */
export class EarlySpans implements SpanSink {
  readonly #spans: Span[] = [];
  #dropped = 0;

  onStart(span: Span): void {
    if (this.#spans.length < MAX_EARLY_SPANS) this.#spans.push(span);
    else this.#dropped++;
  }

  onEnd(): void {}

  onAmend(): void {}

  onSettled(): void {}

  /** Hands on what was kept; answers how many spans were not. */
  handTo(sink: SpanSink): number {
    const traces = new Set<Trace>();
    for (const span of this.#spans) {
      traces.add(span.trace);
      sink.onStart(span);
    }
    for (const trace of traces) if (trace.state === 'settled') sink.onSettled(trace);
    return this.#dropped;
  }
}
