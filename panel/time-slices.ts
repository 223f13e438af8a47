import type { Breaks } from './formats/breaks.js';

/** ms of work between two breaks: with what the browser does, less than two frames. */
const SLICE = 12;

/** Lets long work go on in slices between which the page draws and answers. */
export class TimeSlices implements Breaks {
  readonly #channel = new MessageChannel();
  #until = performance.now() + SLICE;

  /** It is time for a break. */
  get over(): boolean {
    return performance.now() >= this.#until;
  }

  /** Resolves when the page has had its turn. */
  async next(): Promise<void> {
    // A timer would be late where the page is hidden, and `scheduler.yield` comes back before a frame is drawn.
    await new Promise((resolve) => {
      this.#channel.port1.onmessage = resolve;
      this.#channel.port2.postMessage(0);
    });
    this.#until = performance.now() + SLICE;
  }

  /** To be called when the work is done. */
  end(): void {
    this.#channel.port1.close();
  }
}
