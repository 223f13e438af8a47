/** Beginning and end, ms since the Unix epoch. */
export interface Interval {
  start: number;
  end: number;
}

/**
 * Clocks of one machine seem to differ by less (ms), as a busy one may end the span of a service after its answer has
 * come: they are moved as little as will do.
 */
const SAME_MACHINE = 100;

/**
 * How far a service's clock is from the page's. Each request gives bounds: its span in the service lies within its span at
 * the caller.
 */
export class ClockOffset {
  #lowest = Number.NEGATIVE_INFINITY;
  #highest = Number.POSITIVE_INFINITY;

  /** ms to add to the service's times; 0 where they fit as they are. */
  get ms(): number {
    if (this.#lowest <= 0 && this.#highest >= 0) return 0;
    const nearest = this.#lowest > 0 ? this.#lowest : this.#highest;
    return Math.abs(nearest) < SAME_MACHINE ? nearest : (this.#lowest + this.#highest) / 2;
  }

  /** Learns from a request. */
  observe(caller: Interval, service: Interval): void {
    const lowest = caller.start - service.start;
    // An answer that is streamed takes longer than its headers, where the span of the caller may end.
    const isLonger = service.end - service.start > caller.end - caller.start;
    const highest = caller.end - (isLonger ? service.start : service.end);
    const isSame = Math.max(lowest, this.#lowest) <= Math.min(highest, this.#highest);
    // Where it does not fit what is known, a clock has been set since then.
    this.#lowest = isSame ? Math.max(lowest, this.#lowest) : lowest;
    this.#highest = isSame ? Math.min(highest, this.#highest) : highest;
  }
}
