import type { SpanStore } from '../../src/store/span-store.js';
import { addSpans } from '../add-spans.js';

import { readSnapshot } from './read-snapshot.js';
import { type Snapshot, takeSnapshot } from './snapshot.js';

/** All pages of the origin hear it. */
const CHANNEL = 'zonetrace traces';

/** Spans of the last traces that a tab which asks is given. */
const BACKLOG_SPANS = 2000;

type Message =
  /** A panel was opened, and wants to know; or closed. */
  | { readonly kind: 'hello' | 'bye'; readonly from: string }
  /** A trace of a tab, as OTLP JSON. */
  | { readonly kind: 'trace'; readonly from: string; readonly name: string; readonly text: string };

/** Sends the traces of this page to the open panels of the other tabs of the origin, and takes theirs while its own is open. */
export class Tabs {
  readonly #store: SpanStore;
  readonly #id: string;
  readonly #channel = new BroadcastChannel(CHANNEL);
  /** Pages whose panel is open. */
  readonly #listeners = new Set<string>();
  readonly #sources = new Map<string, { kind: 'tab'; name: string }>();
  #isListening = false;

  constructor(store: SpanStore, id: string) {
    this.#store = store;
    this.#id = id;
    this.#channel.onmessage = ({ data }) => this.#hear(data);
  }

  /** Takes what the others have, and what they will have. */
  listen(): void {
    this.#isListening = true;
    this.#post({ kind: 'hello', from: this.#id });
  }

  stopListening(): void {
    this.#isListening = false;
    this.#post({ kind: 'bye', from: this.#id });
  }

  /** A trace that has not settled may still become another's, and is not sent. */
  send({ settled, text }: Snapshot): void {
    if (!settled || this.#listeners.size === 0) return;
    this.#post({ kind: 'trace', from: this.#id, name: document.title || location.pathname, text });
  }

  close(): void {
    this.stopListening();
    this.#channel.close();
  }

  #post(message: Message): void {
    this.#channel.postMessage(message);
  }

  #hear(data: unknown): void {
    const message = (typeof data === 'object' && data !== null ? data : {}) as Partial<Message>;
    const { kind, from } = message;
    if (typeof from !== 'string') return;
    if (kind === 'hello') {
      this.#listeners.add(from);
      this.#sendBacklog();
    } else if (kind === 'bye') this.#listeners.delete(from);
    else if (kind === 'trace' && this.#isListening) this.#add(from, message as { name?: unknown; text?: unknown });
  }

  #add(from: string, { name, text }: { name?: unknown; text?: unknown }): void {
    let source = this.#sources.get(from);
    if (!source || source.name !== name) {
      source = { kind: 'tab', name: String(name) };
      this.#sources.set(from, source);
    }
    try {
      if (this.#store.recording) addSpans(this.#store, readSnapshot(String(text)), source);
    } catch {
      // Another version of zonetrace, or no zonetrace at all, speaks on this channel.
    }
  }

  #sendBacklog(): void {
    const { traces } = this.#store;
    let spans = 0;
    let first = traces.length;
    while (first > 0 && spans < BACKLOG_SPANS) spans += traces[--first]?.rows.length ?? 0;
    for (const trace of traces.slice(first)) {
      if (!trace.source && trace.settled) this.send(takeSnapshot(this.#store, trace, this.#id));
    }
  }
}
