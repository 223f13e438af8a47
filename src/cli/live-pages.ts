import type { ServerResponse } from 'node:http';
import { EventStream } from '../receiver/event-stream.js';

/** Figures by their names, as they are to be read. */
export type Figures = Readonly<Record<string, number | string>>;

/** Pages at once; each is sent everything, and more are a mistake. */
const MAX_PAGES = 20;

/** Characters of one message with what is kept: a page places the spans of a message in one go, and so should not get many. */
const MESSAGE_LENGTH = 1024 * 1024;

/** ms between two looks at the figures. */
const FIGURES_EVERY = 1000;

/** The open pages. They are sent spans, `figures` when they have changed, and `remark` for what they should know of. */
export class LivePages {
  readonly clients = new Set<EventStream>();
  readonly #figures: () => Figures;
  readonly #remarks: string[] = [];
  readonly #timer: NodeJS.Timeout;
  #lastFigures = '';

  /** `figures` are read again and again while pages are open. */
  constructor(figures: () => Figures) {
    this.#figures = figures;
    this.#timer = setInterval(() => this.#sendFigures(), FIGURES_EVERY);
    this.#timer.unref();
  }

  /** Sends a page what is kept, then what comes, until it goes. False where there are too many. */
  async add(response: ServerResponse, kept: AsyncIterable<string>): Promise<boolean> {
    if (this.clients.size >= MAX_PAGES) return false;
    const page = new EventStream(response);
    // From here on: what comes while the rest is sent may come twice, which the page sees by the ids.
    this.clients.add(page);
    response.on('close', () => this.clients.delete(page));
    for (const remark of this.#remarks) page.write('remark', JSON.stringify(remark));
    page.write('figures', JSON.stringify(this.#figures()));
    for await (const message of gathered(kept)) {
      if (page.isGone) break;
      if (!page.write('message', message)) await page.drained();
    }
    return true;
  }

  /** Tells all pages, also those that come later, what happened and what to do. */
  remark(message: string): void {
    this.#remarks.push(message);
    this.#sendAll('remark', JSON.stringify(message));
  }

  /** Tells all pages that what is kept has been thrown away. */
  cleared(): void {
    this.#sendAll('cleared', '');
  }

  close(): void {
    clearInterval(this.#timer);
    for (const page of this.clients) page.close();
  }

  #sendFigures(): void {
    if (this.clients.size === 0) return;
    const figures = JSON.stringify(this.#figures());
    if (figures === this.#lastFigures) return;
    this.#lastFigures = figures;
    this.#sendAll('figures', figures);
  }

  #sendAll(event: string, data: string): void {
    for (const page of this.clients) page.write(event, data);
  }
}

/** Arrays as JSON, joined into longer ones. */
async function* gathered(arrays: AsyncIterable<string>): AsyncIterable<string> {
  let inner: string[] = [];
  let length = 0;
  for await (const array of arrays) {
    inner.push(array.slice(1, -1));
    length += array.length;
    if (length < MESSAGE_LENGTH) continue;
    yield `[${inner.join(',')}]`;
    inner = [];
    length = 0;
  }
  if (inner.length > 0) yield `[${inner.join(',')}]`;
}
