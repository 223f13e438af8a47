import type { SpanExporter } from '../processor.js';
import { runSuppressed } from '../suppressed.js';
import type { Span } from '../trace/span.js';
import { MAX_QUEUED_TEXT } from '../trace/text-length.js';
import type { Attributes } from '../trace/types.js';
import { warnOnce } from '../warn.js';
import { runWhenIdle, setTimerOutside } from '../zone/outside.js';
import { runOutside } from '../zone/variable.js';
import { withPatience } from './patience.js';
import { DestinationCounts } from './stats.js';

/** Spans that wait to be exported; OpenTelemetry's default. */
const MAX_QUEUE = 2048;
/** Spans an export; OpenTelemetry's default. */
const MAX_BATCH = 512;
/** ms from a span's end to its export, so that a burst makes one request. */
const DELAY = 1000;
/** Exports under way: an exporter that does not answer is given no more, and its queue fills. */
const MAX_UNDER_WAY = 8;
/** ms that an ended span waits for its trace to settle: until then its attributes may still be completed. */
const MAX_WAIT = 2000;

/** Its requests are its own: no spans, in no span. */
function callExporter<R>(fn: () => R): R {
  return runOutside(() => runSuppressed(fn));
}

/** The ended spans of one exporter on their way: handed over in batches, in idle time, in no task of the page. */
export class ExportQueue {
  readonly counts: DestinationCounts;
  readonly #exporter: SpanExporter;
  /** The exporter reports for itself what becomes of spans. */
  readonly #reports: boolean;
  /** With the characters that each had when it came. */
  readonly #spans = new Map<Span, number>();
  /** Of these, and of those that the exporter has not answered for. */
  #text = 0;
  #cancel: (() => void) | undefined;
  #isIdleSoon = false;
  #underWay = 0;
  #exporting: Promise<void> = Promise.resolve();

  constructor(exporter: SpanExporter, resource: Readonly<Attributes>, changed: () => void) {
    this.#exporter = exporter;
    this.counts = new DestinationCounts(exporter.constructor?.name ?? 'exporter', changed);
    this.#reports = typeof exporter.start === 'function';
    try {
      callExporter(() => exporter.start?.({ resource, counts: this.counts }));
    } catch (error) {
      warnOnce('an exporter could not be started; see the cause', error);
    }
  }

  /** `text`: the characters in it. */
  add(span: Span, text: number): void {
    this.counts.add('accepted', 1);
    if (this.#spans.size >= MAX_QUEUE || this.#text + text > MAX_QUEUED_TEXT) {
      this.counts.drop('queueFull', 1);
      return;
    }
    this.#spans.set(span, text);
    this.#text += text;
    this.#schedule(this.#spans.size >= MAX_BATCH);
  }

  /** Hands everything over at once, so that an unload finds the requests under way. */
  flush(): Promise<void> {
    this.#cancel?.();
    this.#cancel = undefined;
    while (this.#spans.size > 0) this.#export([...this.#spans.keys()].slice(0, MAX_BATCH));
    return this.#exporting;
  }

  async shutdown(): Promise<void> {
    await this.flush();
    await withPatience(callExporter(() => this.#exporter.shutdown()));
  }

  #schedule(soon: boolean): void {
    if (this.#cancel && (!soon || this.#isIdleSoon)) return;
    this.#cancel?.();
    this.#isIdleSoon = soon;
    const whenIdle = (): void => {
      this.#isIdleSoon = true;
      this.#cancel = runWhenIdle(this.#exportReady);
    };
    if (soon) whenIdle();
    else this.#cancel = setTimerOutside(whenIdle, DELAY);
  }

  readonly #exportReady = (): void => {
    this.#cancel = undefined;
    if (this.#underWay >= MAX_UNDER_WAY) {
      this.#schedule(false);
      return;
    }
    const crowded = this.#spans.size > MAX_QUEUE / 2 || this.#text > MAX_QUEUED_TEXT / 2;
    const ready: Span[] = [];
    for (const span of this.#spans.keys()) {
      const { trace } = span;
      const isOld = !span.incomplete && trace.now() - (span.endTime as number) >= MAX_WAIT;
      const isReady = crowded || trace.state === 'settled' || isOld;
      if (isReady && ready.push(span) === MAX_BATCH) break;
    }
    if (ready.length > 0) this.#export(ready);
    if (this.#spans.size > 0) this.#schedule(ready.length === MAX_BATCH);
  };

  #export(batch: readonly Span[]): void {
    let text = 0;
    for (const span of batch) {
      text += this.#spans.get(span) as number;
      this.#spans.delete(span);
    }
    const exported = this.#handOver(batch, text);
    this.#exporting = this.#exporting.then(() => exported);
  }

  async #handOver(batch: readonly Span[], text: number): Promise<void> {
    try {
      this.#underWay++;
      await withPatience(callExporter(() => this.#exporter.export(batch)));
      if (!this.#reports) this.counts.add('exported', batch.length);
    } catch (error) {
      if (!this.#reports) this.counts.drop('failed', batch.length);
      warnOnce(`${batch.length} spans could not be exported; see the cause`, error);
    } finally {
      this.#underWay--;
      this.#text -= text;
    }
  }
}
