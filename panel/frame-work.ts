import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { takeTurn } from './frame-turns.js';
import { atNextFrame } from './next-frame.js';

type WorkHost = ReactiveControllerHost & {
  readonly ownerDocument: Document;
  runOutside<R>(fn: () => R): R;
};

/** ms of a frame: what was done is drawn in it as well. */
const BUDGET = 5;

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
  readonly #host: WorkHost;
  #until = Number.NEGATIVE_INFINITY;
  /** Until the frame has come. */
  #cancelFrame: (() => void) | undefined;
  #isLeft = false;
  readonly #canWait: boolean;

  /** `canWait`: it has no time in a frame in which other work that can wait is done. */
  constructor(host: WorkHost, canWait = false) {
    this.#host = host;
    this.#canWait = canWait;
    host.addController(this);
  }

  /** To be called where an update begins its work. Several updates of one frame share its time. */
  begin(): void {
    this.#isLeft = false;
    if (this.#cancelFrame) return;
    const may = !this.#canWait || takeTurn(this.#host, this.#ask);
    this.#until = may ? performance.now() + BUDGET : Number.NEGATIVE_INFINITY;
  }

  /** The time of this frame is used up. */
  readonly isOver = (): boolean => performance.now() >= this.#until;

  /** To be called where work is left: the element is updated again at the next frame. */
  goOn(): void {
    this.#isLeft = true;
    this.#cancelFrame = atNextFrame(this.#host, this.#goOn);
  }

  #goOn = (): void => {
    this.#cancelFrame = undefined;
    this.#ask();
  };

  #ask = (): void => {
    this.#host.requestUpdate();
  };

  hostConnected(): void {
    if (this.#isLeft) this.#host.requestUpdate();
  }

  hostDisconnected(): void {
    this.#cancelFrame?.();
    this.#cancelFrame = undefined;
  }
}
