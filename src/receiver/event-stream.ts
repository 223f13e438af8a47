import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { PageClient } from './hub.js';

/** A page that takes server-sent events (https://html.spec.whatwg.org/#server-sent-events). */
export class EventStream implements PageClient {
  readonly #response: ServerResponse;

  constructor(response: ServerResponse) {
    this.#response = response;
    response.on('error', () => {}); // the page is gone
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
    response.flushHeaders();
  }

  get isGone(): boolean {
    return this.#response.destroyed;
  }

  send(spans: readonly unknown[]): void {
    this.write('message', JSON.stringify(spans));
  }

  /** False where the page takes less than comes. JSON has no line breaks outside of its strings, and escapes those inside. */
  write(event: string, json: string): boolean {
    return this.#response.write(`event: ${event}\ndata: ${json}\n\n`);
  }

  /** Resolves when the page has taken what was written, or has gone. */
  async drained(): Promise<void> {
    const stop = new AbortController();
    const { signal } = stop;
    try {
      await Promise.race([once(this.#response, 'drain', { signal }), once(this.#response, 'close', { signal })]);
    } finally {
      stop.abort();
    }
  }

  waiting(): number {
    return this.#response.writableLength;
  }

  close(): void {
    this.#response.end();
  }
}
