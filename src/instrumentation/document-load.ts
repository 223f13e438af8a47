import { parseTraceparent } from '../propagation/traceparent.js';
import { anchorClock } from '../trace/clock.js';
import type { Span } from '../trace/span.js';
import type { SpanContext } from '../trace/types.js';
import { tracer } from '../tracer.js';
import { warnOnce } from '../warn.js';
import { listenOutside } from '../zone/outside.js';
import { cleanUrl } from './clean-url.js';
import { setPage } from './page.js';

/** A load of the document that has begun. */
export interface DocumentLoad {
  readonly entry: PerformanceNavigationTiming;
  readonly url: URL;
  readonly root: Span;
  /** performance.now() when tracing began. */
  readonly since: number;
  /** What the document said of its parent by then. */
  readonly meta: string | undefined;
  /** The load is over, or nobody will see its end: the trace need not wait for it any longer. */
  readonly release: () => void;
}

/** A document is loaded once, however often tracing starts. */
let told = false;

export const metaTraceparent = (): string | undefined =>
  document.querySelector<HTMLMetaElement>('meta[name="traceparent"]')?.content;

function readParent(entry: PerformanceNavigationTiming, meta: string | undefined): SpanContext | undefined {
  const timing = entry.serverTiming?.find(({ name }) => name === 'traceparent')?.description;
  for (const header of [meta, timing]) {
    if (header === undefined) continue;
    const context = parseTraceparent(header);
    if (context) return context;
    warnOnce(
      `the page's traceparent "${header}" is invalid and ignored; have the server write 00-<32 hex>-<16 hex>-<2 hex>`,
    );
  }
  return undefined;
}

/**
 * Begins the trace of the load of the document, from the start of its navigation; also where it began before tracing did,
 * or is over. `follow` sees to its end.
 */
export function traceDocumentLoad(follow: (load: DocumentLoad) => () => void): () => void {
  if (told) return () => {};
  const since = performance.now();
  const begin = (): (() => void) => {
    let end = (): void => {};
    let stopListening = end;
    // Either keeps the load with its spans, which tracing would do for the page's life.
    const load = beginLoad(since, () => {
      stopListening();
      stopListening = end = () => {};
    });
    if (!load) return end;
    stopListening = listenOutside(window, { pagehide: load.release });
    end = follow(load);
    return () => end();
  };
  if (!(document as { prerendering?: boolean }).prerendering) return begin();
  // Nobody has seen the page yet, and perhaps nobody will.
  let stop = listenOutside(document, {
    prerenderingchange() {
      stop();
      stop = begin();
    },
  });
  return () => stop();
}

function beginLoad(since: number, released: () => void): DocumentLoad | undefined {
  const [entry] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
  if (!entry) return undefined;
  told = true;
  // The address may be another one by now.
  const url = new URL(URL.canParse(entry.name) ? entry.name : location.href);
  const meta = metaTraceparent();
  const parent = readParent(entry, meta);
  const root = tracer.start(`load ${url.pathname}`, {
    ...(parent ? { parent } : { root: true }),
    endsItself: true,
    startTime: anchorClock(performance.now()),
    attributes: { 'url.full': cleanUrl(url), 'zonetrace.navigation.type': entry.type },
  });
  setPage(root);
  const done = root.trace.hold();
  const release = (): void => {
    if (root.recording) root.setAttribute('zonetrace.load.unfinished', true);
    done(false);
    released();
  };
  return { entry, url, root, since, meta, release };
}
