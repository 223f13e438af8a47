import type { Span } from '../trace/span.js';
import { setTimerOutside } from '../zone/outside.js';
import { runOutside } from '../zone/variable.js';
import { resourceAttributes, serverContext } from './resource-timing.js';

/** A body that nobody reads, or that never ends, does not hold its trace for longer (ms). */
const MAX_WAIT = 10_000;
/** Where the page gets no body, because the request failed or the answer is opaque, it tells soon or never (ms). */
const MAX_WAIT_WITHOUT_BODY = 1000;
/** A request begins while the page asks for it; some are handed to another process first (ms). */
const MAX_LATE = 500;
/** Entries are rounded, in some browsers more coarsely than the clock (ms). */
const ROUNDING = 1;

/** A request whose entry of Resource Timing has not arrived. */
interface Expected {
  span: Span;
  url: string;
  /** performance.now() before and after the page asked for it. */
  since: number;
  until: number;
  /** performance.now() when its answer was seen. */
  answeredAt: number;
  /** Gives it up, or ends it with its entry. */
  end: (entry?: PerformanceResourceTiming) => void;
}

const withoutHash = (url: string): string => url.split('#', 1)[0] as string;

function complete(span: Span, entry: PerformanceResourceTiming): void {
  // The span ends at the headers; this is until the last byte, and all that is known without Timing-Allow-Origin.
  const duration = Math.round(entry.duration * 10) / 10;
  span.amend({ ...resourceAttributes(entry), 'browser.resource.duration': duration }, () => {
    const server = serverContext(entry);
    if (server) span.addLink(server, { 'zonetrace.link': 'the span of the server' });
  });
}

/**
 * Completes the spans of requests from Resource Timing: the body is never read or cloned, and the page's buffer of entries
 * never touched. Of several requests for one URL, an entry belongs to that which was asked for and answered when the
 * entry says. One observer for all requests; it exists while some wait.
 */
export class ResourceTimings {
  readonly #initiatorType: string;
  #expected: Expected[] = [];
  #observer: PerformanceObserver | undefined;

  constructor(initiatorType: 'fetch' | 'xmlhttprequest') {
    this.#initiatorType = initiatorType;
  }

  /** To be called before the request begins. */
  expect(span: Span, url: URL): Expected | undefined {
    if (!url.protocol.startsWith('http') || !PerformanceObserver.supportedEntryTypes?.includes('resource')) return;
    const since = performance.now();
    const expected: Expected = {
      span,
      url: withoutHash(url.href),
      since,
      until: Number.POSITIVE_INFINITY,
      answeredAt: Number.POSITIVE_INFINITY,
      end: (entry) => this.#end(expected, entry),
    };
    this.#expected.push(expected);
    if (!this.#observer) runOutside(() => this.#observe());
    return expected;
  }

  /** Its answer is there, or it has failed. The trace waits for a body that the page may read. */
  settle(expected: Expected | undefined, hasBody: boolean): void {
    if (!expected || !this.#expected.includes(expected)) return;
    const { span } = expected;
    expected.answeredAt = performance.now();
    span.incomplete = true;
    const release = hasBody ? span.trace.hold() : undefined;
    const stopTimer = setTimerOutside(() => expected.end(), hasBody ? MAX_WAIT : MAX_WAIT_WITHOUT_BODY);
    expected.end = (entry) => {
      stopTimer();
      span.incomplete = false;
      this.#end(expected, entry);
      release?.(entry !== undefined);
    };
  }

  stop(): void {
    for (const expected of [...this.#expected]) expected.end();
  }

  #end(expected: Expected, entry: PerformanceResourceTiming | undefined): void {
    this.#expected = this.#expected.filter((each) => each !== expected);
    if (entry) complete(expected.span, entry);
    if (this.#expected.length > 0) return;
    this.#observer?.disconnect();
    this.#observer = undefined;
  }

  #observe(): void {
    this.#observer = new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as PerformanceResourceTiming[]) {
        if (entry.initiatorType === this.#initiatorType) this.#find(entry)?.end(entry);
      }
    });
    this.#observer.observe({ type: 'resource' });
  }

  #find(entry: PerformanceResourceTiming): Expected | undefined {
    const { startTime, responseEnd } = entry;
    const url = withoutHash(entry.name); // both browsers keep it, against the specification
    const answeredAt = (this.#initiatorType === 'fetch' && entry.responseStart) || responseEnd;
    const distance = ({ since, until }: Expected): number => Math.max(since - startTime, startTime - until, ROUNDING);
    return this.#expected
      .filter((each) => each.url === url && each.since - ROUNDING <= startTime && startTime <= each.until + MAX_LATE)
      .sort(
        (a, b) =>
          distance(a) - distance(b) || Math.abs(a.answeredAt - answeredAt) - Math.abs(b.answeredAt - answeredAt) || 0,
      )[0];
  }
}
