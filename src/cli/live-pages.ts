import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { PageClient } from '../receiver/hub.js';

/** Figures by their names, as they are to be read. */
export type Figures = Readonly<Record<string, number | string>>;

/** Pages at once; each is sent everything, and more are a mistake. */
const MAX_PAGES = 20;

/** Characters of one message with what is kept: a page places the spans of a message in one go, and so should not get many. */
const MESSAGE_LENGTH = 1024 * 1024;

/** ms between two looks at the figures. */
const FIGURES_EVERY = 1000;

/**
 * The open pages, by server-sent events (https://html.spec.whatwg.org/#server-sent-events): spans, then `figures` when
 * they have changed, and `remark` for what they should know of.
 */
export class LivePages {
  readonly clients = new Set<PageClient & { readonly response: ServerResponse }>();
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
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
    const client = {
      response,
      send: (spans: readonly unknown[]) => void response.write(messageOf('message', JSON.stringify(spans))),
      waiting: () => response.writableLength,
    };
    // From here on: what comes while the rest is sent may come twice, which the page sees by the ids.
    this.clients.add(client);
    response.on('close', () => this.clients.delete(client)).on('error', () => {});
    for (const remark of this.#remarks) response.write(messageOf('remark', JSON.stringify(remark)));
    response.write(messageOf('figures', JSON.stringify(this.#figures())));
    for await (const message of gathered(kept)) {
      if (response.destroyed) break;
      const isFull = !response.write(messageOf('message', message));
      if (isFull) await Promise.race([once(response, 'drain'), once(response, 'close')]);
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
    for (const { response } of this.clients) response.end();
  }

  #sendFigures(): void {
    if (this.clients.size === 0) return;
    const figures = JSON.stringify(this.#figures());
    if (figures === this.#lastFigures) return;
    this.#lastFigures = figures;
    this.#sendAll('figures', figures);
  }

  #sendAll(event: string, data: string): void {
    for (const { response } of this.clients) response.write(messageOf(event, data));
  }
}

/** JSON has no line breaks outside of its strings, and escapes those inside. */
function messageOf(event: string, json: string): string {
  return `event: ${event}\ndata: ${json}\n\n`;
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
