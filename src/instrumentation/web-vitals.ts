import { type Metric, type MetricType, onCLS, onFCP, onINP, onLCP, onTTFB } from 'web-vitals';
import { anchorClock } from '../trace/clock.js';
import type { SpanContext } from '../trace/types.js';
import { tracer } from '../tracer.js';
import { zoneSymbol } from '../zone/native.js';
import { runOutside } from '../zone/variable.js';
import { cleanUrl } from './clean-url.js';
import { describeElement } from './describe-element.js';
import { interactionOf } from './event-timing.js';
import { pageContext } from './page.js';
import { resourceAttributes } from './resource-timing.js';

/** Options of the source `webVitals`. */
export interface WebVitalsOptions {
  /**
   * Record LCP and INP each time they change, not only when they are final: for development. CLS is told at the end only:
   * the open overlay moves its rows with each span, which is a shift, too. Default: `false`.
   */
  reportAllChanges?: boolean;
}

type Observe = (report: (metric: Metric) => void, options: WebVitalsOptions) => void;

/** What a measure is made of: when it was reached on the page's clock, its parts and who is to blame. */
interface Account {
  end: number;
  attributes?: Record<string, unknown>;
  interaction?: SpanContext | undefined;
}

const navigation = (): PerformanceNavigationTiming | undefined => performance.getEntriesByType('navigation')[0];

/** The way to a paint (https://web.dev/articles/optimize-lcp#lcp-breakdown); `url`: of the image that was painted. */
function paintParts(value: number, url?: string): Record<string, number> {
  const { responseStart = 0, activationStart = 0 } = navigation() ?? {};
  const since = (time: number): number => Math.max(0, time - activationStart);
  const [image] = url ? (performance.getEntriesByName(url, 'resource') as PerformanceResourceTiming[]) : [];
  const firstByte = since(responseStart);
  const asked = Math.max(firstByte, image ? since(image.requestStart || image.startTime) : 0);
  const loaded = Math.min(value, Math.max(asked, image ? since(image.responseEnd) : 0));
  return {
    'web_vital.time_to_first_byte': firstByte,
    'web_vital.resource_load_delay': asked - firstByte,
    'web_vital.resource_load_duration': loaded - asked,
    'web_vital.render_delay': value - loaded,
  };
}

/** The browser's own entries tell the rest: web-vitals' attribution build would add 2 KB. */
function accountFor(metric: MetricType): Account {
  const { value } = metric;
  // A page that came back from the back/forward cache has no entries: it was measured from then to now.
  const account: Account = { end: performance.now() };
  switch (metric.name) {
    case 'TTFB': {
      const [entry] = metric.entries as PerformanceNavigationTiming[];
      return entry ? { end: entry.responseStart, attributes: resourceAttributes(entry) } : account;
    }
    case 'FCP': {
      const [entry] = metric.entries;
      return entry ? { end: entry.startTime, attributes: paintParts(value) } : account;
    }
    case 'LCP': {
      const entry = metric.entries.at(-1);
      if (!entry) return account;
      const { url, element, id } = entry;
      const attributes: Record<string, unknown> = paintParts(value, url);
      if (URL.canParse(url)) attributes['url.full'] = cleanUrl(new URL(url));
      attributes['web_vital.element'] = element ? describeElement(element) : `#${id}`;
      return { end: entry.startTime, attributes };
    }
    case 'CLS': {
      const [shift] = [...metric.entries].sort((a, b) => b.value - a.value);
      if (!shift) return account;
      const moved = shift.sources.find(({ node }) => node instanceof Element) ?? shift.sources[0];
      const attributes: Record<string, unknown> = { 'web_vital.largest_shift': shift.value };
      if (moved?.node) {
        attributes['web_vital.element'] = describeElement(
          moved.node instanceof Element ? moved.node : moved.node.parentElement,
        );
      }
      return { end: shift.startTime, attributes };
    }
    case 'INP': {
      const [entry] = metric.entries;
      if (!entry) return account;
      const { root, target, delays } = interactionOf(entry);
      const attributes = {
        'event.type': entry.name,
        'web_vital.element': target,
        ...delays,
      };
      return { end: entry.startTime + value, attributes, interaction: root };
    }
  }
}

/** `load`: the page that was loaded, where a soft navigation may have followed. */
function record(metric: MetricType, load: SpanContext | undefined): void {
  const { name, value, delta, id, rating, navigationType } = metric;
  const { end, attributes, interaction } = accountFor(metric);
  const isOfLoad = /TTFB|FCP|LCP/.test(name) && navigationType !== 'back-forward-cache';
  const page = (isOfLoad && load) || pageContext();
  const clock = anchorClock(performance.now());
  const span = tracer.start(`web vital ${name}`, {
    ...(page ? { parent: page } : { root: true }),
    // A score is no time.
    startTime: clock + end - (name === 'CLS' ? 0 : value),
    attributes: { ...attributes, 'web_vital.rating': rating, 'web_vital.navigation_type': navigationType },
    links: interaction ? [{ context: interaction, attributes: { 'zonetrace.link': 'interaction' } }] : [],
  });
  // https://opentelemetry.io/docs/specs/semconv/browser/browser-events/
  span.addEvent('browser.web_vital', { name: name.toLowerCase(), value, delta, id }, clock + end);
  span.finish(undefined, clock + end);
}

/**
 * Calls `observe` with the platform's own `addEventListener`. web-vitals waits for the first click or key; by Zone.js its
 * listener would be one of the page's that ran for that click.
 */
function withoutZone(observe: () => void): void {
  const name = 'addEventListener';
  const native = (globalThis as unknown as Record<string, unknown>)[zoneSymbol(name)];
  const own = Object.getOwnPropertyDescriptor(globalThis, name);
  if (native) Object.defineProperty(globalThis, name, { value: native, configurable: true });
  try {
    observe();
  } finally {
    if (own) Object.defineProperty(globalThis, name, own);
    else delete (globalThis as Partial<typeof globalThis>)[name];
  }
}

/**
 * Makes a span of each of the Core Web Vitals, FCP and TTFB in the page's trace, with what it is made of and whom it
 * blames. They are final when the page is hidden: web-vitals hears of that on the window, before the document's own
 * listeners, and so before the flush of that moment. `load`: the page's context when tracing started.
 */
export function observeWebVitals(
  { reportAllChanges = false }: WebVitalsOptions,
  load: SpanContext | undefined,
): () => void {
  // web-vitals cannot be stopped: what it reports afterwards falls here.
  let stopped = false;
  const report = (metric: Metric): void => {
    if (!stopped) record(metric as MetricType, load);
  };
  const observe = (): void => {
    if (!stopped)
      withoutZone(() => {
        for (const on of [onTTFB, onFCP, onLCP, onCLS, onINP] as Observe[]) {
          on(report, { reportAllChanges: reportAllChanges && on !== onCLS });
        }
      });
  };
  runOutside(() => {
    // Before, web-vitals would wait as well, and then add listeners where we do not see it.
    if (document.prerendering) document.addEventListener('prerenderingchange', observe, { once: true });
    else observe();
  });
  return () => {
    stopped = true;
  };
}
