import { atNextFrame } from './next-frame.js';
import { windowOf } from './window-of.js';

/** What can be put off to a later frame: it is told when that has come. */
type PutOff = () => void;

/** An element with such work. */
interface TurnHost {
  readonly ownerDocument: Document;
  runOutside<R>(fn: () => R): R;
}

/** The heavy work of a window's frames: one piece a frame, in turn. */
class Turns {
  #taken: PutOff | undefined;
  /** Who comes first in this frame, having waited. */
  #first: PutOff | undefined;
  readonly #waiting = new Set<PutOff>();

  take(host: TurnHost, who: PutOff): boolean {
    const isFree = this.#taken === undefined || this.#taken === who;
    const may = isFree && (this.#first === undefined || this.#first === who);
    if (may) this.#taken = who;
    else this.#waiting.add(who);
    atNextFrame(host, this.#next);
    return may;
  }

  #next = (): void => {
    this.#taken = undefined;
    // Whoever does not come now, as it was closed, is not waited for again.
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    this.#first = waiting[0];
    for (const who of waiting) who();
  };
}

const turns = new WeakMap<Window, Turns>();

/**
 * Whether work of some ms that can wait may be done in this frame of the element's window: other such work has not been, and
 * nobody has waited for longer. If not, `who` is called in the next frame, to ask again.
 */
export function takeTurn(host: TurnHost, who: PutOff): boolean {
  const view = windowOf(host);
  let known = turns.get(view);
  if (!known) {
    known = new Turns();
    turns.set(view, known);
  }
  return known.take(host, who);
}
