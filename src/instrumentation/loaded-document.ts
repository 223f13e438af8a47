import { matchesUrl, type UrlPattern } from '../propagation/targets.js';
import type { Span } from '../trace/span.js';
import type { Attributes } from '../trace/types.js';
import { tracer } from '../tracer.js';
import { warnOnce } from '../warn.js';
import { listenOutside, setTimerOutside } from '../zone/outside.js';
import { undoAll } from '../zone/replace.js';
import { runOutside } from '../zone/variable.js';
import { cleanUrl } from './clean-url.js';
import { type DocumentLoad, metaTraceparent } from './document-load.js';
import { phasesOf, resourceAttributes, serverContext } from './resource-timing.js';

/** Resources that become spans: a page that loads more is told by the first ones and their number. */
const MAX_RESOURCES = 200;

/** A load that does not end is told as far as it came, before its trace settles: this share of the longest duration. */
const PATIENCE = 0.9;

/** Of the document, by the names of Navigation Timing (https://www.w3.org/TR/navigation-timing-2/#processing-model). */
const DOCUMENT_PHASES = [
  ['DOM interactive', 'responseStart', 'domInteractive'],
  ['DOMContentLoaded', 'domContentLoadedEventStart', 'domContentLoadedEventEnd'],
  ['DOM complete', 'domContentLoadedEventEnd', 'domComplete'],
  ['load event', 'loadEventStart', 'loadEventEnd'],
] as const;

/** Initiators whose requests are spans of another source of ours. */
const SOURCES: Readonly<Record<string, string>> = { fetch: 'fetch', xmlhttprequest: 'xhr', beacon: 'beacon' };

/** https://www.w3.org/TR/performance-timeline/#dom-performanceobservercallbackoptions */
interface ObserverOptions {
  droppedEntriesCount?: number;
}

/**
 * Follows a load to the end of its load event, and tells of its resources. `isOn` tells which other sources make spans.
 * The browser has kept what was loaded before this is called.
 */
export function followDocumentLoad(
  { entry, url, root, since, meta, release }: DocumentLoad,
  ignoreUrls: readonly UrlPattern[],
  isOn: (source: string) => boolean,
): () => void {
  const { trace } = root;
  const { activationStart = 0 } = entry as { activationStart?: number };
  if ((document as { wasDiscarded?: boolean }).wasDiscarded) root.setAttribute('zonetrace.page.was_discarded', true);
  const resources: [PerformanceResourceTiming, URL][] = [];
  let dropped = 0;
  const take = (entries: PerformanceEntryList): void => {
    for (const each of entries as PerformanceResourceTiming[]) {
      const address = new URL(each.name);
      // Entries are rounded more coarsely than the clock in some browsers.
      const isOwn = each.startTime >= since - 1 && isOn(SOURCES[each.initiatorType] ?? '');
      const isLater = entry.loadEventEnd > 0 && each.startTime > entry.loadEventEnd;
      if (isOwn || isLater || !address.protocol.startsWith('http') || matchesUrl(address, ignoreUrls)) continue;
      if (resources.length < MAX_RESOURCES) resources.push([each, address]);
      else dropped++;
    }
  };
  const observer = runOutside(
    () =>
      new PerformanceObserver((list: PerformanceObserverEntryList, _: unknown, options?: ObserverOptions) => {
        take(list.getEntries());
        // Those that came before tracing, and found the platform's own buffer full.
        dropped += options?.droppedEntriesCount ?? 0;
      }),
  );
  observer.observe({ type: 'resource', buffered: true });

  let finished = false;
  function finish(): void {
    if (finished) return;
    finished = true;
    stop();
    take(observer.takeRecords());
    observer.disconnect();
    if (trace.state === 'live') {
      const end = entry.loadEventEnd || performance.now();
      root.setAttribute('zonetrace.load.resources', resources.length + dropped);
      if (dropped > 0) root.setAttribute('zonetrace.load.dropped_resources', dropped);
      if (!entry.loadEventEnd) root.setAttribute('zonetrace.load.unfinished', true);
      if (activationStart > 0) {
        root.addEvent('page activated', undefined, trace.fromPageTime(activationStart));
        root.setAttribute('zonetrace.load.since_activation', Math.max(0, end - activationStart));
      }
      if (meta === undefined && metaTraceparent())
        warnOnce(
          '<meta name="traceparent"> stands behind the script that starts tracing and is ignored; put it before',
        );
      addChildren(root, url, entry, end, resources);
      root.finish(undefined, trace.fromPageTime(end));
    }
    release();
  }
  // The load event has ended in the task after it.
  const finishSoon = (): unknown => setTimerOutside(finish, 0);
  const stop = undoAll([
    listenOutside(window, { load: finishSoon, pagehide: finish }),
    setTimerOutside(finish, since + PATIENCE * tracer.settling.maxTraceDuration - performance.now()),
  ]);
  if (entry.loadEventStart > 0) finishSoon();
  return finish;
}

function addChildren(
  root: Span,
  url: URL,
  entry: PerformanceNavigationTiming,
  end: number,
  resources: readonly [PerformanceResourceTiming, URL][],
): void {
  const { trace } = root;
  const add = (parent: Span, name: string, from: number, to: number): void => {
    if (to > from)
      tracer.start(name, { parent, startTime: trace.fromPageTime(from) }).finish(undefined, trace.fromPageTime(to));
  };
  const document = addRequest(root, 'document request', entry, url, end);
  for (const phase of phasesOf(entry)) add(document, ...phase);
  const children: [number, () => void][] = DOCUMENT_PHASES.map(([name, from, to]) => [
    entry[from],
    () => add(root, name, entry[from], entry[to]),
  ]);
  for (const [each, address] of resources) {
    // What scripts ask for may be asked for by any method.
    const method = Object.hasOwn(SOURCES, each.initiatorType) ? undefined : 'GET';
    const name = `${method ?? each.initiatorType} ${address.pathname}`;
    children.push([each.startTime, () => addRequest(root, name, each, address, end, method)]);
  }
  for (const [, start] of children.sort(([a], [b]) => a - b)) start();
}

function addRequest(
  root: Span,
  name: string,
  entry: PerformanceResourceTiming,
  url: URL,
  end: number,
  method?: string,
): Span {
  const { trace } = root;
  const attributes = {
    ...(method && { 'http.request.method': method }),
    'url.full': cleanUrl(url),
    'server.address': url.hostname,
    ...(url.port && { 'server.port': Number(url.port) }),
    ...resourceAttributes(entry),
  } as Attributes;
  const status = Number(attributes['http.response.status_code'] ?? 0);
  const failed = status >= 400;
  if (failed) attributes['error.type'] = String(status);
  const server = serverContext(entry);
  const span = tracer.start(name, {
    parent: root,
    kind: 'CLIENT',
    attributes,
    links: server && server.spanId !== root.parentSpanId ? [{ context: server }] : [],
    startTime: trace.fromPageTime(entry.redirectEnd > 0 ? entry.redirectStart : entry.fetchStart),
  });
  span.finish(
    failed ? { code: 'ERROR', message: `HTTP ${status}` } : undefined,
    trace.fromPageTime(entry.responseEnd || end),
  );
  return span;
}
