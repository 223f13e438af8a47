import type { SpanExporter, SpanProcessor } from '../processor.js';
import type { Span } from '../trace/span.js';
import { textLength } from '../trace/text-length.js';
import type { Trace } from '../trace/trace.js';
import { type Attributes, SAMPLED } from '../trace/types.js';
import { warnOnce } from '../warn.js';
import { NativePromise } from '../zone/native.js';
import { ExportQueue } from './export-queue.js';
import { sumStats, type TracingStats } from './stats.js';
import { type TailOptions, TailSampler } from './tail.js';

/** Hands the spans of sampled traces to all exporters, each by a queue of its own, so that they fail independently. */
export class ExportProcessor implements SpanProcessor {
  readonly #queues: readonly ExportQueue[];
  readonly #tail: TailSampler | undefined;
  #recorded = 0;
  #unsampled = 0;
  #overRate = 0;

  constructor(
    exporters: readonly SpanExporter[],
    resource: Readonly<Attributes>,
    tail: TailOptions | undefined,
    changed: () => void,
  ) {
    this.#queues = exporters.map((exporter) => new ExportQueue(exporter, resource, changed));
    this.#tail = tail && new TailSampler(tail);
  }

  get stats(): TracingStats {
    const destinations = this.#queues.map(({ counts }) => counts.read());
    return {
      recorded: this.#recorded,
      unsampled: this.#unsampled,
      overRate: this.#overRate,
      ...sumStats(destinations),
      destinations,
    };
  }

  onStart(): void {}

  onEnd(span: Span): void {
    this.#recorded++;
    if (span.trace.traceFlags & SAMPLED || this.#tail?.keeps(span.trace)) this.#add(span);
    else this.#unsampled++;
  }

  onSettled(trace: Trace): void {
    if (!this.#tail || trace.traceFlags & SAMPLED) return;
    const ended = trace.spans.filter(({ endTime }) => endTime !== undefined);
    const verdict = this.#tail.decide(trace);
    if (verdict === 'overRate') this.#overRate += ended.length;
    if (verdict !== 'keep') return;
    this.#unsampled -= ended.length;
    for (const span of ended) this.#add(span);
  }

  async forceFlush(): Promise<void> {
    await NativePromise.all(this.#queues.map((queue) => queue.flush()));
  }

  async shutdown(): Promise<void> {
    const stop = async (queue: ExportQueue): Promise<void> => {
      try {
        await queue.shutdown();
      } catch (error) {
        warnOnce('an exporter could not be shut down; see the cause', error);
      }
    };
    await NativePromise.all(this.#queues.map(stop));
  }

  #add(span: Span): void {
    if (this.#queues.length === 0) return;
    const text = textLength(span);
    for (const queue of this.#queues) queue.add(span, text);
  }
}
