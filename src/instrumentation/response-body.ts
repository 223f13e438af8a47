import { runOutside } from '../zone/variable.js';

/** A body that nobody reads, or that never ends, does not hold its trace for longer (ms). */
const MAX_WAIT = 10_000;

interface Waiting {
  url: string;
  /** performance.now() when the request began; the entry cannot be older. */
  since: number;
  until: number;
  done: (entry: PerformanceResourceTiming | undefined) => void;
}

/**
 * Tells when the body of a response has arrived, from Resource Timing: the body itself is never read or cloned.
 * One observer for all requests; it exists while somebody waits.
 */
export class ResponseBodies {
  #waiting: Waiting[] = [];
  #observer: PerformanceObserver | undefined;

  wait(url: string, since: number, done: Waiting['done']): void {
    if (!PerformanceObserver.supportedEntryTypes?.includes('resource')) {
      done(undefined);
      return;
    }
    this.#waiting.push({ url: url.split('#', 1)[0] as string, since, until: performance.now() + MAX_WAIT, done });
    if (this.#observer) this.#expire();
    else runOutside(() => this.#observe());
  }

  stop(): void {
    this.#observer?.disconnect();
    this.#observer = undefined;
    for (const waiting of this.#waiting.splice(0)) waiting.done(undefined);
  }

  #observe(): void {
    this.#observer = new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) this.#take(entry as PerformanceResourceTiming);
      this.#expire();
    });
    this.#observer.observe({ type: 'resource' });
  }

  #take(entry: PerformanceResourceTiming): void {
    // Within 1 ms: entries are rounded more coarsely than the clock in some browsers.
    const index = this.#waiting.findIndex(({ url, since }) => url === entry.name && entry.startTime >= since - 1);
    if (index < 0) return;
    const [waiting] = this.#waiting.splice(index, 1) as [Waiting];
    waiting.done(entry);
  }

  #expire(): void {
    const now = performance.now();
    this.#waiting = this.#waiting.filter((waiting) => {
      if (now < waiting.until) return true;
      waiting.done(undefined);
      return false;
    });
    if (this.#waiting.length > 0) return;
    this.#observer?.disconnect();
    this.#observer = undefined;
  }
}
