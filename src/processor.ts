import type { DropReason } from './pipeline/stats.js';
import type { Span } from './trace/span.js';
import type { Trace } from './trace/trace.js';
import type { Attributes } from './trace/types.js';

/** Sees each span of the page, in its own task. What it throws is reported once and goes no further. */
export interface SpanProcessor {
  /** Tracing starts. */
  start?(context: Pick<ExportContext, 'resource'>): void;
  /** A span was started. */
  onStart(span: Span): void;
  /** A span has ended. */
  onEnd(span: Span): void;
  /** A trace has settled: nothing more is expected of it. */
  onSettled?(trace: Trace): void;
  /** Resolves when everything seen so far has been handed on. */
  forceFlush(): Promise<void>;
  /** Resolves when nothing more will be done. */
  shutdown(): Promise<void>;
}

/** What an exporter is told when tracing starts. */
export interface ExportContext {
  /** Who the page is, by OpenTelemetry's semantic conventions. What changes while it lives is in `span.trace.attributes`. */
  readonly resource: Readonly<Attributes>;
  /** Where an exporter that has `start` says what becomes of the spans it was given; see `tracing.stats`. */
  readonly counts: {
    name: string;
    add(count: 'exported' | 'stored' | 'restored' | 'requests' | 'retries' | 'bytes', by: number): void;
    drop(reason: DropReason, spans: number): void;
  };
}

/**
 * Sends spans somewhere. Each exporter has a bounded queue of its own before it: it is given spans in batches, in idle time,
 * and when the page is hidden or left.
 */
export interface SpanExporter {
  /** Tracing starts. An exporter that has this method counts its spans itself. */
  start?(context: ExportContext): void;
  /** Takes ended spans; read their attributes now. A rejection is counted and reported once. */
  export(spans: readonly Span[]): Promise<void> | void;
  /** Resolves when what was taken has been sent or given up. */
  shutdown(): Promise<void>;
}
