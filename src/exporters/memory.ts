import type { SpanExporter } from '../processor.js';
import type { Span } from '../trace/span.js';
import { MAX_QUEUED_TEXT, textLength } from '../trace/text-length.js';

/** Options of a {@link MemoryExporter}. */
export interface MemoryExporterOptions {
  /** Spans kept, of which all but the newest have at most 20 million characters; the oldest go, and are counted. Default: 10,000. */
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
    let surplus = Math.max(0, this.spans.length - this.#maxSpans);
    let text = 0;
    for (let at = this.spans.length - 1; at >= surplus; at--) {
      if (text > MAX_QUEUED_TEXT) surplus = at + 1;
      else text += textLength(this.spans[at] as Span);
    }
    this.spans.splice(0, surplus);
    this.droppedSpans += surplus;
  }

  /** Forgets all spans. */
  clear(): void {
    this.spans.length = 0;
  }

  async shutdown(): Promise<void> {}
}
