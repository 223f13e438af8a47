import type { SpanProcessor } from '../processor.js';
import type { Span } from '../trace/span.js';
import { MAX_QUEUED_TEXT, textLength } from '../trace/text-length.js';
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
 * Answers whether there was a page to send to, which is told how many spans the full queue lost. Reads the records only
 * then: reading draws the ids of spans, and those that began before the page is known may still have to join its trace.
 */
type Send = (read: () => readonly SpanRecord[], dropped: number) => boolean;

/** Hands the spans of a worker or frame to the page in batches, as they start and as they end. */
export class PageProcessor implements SpanProcessor {
  readonly #send: Send;
  /** With the characters that each had at its end. */
  readonly #queue = new Map<Span, number>();
  #text = 0;
  #dropped = 0;
  #stopTimer: (() => void) | undefined;

  constructor(send: Send) {
    this.#send = send;
  }

  onStart(span: Span): void {
    this.#add(span, 0); // one that is not taken now may be at its end
  }

  onEnd(span: Span): void {
    if (!this.#add(span, textLength(span))) this.#dropped++;
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
    const spans = [...this.#queue.keys()];
    const ready = all ? spans : spans.filter(isReady);
    const isAll = ready.length === spans.length;
    if (ready.length > 0 && this.#send(() => ready.map(toRecord), this.#dropped)) {
      this.#dropped = 0;
      for (const span of ready) this.#remove(span);
    }
    if (!isAll) this.#wait();
  }

  #wait(): void {
    this.#stopTimer ??= setTimerOutside(() => this.#flush(false), DELAY);
  }

  /** False where there is no room. */
  #add(span: Span, text: number): boolean {
    this.#wait();
    const isFull = this.#queue.size >= MAX_QUEUE && !this.#queue.has(span);
    if (isFull || this.#text + text > MAX_QUEUED_TEXT) return false;
    this.#queue.set(span, text);
    this.#text += text;
    return true;
  }

  #remove(span: Span): void {
    this.#text -= this.#queue.get(span) as number;
    this.#queue.delete(span);
  }
}
