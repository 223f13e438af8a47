import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { type Slice, sliceOf } from './layout/slice.js';
import { atNextFrame } from './next-frame.js';
import { observeSize } from './observe-size.js';
import { ROW_HEIGHT } from './styles.js';

type WindowHost = ReactiveControllerHost & {
  readonly isConnected: boolean;
  readonly ownerDocument: Document;
  runOutside<R>(fn: () => R): R;
};

/** px: Firefox collapses an element above about 17.8 million, Chromium above 33.5 million. */
const MAX_HEIGHT = 15_000_000;

/**
 * Which rows of a long list are drawn: those that its scroller shows. The header is one row and stays in
 * place. Where there are more rows than an element can be high, a step of the scrollbar is that much longer.
 */
export class RowWindow implements ReactiveController {
  /** px, of the scroller without its scrollbar. */
  width = 0;
  height = 0;
  readonly #host: WindowHost;
  #scroller: HTMLElement | undefined;
  #stopObserving: (() => void) | undefined;
  /** Before the size is known; the first frame, in which nothing is drawn that is not in sight; and then. */
  #stage: 'unknown' | 'first' | 'later' = 'unknown';
  #scrollTop = 0;
  #slice: Slice = { first: 0, last: 0 };
  #total = 0;

  constructor(host: WindowHost) {
    this.#host = host;
    host.addController(this);
  }

  hostConnected(): void {
    this.#observe();
  }

  hostDisconnected(): void {
    this.#stopObserving?.();
    this.#stopObserving = undefined;
  }

  /** Begins to watch the scroller; called once it is rendered. It has no rows until it is measured, in the same frame. */
  attach(scroller: HTMLElement): void {
    if (this.#scroller === scroller) return;
    this.hostDisconnected();
    this.#scroller = scroller;
    this.#observe();
  }

  /** The rows to draw of `total`. */
  slice(total: number): Slice {
    this.#total = total;
    this.#slice = this.#inSight();
    return this.#slice;
  }

  /** Of what is as high as all rows. */
  get bodyStyle(): string {
    return `height:${Math.min(MAX_HEIGHT, this.#total * ROW_HEIGHT)}px`;
  }

  /** Of what holds the rows of the last slice. */
  get rowsStyle(): string {
    return `transform:translateY(${this.#scrollTop + this.#slice.first * ROW_HEIGHT - this.scrollTop}px)`;
  }

  /** Lets so many rows be scrolled to before they are rendered. */
  makeRoom(total: number): void {
    this.#total = total;
    const body = this.#scroller?.querySelector<HTMLElement>('.body');
    if (body) body.style.cssText = this.bodyStyle;
  }

  /** To be called by the scroller's `scroll` listener. */
  scrolled(): void {
    if (!this.#scroller) return;
    this.#scrollTop = this.#scroller.scrollTop;
    const { first, last } = this.#inSight();
    if (first !== this.#slice.first || last !== this.#slice.last || this.#stretch > 1) this.#host.requestUpdate();
  }

  /** Rows that fit. */
  get page(): number {
    return Math.max(1, Math.floor((this.height - ROW_HEIGHT) / ROW_HEIGHT) - 1);
  }

  /** px of rows above those in sight. */
  get scrollTop(): number {
    return this.#scrollTop * this.#stretch;
  }

  set scrollTop(value: number) {
    // Nothing is scrolled yet, and to set it would have the browser compute the sizes now.
    if (!this.#scroller || this.#stage === 'unknown') return;
    const to = value / this.#stretch;
    // Also to set what it is would have it compute them.
    if (to === this.#scrollTop) return;
    this.#scroller.scrollTop = to;
    this.scrolled();
  }

  /** Scrolls as little as needed to have the row in sight. */
  reveal(index: number): void {
    const top = index * ROW_HEIGHT;
    const room = this.height - 2 * ROW_HEIGHT;
    if (room < 0) return;
    if (top < this.scrollTop) this.scrollTop = top;
    else if (top > this.scrollTop + room) this.scrollTop = top - room;
  }

  /** px of rows for a px of the scrollbar. */
  get #stretch(): number {
    const room = this.height - ROW_HEIGHT;
    return Math.max(1, (this.#total * ROW_HEIGHT - room) / (MAX_HEIGHT - room));
  }

  #inSight(): Slice {
    if (this.#stage === 'unknown') return { first: 0, last: 0 };
    const overscan = this.#stage === 'first' ? 0 : undefined;
    return sliceOf(this.#total, ROW_HEIGHT, this.scrollTop, this.height, overscan);
  }

  #observe(): void {
    const scroller = this.#scroller;
    // The last update can come after the panel was closed.
    if (!scroller || this.#stopObserving || !this.#host.isConnected) return;
    this.#stopObserving = observeSize(scroller, this.#host, () => this.#measure(scroller));
  }

  #measure(scroller: HTMLElement): void {
    const { clientWidth, clientHeight } = scroller;
    const isFirst = this.#stage === 'unknown';
    if (!isFirst && clientWidth === this.width && clientHeight === this.height) return;
    if (isFirst) {
      this.#stage = 'first';
      atNextFrame(this.#host, () => {
        this.#stage = 'later';
        this.#host.requestUpdate();
      });
    }
    this.width = clientWidth;
    this.height = clientHeight;
    this.#scrollTop = scroller.scrollTop;
    this.#host.requestUpdate();
  }
}
