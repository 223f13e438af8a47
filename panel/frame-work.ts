import type { ReactiveController } from 'lit';
import { takeTurn } from './frame-turns.js';
import { workEnd } from './next-frame.js';
import type { PanelElement } from './panel-element.js';

/** Goes on with work that is done in steps; undefined where `isOver` came before its end. */
export function proceed<T>(work: Generator<void, T>, isOver: () => boolean): T | undefined {
  while (!isOver()) {
    const { done, value } = work.next();
    if (done) return value;
  }
  return undefined;
}

/**
 * Long work of an element: some ms of each frame, and on in the next one until it is done. Unlike what grows with time
 * it goes on while the view is held.
 */
export class FrameWork implements ReactiveController {
  readonly #host: PanelElement;
  #until = Number.NEGATIVE_INFINITY;
  #isLeft = false;
  readonly #canWait: boolean;

  /** `canWait`: it has no time in a frame in which other work that can wait is done. */
  constructor(host: PanelElement, canWait = false) {
    this.#host = host;
    this.#canWait = canWait;
    host.addController(this);
  }

  /** To be called where an update begins its work. */
  begin(): void {
    this.#isLeft = false;
    const may = !this.#canWait || takeTurn(this.#host, this.#ask);
    this.#until = may ? workEnd(this.#host) : Number.NEGATIVE_INFINITY;
  }

  /** The time of this frame is used up. */
  readonly isOver = (): boolean => performance.now() >= this.#until;

  /** To be called where work is left: the element is updated again at the next frame, and not before. */
  goOn(): void {
    this.#isLeft = true;
    this.#host.updateInNextFrame();
  }

  #ask = (): void => {
    this.#host.requestUpdate();
  };

  hostConnected(): void {
    if (this.#isLeft) this.#host.requestUpdate();
  }
}
