import type { Span } from './trace/span.js';
import { MAX_QUEUED_TEXT, textLength } from './trace/text-length.js';
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
  readonly #spans = new Set<Span>();
  #text = 0;
  #dropped = 0;

  onStart(span: Span): void {
    if (this.#spans.size < MAX_EARLY_SPANS && this.#text < MAX_QUEUED_TEXT) this.#spans.add(span);
    else this.#dropped++;
  }

  onEnd(span: Span): void {
    const text = textLength(span);
    if (this.#text + text < MAX_QUEUED_TEXT) this.#text += text;
    else if (this.#spans.delete(span)) this.#dropped++;
  }

  onAmend(): void {}

  /** A span that is still open may stay so for good. */
  onSettled(trace: Trace): void {
    trace.eachSpan((span) => span.endTime ?? this.onEnd(span));
  }

  /** Hands on what was kept; answers how many spans were not. */
  handTo(sink: SpanSink): number {
    const traces = new Set<Trace>();
    for (const span of this.#spans) {
      const { trace } = span;
      // Without its first span the store has no trace.
      if (!this.#spans.has(trace.rootSpan as Span)) this.#dropped++;
      else {
        traces.add(trace);
        sink.onStart(span);
      }
    }
    for (const trace of traces) if (trace.state === 'settled') sink.onSettled(trace);
    return this.#dropped;
  }
}
