import type { Span } from '../trace/span.js';
import { setTimerOutside } from '../zone/outside.js';
import { runOutside } from '../zone/variable.js';
import { resourceAttributes, serverContext } from './resource-timing.js';

/** A body that nobody reads, or that never ends, does not hold its trace for longer (ms). */
const MAX_WAIT = 10_000;
/** Where the page gets no body, because the request failed or the answer is opaque, it tells soon or never (ms). */
const MAX_WAIT_WITHOUT_BODY = 1000;
/** What may begin later than the page asks for it does so within this (ms). */
const MAX_LATE = 500;

const inPage = typeof document === 'object';

/** In these browsers' pages, as measured, a request begins while the page asks for it; WebKit begins behind the preflight. */
const beginsAtOnce = inPage && /Chrome|Firefox/.test(navigator.userAgent);

/** In workers of Firefox an entry may come before the answer. */
const ANSWERED_AT = inPage ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;

/** A request whose entry of Resource Timing has not arrived. */
interface Expected {
  span: Span;
  url: string;
  /** performance.now() before and after the page asked for it. */
  since: number;
  until: number;
  /** It may be handed to another process or sent elsewhere first: it is redirected, or outlives the page. */
  isLate: boolean;
  /** performance.now() when its answer was seen, after which its entry comes. */
  answeredAt: number;
  /** Nothing is told of it: another request may be meant by an entry that was its own. Entries may still be. */
  isAmbiguous: boolean;
  giveUp: () => void;
  /** Forgets it, or ends it with its entry. */
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
 * never touched. Of several requests for one URL, of which this library may not know all, an entry belongs to that which
 * was asked for and answered when the entry says; where that are two, to none of them. One observer for all requests; it
 * exists while some wait.
 */
export class ResourceTimings {
  readonly #initiatorType: string;
  #expected: Expected[] = [];
  #observer: PerformanceObserver | undefined;

  constructor(initiatorType: 'fetch' | 'xmlhttprequest') {
    this.#initiatorType = initiatorType;
  }

  /** To be called before the request begins. */
  expect(span: Span, url: URL, isLate = false): Expected | undefined {
    if (!url.protocol.startsWith('http') || !PerformanceObserver.supportedEntryTypes?.includes('resource')) return;
    const since = performance.now();
    const expected: Expected = {
      span,
      url: withoutHash(url.href),
      since,
      until: Number.POSITIVE_INFINITY,
      isLate: isLate || !beginsAtOnce,
      answeredAt: ANSWERED_AT,
      isAmbiguous: false,
      giveUp() {
        expected.isAmbiguous = true;
      },
      end: (entry) => this.#end(expected, entry),
    };
    this.#expected.push(expected);
    if (!this.#observer) runOutside(() => this.#observe());
    return expected;
  }

  /** Its answer is there, or it has failed. The trace waits for a body that the page may read. `url`: where it came from. */
  settle(expected: Expected | undefined, hasBody: boolean, url = ''): void {
    if (!expected || !this.#expected.includes(expected)) return;
    const { span } = expected;
    expected.answeredAt = performance.now();
    if (url && withoutHash(url) !== expected.url) expected.isLate = true;
    span.incomplete = !expected.isAmbiguous;
    const release = hasBody && span.incomplete ? span.trace.hold() : undefined;
    const stopTimer = setTimerOutside(() => expected.end(), hasBody ? MAX_WAIT : MAX_WAIT_WITHOUT_BODY);
    expected.giveUp = () => {
      expected.isAmbiguous = true;
      span.incomplete = false;
      release?.(false);
    };
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
    if (entry && !expected.isAmbiguous) complete(expected.span, entry);
    if (this.#expected.length > 0) return;
    this.#observer?.disconnect();
    this.#observer = undefined;
  }

  #observe(): void {
    this.#observer = new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as PerformanceResourceTiming[]) {
        if (entry.initiatorType === this.#initiatorType) this.#take(entry);
      }
    });
    this.#observer.observe({ type: 'resource' });
  }

  #take(entry: PerformanceResourceTiming): void {
    const { name, startTime, responseStart, responseEnd } = entry;
    const url = withoutHash(name); // both browsers keep it, against the specification
    // 0 where another origin keeps it to itself.
    const answeredAt = this.#initiatorType === 'fetch' ? responseStart : responseEnd;
    const distance = ({ until }: Expected): number => Math.max(startTime - until, 0);
    const fits = (each: Expected): boolean =>
      each.url === url &&
      each.since <= startTime &&
      startTime <= each.until + (each.isLate ? MAX_LATE : 0) &&
      answeredAt <= each.answeredAt;
    const candidates = this.#expected.filter(fits);
    const least = Math.min(...candidates.map(distance));
    const [nearest, ...others] = candidates.filter((each) => distance(each) === least);
    if (others.length === 0) nearest?.end(entry);
    else for (const each of [nearest as Expected, ...others]) each.giveUp();
  }
}
