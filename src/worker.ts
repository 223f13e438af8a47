/**
 * `zonetrace/worker`: tracing inside a Worker or SharedWorker. Importing it starts tracing with the defaults; see
 * `startWorkerTracing`.
 * @module zonetrace/worker
 */
import { configure, flushAll, shutDown } from './configure.js';
import { instrumentFetch } from './instrumentation/fetch.js';
import type { RequestHooks } from './instrumentation/http-span.js';
import { PageProcessor } from './instrumentation/page-processor.js';
import { linkWithPages, type PageLink } from './instrumentation/worker-scope.js';
import { instrumentXhr } from './instrumentation/xhr.js';
import { type InstrumentOptions, readOptions, type TracingOptions } from './options.js';
import type { SpanProcessor } from './processor.js';
import { readRequestOptions } from './request-options.js';
import { shareFirst } from './share.js';
import { tracer } from './tracer.js';
import { warnOnce } from './warn.js';
import './zone/platform.js';

export { endSpan, getCurrentSpan, getCurrentTrace, Span, startSpan, Trace, withSpan } from './core.js';
export { ConsoleExporter, type ConsoleExporterOptions } from './exporters/console.js';
export { OtlpHttpExporter, type OtlpHttpExporterOptions } from './exporters/otlp-http.js';
export type { SpanExporter, SpanProcessor } from './processor.js';
export type { SpanOptions } from './span-options.js';
export { generateSpanId, generateTraceId } from './trace/ids.js';
export type { Attributes, AttributeValue, SpanContext, SpanKind, StatusCode } from './trace/types.js';
export { traced } from './traced.js';

/** Options of `startWorkerTracing`; those of `startTracing` that mean something in a worker. */
export interface WorkerTracingOptions extends Omit<TracingOptions, 'panel' | 'instrument'> {
  /** `false`, or switches by source. Default: both on. */
  instrument?: false | Pick<InstrumentOptions, 'fetch' | 'xhr'>;
}

/** What `startWorkerTracing` returns. */
export interface WorkerTracing {
  /** Resolves when everything recorded so far has been handed to the page and the exporters. */
  flush(): Promise<void>;
  /** Ends tracing in the worker, and puts back everything that was replaced. */
  stop(): Promise<void>;
}

interface Running extends WorkerTracing {
  /** Started by the import alone: options given later count. */
  byDefault: boolean;
  /** Takes new options without leaving the page. */
  restart(options: WorkerTracingOptions | undefined): void;
}

let running: Running | undefined;

/** The worker's own name, or else its script's. */
function nameOfWorker(): string {
  const { name } = globalThis as { name?: string };
  return name || location.pathname.split('/').pop() || 'worker';
}

function start(given: WorkerTracingOptions | undefined): Running {
  let options: TracingOptions = {};
  let processors: readonly SpanProcessor[] = [];
  let undo: (() => void)[] = [];
  const toPage = new PageProcessor((read, dropped) => {
    const exportsItself = Boolean(options.exporters?.length || options.processors?.length);
    return link.send(read, tracer.service, exportsItself, dropped);
  });
  const link: PageLink = linkWithPages(() => void toPage.forceFlush());

  function apply(wanted: WorkerTracingOptions | undefined): void {
    options = readOptions(wanted);
    processors = [toPage, ...configure(options, nameOfWorker()).processors];
    tracer.processors = processors;
    const switches: InstrumentOptions = options.instrument || {};
    const requests = readRequestOptions(options);
    const hooksOf = (option: boolean | RequestHooks | undefined): RequestHooks =>
      typeof option === 'object' ? option : {};
    for (const step of undo) step();
    undo = [requests.stop];
    if (options.instrument === false) return;
    const { fetch, xhr } = switches;
    if (fetch !== false) undo.push(instrumentFetch({ ...requests, ...hooksOf(fetch) }));
    // A service worker has none.
    if (xhr !== false && typeof XMLHttpRequest === 'function')
      undo.push(instrumentXhr({ ...requests, ...hooksOf(xhr) }));
  }

  // The panel of the page keeps what there is to see.
  tracer.sink = { onStart() {}, onEnd() {}, onAmend() {}, onSettled() {} };
  apply(given);
  return {
    byDefault: false,
    restart: apply,
    flush: () => flushAll(processors),
    async stop() {
      if (!running) return;
      running = undefined;
      for (const step of undo) step();
      await shutDown(processors);
      link.stop();
    },
  };
}

function startHere(options?: WorkerTracingOptions): WorkerTracing {
  if (typeof document !== 'undefined' || typeof location === 'undefined') {
    warnOnce('startWorkerTracing was called outside of a worker and does nothing; call startTracing in a page');
    return { async flush() {}, async stop() {} };
  }
  if (running?.byDefault) {
    running.byDefault = false;
    running.restart(options);
  } else if (running)
    warnOnce('startWorkerTracing was called twice and the first call counts; call stop() on its result first');
  running ??= start(options);
  return running;
}

/**
 * Traces a Worker or SharedWorker. Its spans are children of those that sent it messages, where the page traces too; they
 * appear in the page's panel and leave by the page's exporters, or by the worker's own where it has some. Importing the
 * module has started it with the defaults, so that no message is missed; this sets the options. A second call changes
 * nothing and says so.
 */
export const startWorkerTracing: typeof startHere = /* @__PURE__ */ shareFirst('startWorkerTracing', () => startHere);

if (startWorkerTracing === startHere && typeof document === 'undefined' && typeof location !== 'undefined') {
  running = start(undefined);
  running.byDefault = true;
}
