import type { SpanProcessor } from '../processor.js';
import type { Span } from '../trace/span.js';
import type { SpanRecord } from '../trace/types.js';
import { setTimerOutside } from '../zone/outside.js';

/** Spans that wait for the page. A worker that makes more of them in `DELAY`, or has no page, loses the newest. */
const MAX_QUEUE = 2048;

/** ms from the start or end of a span until the page hears of it: soon enough to watch, and a burst makes one message. */
const DELAY = 50;

/** What is known of a span now, as it can be posted. */
function toRecord(span: Span): SpanRecord {
  return {
    name: span.name,
    context: span.context,
    parentSpanId: span.parentSpanId,
    kind: span.kind,
    startTime: span.startTime,
    endTime: span.endTime,
    status: span.status,
    statusMessage: span.statusMessage,
    attributes: span.attributes,
    events: span.events,
    links: span.links,
    droppedAttributesCount: span.droppedAttributesCount,
    droppedEventsCount: span.droppedEventsCount,
    droppedLinksCount: span.droppedLinksCount,
  };
}

/** What is still to be completed after its end waits, and what may still join the trace of a sender. */
function isReady({ recording, incomplete, trace }: Span): boolean {
  return (recording || !incomplete) && !trace.sender?.waiting;
}

/**
 * Answers whether there was a page to send to. Reads the records only then: reading draws the ids of spans, and those that
 * began before the page is known may still have to join its trace.
 */
type Send = (read: () => readonly SpanRecord[]) => boolean;

/** Hands the spans of a worker or frame to the page in batches, as they start and as they end. */
export class PageProcessor implements SpanProcessor {
  /** Spans that the full queue lost. */
  droppedSpans = 0;
  readonly #send: Send;
  #queue = new Set<Span>();
  #stopTimer: (() => void) | undefined;

  constructor(send: Send) {
    this.#send = send;
  }

  onStart(span: Span): void {
    this.#add(span);
  }

  onEnd(span: Span): void {
    this.#add(span);
  }

  async forceFlush(): Promise<void> {
    this.#flush(true);
  }

  shutdown(): Promise<void> {
    return this.forceFlush();
  }

  /** What is not ready waits, unless this is the last chance. */
  #flush(all: boolean): void {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
    const ready = all ? [...this.#queue] : [...this.#queue].filter(isReady);
    const isAll = ready.length === this.#queue.size;
    if (ready.length > 0 && this.#send(() => ready.map(toRecord))) for (const span of ready) this.#queue.delete(span);
    if (!isAll) this.#wait();
  }

  #wait(): void {
    this.#stopTimer ??= setTimerOutside(() => this.#flush(false), DELAY);
  }

  #add(span: Span): void {
    if (this.#queue.size >= MAX_QUEUE && !this.#queue.has(span)) this.droppedSpans++;
    else this.#queue.add(span);
    this.#wait();
  }
}
