import type { ReadSpan } from '../../panel/formats/span.js';

/** An open page. */
export interface PageClient {
  send(spans: readonly ReadSpan[]): void;
  /** Bytes that were sent to it and that it has not taken yet. */
  waiting(): number;
}

/** What the hub does with spans, besides sending them. */
export interface HubStats {
  /** Spans that one of the pages did not get, as it takes less than comes. */
  dropped: number;
}

interface Batch {
  readonly spans: readonly ReadSpan[];
  readonly bytes: number;
  /** ms since the process began. */
  readonly at: number;
}

/** ms over which spans are gathered: a page draws no faster. */
const GATHERED = 50;

/** A page that opens later gets the spans of the last minute: its own load, and what was tried before it was there. */
const BACKLOG_TIME = 60_000;
const BACKLOG_SPANS = 2000;
const BACKLOG_BYTES = 4 * 1024 * 1024;

/** Spans and bytes that one message carries at most; a page that is given more at once stands still. */
const MESSAGE_SPANS = 5000;
const MESSAGE_BYTES = 8 * 1024 * 1024;

/** A page behind by more is stopped in the debugger, or asleep: it misses spans. */
const MAX_WAITING = 16 * 1024 * 1024;

/** Sends spans to all open pages, a batch at a time, and keeps the last ones for pages that open later. */
export class Hub {
  readonly stats: HubStats = { dropped: 0 };
  readonly #pages: () => Iterable<PageClient>;
  readonly #warn: (message: string) => void;
  readonly #backlog = new Batches(BACKLOG_SPANS, BACKLOG_BYTES);
  readonly #gathered = new Batches(MESSAGE_SPANS, MESSAGE_BYTES);
  #timer: NodeJS.Timeout | undefined;

  /** `warn` is told once that spans were dropped. */
  constructor(pages: () => Iterable<PageClient>, warn: (message: string) => void) {
    this.#pages = pages;
    this.#warn = warn;
  }

  /** `bytes`: what the spans take, about. */
  add(spans: readonly ReadSpan[], bytes: number): void {
    const batch = { spans, bytes, at: performance.now() };
    this.#backlog.dropBefore(batch.at - BACKLOG_TIME);
    this.#backlog.add(batch);
    this.#drop(this.#gathered.add(batch));
    this.#timer ??= setTimeout(() => this.#flush(), GATHERED);
  }

  /** Gives a page that has just opened what it missed. */
  greet(page: PageClient): void {
    this.#backlog.dropBefore(performance.now() - BACKLOG_TIME);
    const spans = this.#backlog.spans();
    if (spans.length > 0) page.send(spans);
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #drop(count: number): void {
    if (count > 0 && this.stats.dropped === 0) {
      this.#warn('more spans come than the pages take, and some are not shown; let the services send fewer');
    }
    this.stats.dropped += count;
  }

  #flush(): void {
    this.#timer = undefined;
    const spans = this.#gathered.spans();
    this.#gathered.clear();
    for (const page of this.#pages()) {
      if (page.waiting() > MAX_WAITING) this.#drop(spans.length);
      else page.send(spans);
    }
  }
}

/** Spans in the order of their arrival; the oldest go when there are too many. */
class Batches {
  #batches: Batch[] = [];
  #count = 0;
  #bytes = 0;
  readonly #maxSpans: number;
  readonly #maxBytes: number;

  constructor(maxSpans: number, maxBytes: number) {
    this.#maxSpans = maxSpans;
    this.#maxBytes = maxBytes;
  }

  /** Answers how many spans had to go. */
  add({ spans, bytes, at }: Batch): number {
    // The last ones of a batch that is too large for all.
    const kept = spans.slice(-this.#maxSpans);
    const before = this.#count + spans.length;
    this.#batches.push({ spans: kept, bytes, at });
    this.#count += kept.length;
    this.#bytes += bytes;
    while (this.#batches.length > 1 && (this.#count > this.#maxSpans || this.#bytes > this.#maxBytes)) this.#shift();
    return before - this.#count;
  }

  dropBefore(time: number): void {
    while (this.#batches[0] && this.#batches[0].at < time) this.#shift();
  }

  spans(): ReadSpan[] {
    return this.#batches.flatMap(({ spans }) => spans);
  }

  clear(): void {
    this.#batches = [];
    this.#count = 0;
    this.#bytes = 0;
  }

  #shift(): void {
    const oldest = this.#batches.shift();
    this.#count -= oldest?.spans.length ?? 0;
    this.#bytes -= oldest?.bytes ?? 0;
  }
}
