import { instrumentBeacon } from './instrumentation/beacon.js';
import { instrumentBroadcasts } from './instrumentation/broadcast-channel.js';
import { traceDocumentLoad } from './instrumentation/document-load.js';
import { instrumentErrors } from './instrumentation/error.js';
import { instrumentEventSource } from './instrumentation/event-source.js';
import { instrumentFetch } from './instrumentation/fetch.js';
import { instrumentFrames } from './instrumentation/frame.js';
import type { RequestOptions } from './instrumentation/http-span.js';
import { instrumentInteractions } from './instrumentation/interaction.js';
import type * as LateSources from './instrumentation/late.js';
import { traceNavigations } from './instrumentation/navigation.js';
import { noteRuns } from './instrumentation/noted-runs.js';
import { pageContext } from './instrumentation/page.js';
import { watchVisibility } from './instrumentation/visibility.js';
import { instrumentWebSocket } from './instrumentation/web-socket.js';
import { instrumentWebTransport } from './instrumentation/web-transport.js';
import { instrumentWorkers } from './instrumentation/worker.js';
import { instrumentXhr } from './instrumentation/xhr.js';
import { loadLate } from './load-late.js';
import type { InstrumentOptions, TracingOptions } from './options.js';
import { readRequestOptions } from './request-options.js';
import { safeEntries, toText } from './trace/attribute-value.js';
import { warnOnce } from './warn.js';
import { undoAll } from './zone/replace.js';

/** Switches on without an object of options. */
type OptionsOf<Source extends keyof InstrumentOptions> = Exclude<NonNullable<InstrumentOptions[Source]>, boolean>;

/**
 * How each source of spans is started: with its own options, what all requests share, and which sources are on. Answers
 * its undo.
 */
type Sources = {
  [Source in keyof InstrumentOptions]-?: (
    options: Partial<OptionsOf<Source>>,
    requests: RequestOptions,
    isOn: (source: string) => boolean,
  ) => () => void;
};

let late: Promise<typeof LateSources | undefined> | undefined;

/** Starts a source that is loaded once tracing has started; calls `otherwise` where that cannot be, or tracing stops before. */
function startLate(start: (sources: typeof LateSources) => () => void, otherwise: () => void = () => {}): () => void {
  let stopped = false;
  let undo = otherwise;
  late ??= loadLate(() => import('./instrumentation/late.js'));
  void late.then((sources) => {
    if (stopped) return;
    if (sources) undo = start(sources);
    else otherwise();
  });
  return () => {
    stopped = true;
    undo();
  };
}

const SOURCES: Sources = {
  // First: the others' spans may be the page's.
  documentLoad: (_options, { ignoreUrls }, isOn) =>
    traceDocumentLoad((load) =>
      startLate(({ followDocumentLoad }) => followDocumentLoad(load, ignoreUrls, isOn), load.release),
    ),
  interaction: ({ events }) => instrumentInteractions(events),
  longFrame() {
    const { runs, stop } = noteRuns();
    return undoAll([stop, startLate(({ observeLongFrames }) => observeLongFrames(runs))]);
  },
  webVitals(options) {
    const page = pageContext();
    return startLate(({ observeWebVitals }) => observeWebVitals(options, page));
  },
  fetch: (hooks, requests) => instrumentFetch({ ...requests, ...hooks }),
  xhr: (hooks, requests) => instrumentXhr({ ...requests, ...hooks }),
  worker: () => instrumentWorkers(),
  frame: () => instrumentFrames(),
  broadcastChannel: () => instrumentBroadcasts(),
  error: instrumentErrors,
  webSocket: instrumentWebSocket,
  eventSource: instrumentEventSource,
  beacon: (_options, requests) => instrumentBeacon(requests),
  webTransport: (_options, requests) => instrumentWebTransport(requests),
  navigation: () => traceNavigations(),
};

/** Starts the sources of spans that the options ask for; answers the undo of each. One that fails leaves the others alone. */
export function instrument(options: TracingOptions): (() => void)[] {
  if (options.instrument === false) return [];
  const given = readSwitches(options.instrument);
  const isOn = (source: string): boolean => Object.hasOwn(SOURCES, source) && given[source] !== false;
  const requests = readRequestOptions(options);
  const undo: (() => void)[] = [requests.stop];
  const attempt = (name: string, start: () => () => void): void => {
    try {
      undo.push(start());
    } catch (error) {
      warnOnce(`the source "${name}" could not be started and the others go on; see the cause`, error);
    }
  };
  // Before the load of the page, which may begin hidden.
  if (isOn('navigation')) attempt('visibility', watchVisibility);
  for (const [name, start] of Object.entries(SOURCES)) {
    if (isOn(name)) attempt(name, () => start((given[name] ?? {}) as never, requests, isOn));
  }
  return undo;
}

/** `false` or the options of each source that the page speaks of; says once what is wrong with the others, which are on. */
function readSwitches(given: InstrumentOptions | undefined): Record<string, object | false> {
  const switches: Record<string, object | false> = {};
  for (const [name, option] of safeEntries(given)) {
    if (!Object.hasOwn(SOURCES, name)) {
      warnOnce(`there is no source of spans "${name}"; the sources are ${Object.keys(SOURCES).join(', ')}`);
    } else if (option === false || (typeof option === 'object' && option !== null)) switches[name] = option;
    else if (option !== true && option !== undefined) {
      warnOnce(
        `the option instrument.${name} is ${toText(option)} and its default is used; give true, false or options`,
      );
    }
  }
  return switches;
}
