import type { Span } from './trace/span.js';

/** Sees each span of the page, in its own task. What it throws is reported once and goes no further. */
export interface SpanProcessor {
  /** A span was started. */
  onStart(span: Span): void;
  /** A span has ended. */
  onEnd(span: Span): void;
  /** Resolves when everything seen so far has been handed on. */
  forceFlush(): Promise<void>;
  /** Resolves when nothing more will be done. */
  shutdown(): Promise<void>;
}

/** Sends spans somewhere. */
export interface SpanExporter {
  /** Takes ended spans. A rejection is counted and reported once. */
  export(spans: readonly Span[]): Promise<void> | void;
  /** Resolves when what was taken has been sent or given up. */
  shutdown(): Promise<void>;
}
