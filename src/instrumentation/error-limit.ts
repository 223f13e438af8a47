import { tracer } from '../tracer.js';
import { setTimerOutside } from '../zone/outside.js';

/** Errors a second: a loop that fails each time must cost neither the page nor the traces of others. */
const MAX_PER_SECOND = 50;

/** Lets a bounded number of errors through; the others are counted and told in one span a second. */
export class ErrorLimit {
  #since = Number.NEGATIVE_INFINITY;
  #admitted = 0;
  #dropped = 0;
  #stopTimer: (() => void) | undefined;

  admits(): boolean {
    const now = performance.now();
    if (now - this.#since > 1000) {
      this.#since = now;
      this.#admitted = 0;
    }
    if (++this.#admitted <= MAX_PER_SECOND) return true;
    this.#dropped++;
    this.#stopTimer ??= setTimerOutside(() => this.tell(), 1000);
    return false;
  }

  /** What was dropped so far. */
  tell(): void {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
    if (this.#dropped === 0) return;
    const attributes = { 'zonetrace.dropped_errors': this.#dropped };
    const message = `${this.#dropped} more errors`;
    tracer.start('errors beyond the limit', { root: true, attributes }).finish({ code: 'ERROR', message });
    this.#dropped = 0;
  }
}
