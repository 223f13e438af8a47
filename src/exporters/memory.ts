import type { SpanExporter } from '../processor.js';
import type { Span } from '../trace/span.js';

/** Options of a {@link MemoryExporter}. */
export interface MemoryExporterOptions {
  /** Spans kept; the oldest go, and are counted. Default: 10,000. */
  maxSpans?: number;
}

/** Keeps the exported spans: for tests, and to look at them on the console. */
export class MemoryExporter implements SpanExporter {
  /** Oldest first. */
  readonly spans: Span[] = [];
  /** Spans that went to make room. */
  droppedSpans = 0;
  readonly #maxSpans: number;

  constructor({ maxSpans = 10_000 }: MemoryExporterOptions = {}) {
    this.#maxSpans = maxSpans;
  }

  export(spans: readonly Span[]): void {
    this.spans.push(...spans);
    const surplus = Math.max(0, this.spans.length - this.#maxSpans);
    this.spans.splice(0, surplus);
    this.droppedSpans += surplus;
  }

  /** Forgets all spans. */
  clear(): void {
    this.spans.length = 0;
  }

  async shutdown(): Promise<void> {}
}
