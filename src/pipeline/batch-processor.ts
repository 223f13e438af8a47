import type { SpanExporter, SpanProcessor } from '../processor.js';
import type { Span } from '../trace/span.js';
import { SAMPLED } from '../trace/types.js';
import { warnOnce } from '../warn.js';
import { setTimerOutside } from '../zone/outside.js';
import { runOutside } from '../zone/variable.js';

/** Spans that wait to be exported; OpenTelemetry's default. */
const MAX_QUEUE = 2048;
/** Spans an export; OpenTelemetry's default. */
const MAX_BATCH = 512;
/** ms from a span's end to its export, so that a burst makes one request. */
const DELAY = 1000;

/** Hands ended spans to an exporter in batches, never in a task of the page. A full queue drops and counts. */
export class BatchProcessor implements SpanProcessor {
  /** Spans that the full queue or a failing exporter lost. */
  droppedSpans = 0;
  readonly #exporter: SpanExporter;
  #queue: Span[] = [];
  #stopTimer: (() => void) | undefined;
  #exporting: Promise<void> = Promise.resolve();
  #down = false;

  constructor(exporter: SpanExporter) {
    this.#exporter = exporter;
  }

  onStart(): void {}

  onEnd(span: Span): void {
    if (this.#down || !(span.trace.traceFlags & SAMPLED)) return;
    if (this.#queue.length >= MAX_QUEUE) {
      this.droppedSpans++;
      return;
    }
    this.#queue.push(span);
    this.#stopTimer ??= setTimerOutside(() => void this.forceFlush(), DELAY);
  }

  forceFlush(): Promise<void> {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
    while (this.#queue.length > 0) {
      const batch = this.#queue.splice(0, MAX_BATCH);
      // Begins at once, so that an unload finds the request under way.
      const exported = this.#export(batch);
      this.#exporting = this.#exporting.then(() => exported);
    }
    return this.#exporting;
  }

  async shutdown(): Promise<void> {
    await this.forceFlush();
    this.#down = true;
    await this.#exporter.shutdown();
  }

  async #export(batch: readonly Span[]): Promise<void> {
    try {
      await runOutside(() => this.#exporter.export(batch));
    } catch (error) {
      this.droppedSpans += batch.length;
      warnOnce(`${batch.length} spans could not be exported; see the cause`, error);
    }
  }
}
