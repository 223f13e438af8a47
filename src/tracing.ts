import type { History } from '../panel/history/index.js';
import type { PanelHost, PanelOptions } from '../panel/host.js';
import { configure, flushAll, shutDown } from './configure.js';
import { instrument } from './instrument.js';
import { neighbourOf, pageAround } from './instrumentation/neighbour.js';
import { PageProcessor } from './instrumentation/page-processor.js';
import { noteLosses } from './note-losses.js';
import { openStore } from './open-store.js';
import { readOptions, type TracingOptions } from './options.js';
import { PageContext } from './page-context.js';
import { ExportProcessor } from './pipeline/export-processor.js';
import { whenLeaving } from './pipeline/leaving.js';
import type { TracingStats } from './pipeline/stats.js';
import type { SpanProcessor } from './processor.js';
import type { SpanStore } from './store/span-store.js';
import type { Trace } from './trace/trace.js';
import type { SpanRecord } from './trace/types.js';
import { tracer } from './tracer.js';
import { remark, remarks, warnOnce } from './warn.js';
import './zone/platform.js';
import { runOutside } from './zone/variable.js';

/** What `startTracing` returns. */
export interface Tracing {
  /** Resolves when everything recorded so far has been handed to the exporters. */
  flush(): Promise<void>;
  /** Ends tracing: settles the live traces, flushes, removes the overlay, and puts back everything that was replaced. */
  stop(): Promise<void>;
  /** What became of the spans: how many were exported, wait, and were dropped, and why. A copy, as of now. */
  readonly stats: TracingStats;
  /** The last spans of the page: what the overlay shows. */
  readonly store: SpanStore;
}

let running: Tracing | undefined;
/** Hooks of the options are called while tracing starts, and may call anything. */
let isStarting = false;

/**
 * Starts tracing the page with the given options and returns the handle that undoes it all. Options that are wrong are
 * named on the console and their defaults used. A second call while tracing runs changes nothing and says so.
 */
export function startTracing(options?: TracingOptions): Tracing {
  if (running || isStarting) {
    warnOnce('startTracing was called twice and the first call counts; call stop() on its result first');
    return running ?? idle();
  }
  if (typeof document === 'undefined') {
    warnOnce('startTracing was called outside of a page and does nothing; call it in the browser');
    return idle();
  }
  isStarting = true;
  try {
    running = start(options);
    return running;
  } finally {
    isStarting = false;
  }
}

/** Does nothing. */
function idle(): Tracing {
  const { stats } = new ExportProcessor([], {}, undefined, () => {});
  return { store: openStore(tracer), stats, async flush() {}, async stop() {} };
}

function start(options: TracingOptions | undefined): Tracing {
  const valid = readOptions(options);
  const store = openStore(tracer);
  const { processors: own, exporting } = configure(valid, 'page');
  const processors = [...own, ...forwardToPage(valid)];
  tracer.processors = processors;
  const page = new PageContext();
  tracer.page = page;
  page.setUser(tracer.user, (attribute, value) => tracer.redact(attribute, value));

  // The sources come first: what they add when the page is left is flushed with the rest.
  const undo: (() => void)[] = [page.watch(), ...instrument(valid), flushWhenLeaving(processors)];
  const panel = panelOptions(valid.panel);
  if (panel) {
    undo.push(
      mountOverlay(panel, () => exporting.stats),
      noteLosses(),
    );
  }

  const tracing: Tracing = {
    store,
    get stats() {
      return exporting.stats;
    },
    flush: () => flushAll(processors),
    async stop() {
      if (running !== tracing) return;
      running = undefined;
      for (const step of undo.reverse()) step();
      await shutDown(processors);
    },
  };
  return tracing;
}

/** In a frame: its spans go to the page around it, which shows them, and exports those that are not exported here. */
function forwardToPage({ service, exporters, processors }: TracingOptions): SpanProcessor[] {
  if (window.parent === window) return [];
  const exportsItself = Boolean(exporters?.length || processors?.length);
  const send = (read: () => readonly SpanRecord[], dropped: number): boolean => {
    // While the source is on.
    const page = neighbourOf(window) && pageAround();
    page?.receive(read(), service ? tracer.service : location.pathname, exportsItself, dropped);
    return true;
  };
  return [new PageProcessor(send)];
}

/**
 * A page that is hidden may never come back: what has ended leaves now. One that is gone for good ends what is still open,
 * too, so that the trace has its root; by its attribute one can tell.
 */
function flushWhenLeaving(processors: readonly SpanProcessor[]): () => void {
  return whenLeaving((isLast) => {
    if (isLast) tracer.settling.settleAll(endUnfinished);
    void flushAll(processors);
  });
}

function endUnfinished(trace: Trace): void {
  // Children first, as they would have ended.
  for (const span of [...trace.spans].reverse()) {
    if (!span.recording || span.endsItself) continue;
    span.setAttribute('zonetrace.unfinished', true).finish('UNSET');
  }
}

function panelOptions(panel: TracingOptions['panel']): PanelOptions | undefined {
  if (panel === false) return undefined;
  // A frame's spans are in the panel of the page around it.
  if (panel === undefined) return isLocal() && !pageAround() ? {} : undefined;
  if (panel === 'open') return { open: true };
  return panel === true ? {} : panel;
}

function isLocal(): boolean {
  return /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/.test(location.hostname);
}

/** The overlay never delays the page and never breaks it: it is imported, guarded, when the document is there. */
function mountOverlay(options: PanelOptions, stats: () => TracingStats): () => void {
  let unmount: (() => void) | undefined;
  let stopped = false;
  const history = options.history === false && !options.tabs ? undefined : loadHistory(() => host);
  const host: PanelHost = {
    store: openStore(tracer),
    options,
    remarks,
    remark,
    ...(history && { history }),
    stats() {
      const { destinations: _, dropped, ...figures } = stats();
      const lost = Object.entries(dropped).map(([reason, spans]) => [`dropped: ${reason}`, spans]);
      return { ...figures, ...Object.fromEntries(lost) };
    },
    sourceOpener: () => tracer.openSource,
    load: () => import('../panel/index.js'),
    runOutside,
  };
  runOutside(async () => {
    try {
      const { mountLauncher } = await import('../panel/launcher.js');
      if (!stopped) unmount = mountLauncher(host);
    } catch (error) {
      warnOnce('the overlay could not be loaded and tracing goes on without it; see the cause', error);
    }
  });
  return () => {
    stopped = true;
    unmount?.();
    void runOutside(() => history?.then((kept) => kept?.stop()));
  };
}

/** Loaded beside the launcher, as what a page does before the overlay is opened is kept as well. */
function loadHistory(host: () => PanelHost): Promise<History | undefined> {
  return runOutside(async () => {
    try {
      const { keepHistory } = await import('../panel/history/index.js');
      return keepHistory(host());
    } catch (error) {
      remark('the traces of earlier loads could not be loaded and are not kept; see the cause', error);
      return undefined;
    }
  });
}
