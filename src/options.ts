import type { PanelOptions } from '../panel/host.js';
import type { ConnectionOptions } from './instrumentation/connections.js';
import type { RequestHooks } from './instrumentation/http-span.js';
import type { WebVitalsOptions } from './instrumentation/web-vitals.js';
import type { ParentBasedSampler, Sampler } from './pipeline/sampler.js';
import type { TailOptions } from './pipeline/tail.js';
import type { SpanExporter, SpanProcessor } from './processor.js';
import { PROPAGATORS, type Propagator } from './propagation/headers.js';
import type { UrlPattern } from './propagation/targets.js';
import { attempt } from './trace/attempt.js';
import { safeEntries, toText } from './trace/attribute-value.js';
import type { Span } from './trace/span.js';
import { type Attributes, type AttributeValue, DEFAULT_LIMITS, type Limits } from './trace/types.js';
import { warnOnce } from './warn.js';

/** Who the page is, for a backend that has more than one. */
export interface ServiceOptions {
  /** `service.name`. Default: `'page'`. */
  name?: string;
  /** `service.version`. */
  version?: string;
  /** `deployment.environment.name`. */
  environment?: string;
  /** Further attributes of the resource. */
  attributes?: Readonly<Attributes>;
}

/** Sources of spans, each on by default. */
export interface InstrumentOptions {
  /** Clicks, submits and other events; or the names of those that begin a trace. */
  interaction?: boolean | { events?: readonly string[] };
  /** Long animation frames with their scripts; long tasks where there are none. */
  longFrame?: boolean;
  /** LCP, INP, CLS, FCP and TTFB, once they are final; or as they change. */
  webVitals?: boolean | WebVitalsOptions;
  /** Requests by `fetch`; or functions that add to their spans. */
  fetch?: boolean | RequestHooks;
  /** Requests by `XMLHttpRequest`; or functions that add to their spans. */
  xhr?: boolean | RequestHooks;
  /** Messages to and from workers that trace too (`zonetrace/worker`): a span is the sender's child; theirs come to this page. */
  worker?: boolean;
  /** Messages between windows of this origin that both trace, likewise; a frame's spans come to the page around it. */
  frame?: boolean;
  /** Messages of a `BroadcastChannel` between pages and workers that trace, likewise. */
  broadcastChannel?: boolean;
  /**
   * Uncaught errors, unhandled rejections, violations of the content security policy and resources that failed to load;
   * with `console`, `console.error` too.
   */
  error?: boolean | { console?: boolean };
  /** Connections by `WebSocket`; their messages where `messages` asks for them. */
  webSocket?: boolean | ConnectionOptions;
  /** Connections by `EventSource`, likewise. */
  eventSource?: boolean | ConnectionOptions;
  /** What `navigator.sendBeacon` sends. */
  beacon?: boolean;
  /** Connections by `WebTransport`. */
  webTransport?: boolean;
  /** Navigations inside the document, returns from the back/forward cache, and whether the page is hidden. */
  navigation?: boolean;
  /** The load of the document, with its resources. */
  documentLoad?: boolean;
}

/** Options of `startTracing`. */
export interface TracingOptions {
  /** A name, or more. Default: `'page'`. */
  service?: string | ServiceOptions;
  /** `false`, or switches and options by source. Default: everything on. */
  instrument?: false | InstrumentOptions;
  /** `true` or options: the launcher; `'open'`: the open overlay; `false`: neither. Default: the launcher on localhost. */
  panel?: boolean | 'open' | PanelOptions;
  /** Where spans go besides the panel. */
  exporters?: readonly SpanExporter[];
  /** What sees each span as it starts and ends. */
  processors?: readonly SpanProcessor[];
  /** Which traces are exported. Default: `'always'`. */
  sampler?: Sampler;
  /** Exports further traces by how they went: those with errors, or slow ones. Default: none. */
  tail?: TailOptions;
  /** Origins besides the page's own whose requests get a `traceparent`, and baggage where there is some. */
  propagateTo?: readonly UrlPattern[];
  /** How a context is written to headers, by OpenTelemetry's names. Default: `['tracecontext', 'baggage']`. */
  propagators?: readonly Propagator[];
  /** Requests that make no span and get no header. */
  ignoreUrls?: readonly UrlPattern[];
  /**
   * Sees everything before it is stored: the attributes of spans, events, links and of the resource and the user (which have no span),
   * and, as `span.name`, `status.message` and `event.name`, the other texts. Answers what to store, or undefined to leave
   * it out.
   */
  redact?: (attribute: string, value: AttributeValue, span: Span | undefined) => AttributeValue | undefined;
  /** Parameters of URLs, besides the usual ones (`token`, `code`, `password` …), whose values are never stored. */
  redactParameters?: readonly string[];
  /** How much a span and a trace may hold. */
  limits?: Partial<Limits>;
  /** Timers that wait longer (ms) do not keep their trace live. Default: 1,000. */
  settleTimer?: number;
  /** ms after which a trace settles whatever is pending; its root is marked. Default: 30,000. */
  maxTraceDuration?: number;
}

type Check = (value: unknown) => boolean;

const isObject: Check = (value) => typeof value === 'object' && value !== null;
const isPositive: Check = (value) => typeof value === 'number' && value >= 0;

const isShare: Check = (value) => isPositive(value) && (value as number) <= 1;

const isSampler: Check = (value) =>
  value === 'always' ||
  value === 'never' ||
  typeof value === 'function' ||
  isShare(value) ||
  (isObject(value) &&
    ('root' in (value as object)
      ? isSampler((value as ParentBasedSampler).root)
      : isShare((value as { session?: unknown }).session)));

const CHECKS: Record<keyof TracingOptions, [Check, string]> = {
  service: [
    (value) => typeof value === 'string' || isObject(value),
    'a name or { name, version, environment, attributes }',
  ],
  instrument: [
    (value) => value === false || (isObject(value) && !Array.isArray(value)),
    'false or an object of switches',
  ],
  panel: [
    (value) => typeof value === 'boolean' || value === 'open' || isObject(value),
    "true, false, 'open' or options",
  ],
  exporters: [Array.isArray, 'an array of exporters'],
  processors: [Array.isArray, 'an array of processors'],
  sampler: [isSampler, "'always', 'never', a share from 0 to 1, a function, { session: share } or { root }"],
  tail: [isObject, '{ errors, slowerThan, perMinute }'],
  propagateTo: [Array.isArray, 'an array of strings, regular expressions or functions'],
  propagators: [
    (value) => Array.isArray(value) && value.every((name) => PROPAGATORS.includes(name)),
    `an array of ${PROPAGATORS}`,
  ],
  ignoreUrls: [Array.isArray, 'an array of strings, regular expressions or functions'],
  redact: [(value) => typeof value === 'function', 'a function'],
  redactParameters: [Array.isArray, 'an array of names'],
  limits: [isObject, 'an object of numbers'],
  settleTimer: [isPositive, 'a number of ms'],
  maxTraceDuration: [isPositive, 'a number of ms'],
};

/** Answers the options that can be used; says once what is wrong with each of the others. */
export function readOptions(given: unknown): TracingOptions {
  if (given === undefined) return {};
  if (!isObject(given)) {
    warnOnce(`startTracing was given ${toText(given)} and uses its defaults; give it an object of options`);
    return {};
  }
  const options: Record<string, unknown> = {};
  for (const [name, value] of safeEntries(given as object)) {
    const check = Object.hasOwn(CHECKS, name) ? CHECKS[name as keyof TracingOptions] : undefined;
    if (!check) warnOnce(`startTracing has no option "${name}"; the options are ${Object.keys(CHECKS).join(', ')}`);
    else if (value === undefined) continue;
    else if (passes(check[0], value)) options[name] = copyOf(value);
    else warnOnce(`the option ${name} is ${describe(value)} and its default is used; give ${check[1]}`);
  }
  keepUsable(options, 'exporters', ['export', 'shutdown']);
  keepUsable(options, 'processors', ['onStart', 'onEnd', 'forceFlush', 'shutdown']);
  return options as TracingOptions;
}

/** What cannot even be looked at is wrong. */
function passes(check: Check, value: unknown): boolean {
  return attempt(() => check(Array.isArray(value) ? [...value] : value)) === true;
}

/** Read once and safely, as getters of the page may throw. */
function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return [...value];
  return isObject(value) ? Object.fromEntries(safeEntries(value)) : value;
}

function has(value: unknown, method: string): boolean {
  return attempt(() => typeof (value as Record<string, unknown> | undefined)?.[method] === 'function') === true;
}

/** Leaves out what cannot be an exporter or a processor; the others go on. */
function keepUsable(options: Record<string, unknown>, name: string, methods: readonly string[]): void {
  const given = options[name] as readonly unknown[] | undefined;
  const usable = given?.filter((each) => methods.every((method) => has(each, method)));
  if (!given || usable?.length === given.length) return;
  warnOnce(`the option ${name} has a member that cannot be used, and it was left out; give it ${methods.join(', ')}`);
  options[name] = usable;
}

export function readLimits(given: Partial<Limits> | undefined): Limits {
  const limits = { ...DEFAULT_LIMITS };
  for (const [name, value] of safeEntries(given ?? {})) {
    if (!Object.hasOwn(limits, name)) {
      warnOnce(`there is no limit "${name}"; the limits are ${Object.keys(limits).join(', ')}`);
    } else if (isPositive(value)) limits[name as keyof Limits] = value as number;
    else warnOnce(`the limit ${name} is ${describe(value)} and its default is used; give a number`);
  }
  return limits;
}

function describe(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : typeof value === 'object' ? 'an object' : toText(value);
}
