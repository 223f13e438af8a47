import { internals, Span } from './core.js';
import { parseB3, parseB3Multi } from './propagation/b3.js';
import { type Baggage, parseBaggage } from './propagation/baggage.js';
import { addHeaders, type Propagator } from './propagation/headers.js';
import { parseTraceparent } from './propagation/traceparent.js';
import { formatTracestate, parseTracestate } from './propagation/tracestate.js';
import { attempt } from './trace/attempt.js';
import type { SpanContext } from './trace/types.js';
import { warnOnce } from './warn.js';

/** Options of `inject`. */
export interface InjectOptions<C> {
  /** Whose context to write. Default: the current span's. */
  span?: Span | SpanContext | undefined;
  /** Writes a header, for carriers of another shape. A `TextMapSetter` of OpenTelemetry can be given as the options. */
  set?: (carrier: C, name: string, value: string) => void;
}

/** Options of `extract`. */
export interface ExtractOptions<C> {
  /** Reads a header, for carriers of another shape. A `TextMapGetter` of OpenTelemetry can be given as the options. */
  get?: (carrier: C, name: string) => string | readonly string[] | null | undefined;
}

/** What `extract` found. */
export interface Extracted {
  /** For the `parent` option of a span; undefined where no valid context was there. */
  readonly parent: SpanContext | undefined;
  /** For `withBaggage`. */
  readonly baggage: Baggage;
  /** Members of the baggage that were bad or beyond the limits. */
  readonly droppedBaggage: number;
}

/**
 * Writes the current span's context and the current baggage to a carrier, by the `propagators` option: `Headers`, a Map,
 * an array of pairs, a plain object, or anything with a `set` of its own. What the carrier has of these names is
 * replaced. Answers the carrier. Never throws.
 *
 * @example
 * socket.send(JSON.stringify({ headers: inject({}), body }));
 */
export function inject<C extends object>(carrier: C, options: InjectOptions<C> = {}): C {
  const scope = internals.currentScope();
  const { set = setIn, span = scope?.span ?? scope?.parent } = options as InjectOptions<unknown>;
  const target = { has: () => false, set: (name: string, value: string) => set(carrier, name, value) };
  try {
    const context = span instanceof Span ? span.context : span;
    addHeaders(target, internals.tracer.propagators, context, internals.currentBaggage.get()?.header);
  } catch (error) {
    warnOnce('inject could not write to its carrier; give Headers, a Map, an array of pairs or an object', error);
  }
  return carrier;
}

function setIn(carrier: unknown, name: string, value: string): void {
  const isSame = (key: unknown): boolean => String(key).toLowerCase() === name;
  if (Array.isArray(carrier)) {
    for (let at = carrier.length - 1; at >= 0; at--) if (isSame(carrier[at]?.[0])) carrier.splice(at, 1);
    carrier.push([name, value]);
    return;
  }
  const { set } = carrier as { set?: unknown };
  if (typeof set === 'function') {
    if (carrier instanceof Map) for (const key of [...carrier.keys()].filter(isSame)) carrier.delete(key);
    set.call(carrier, name, value);
    return;
  }
  const object = carrier as Record<string, unknown>;
  for (const key of Object.keys(object).filter(isSame)) delete object[key];
  object[name] = value;
}

/** The values of a header, joined as HTTP joins them; empty where there is none. */
function getFrom(carrier: unknown, name: string): string {
  const { get } = carrier as { get?: unknown };
  const isMap = carrier instanceof Map;
  if (typeof get === 'function' && !isMap) return String(get.call(carrier, name) ?? '');
  const pairs: unknown[] = isMap || Array.isArray(carrier) ? [...carrier] : Object.entries(carrier as object);
  return pairs
    .filter((pair): pair is [unknown, unknown] => Array.isArray(pair) && String(pair[0]).toLowerCase() === name)
    .flatMap(([, value]) => value ?? [])
    .join();
}

type Read = (name: string) => string;

const PARSERS: Record<Propagator, (read: Read) => SpanContext | undefined> = {
  tracecontext: (read) => {
    const context = parseTraceparent(read('traceparent'));
    const traceState = context && formatTracestate(parseTracestate(read('tracestate')) ?? []);
    return context && traceState ? { ...context, traceState } : context;
  },
  baggage: () => undefined,
  b3: (read) => parseB3(read('b3')),
  b3multi: parseB3Multi,
};

/**
 * Reads a context and baggage from a carrier, by the `propagators` option; of several the first valid context counts. The
 * carrier is any that `inject` writes to, or one with a `get` of its own; names count in any case, several values of one
 * are joined as HTTP joins them. Never throws.
 *
 * @example
 * const { parent, baggage } = extract(message.headers);
 * withBaggage(baggage, () => withSpan('receive', { parent }, handle));
 */
export function extract<C extends object>(carrier: C, options: ExtractOptions<C> = {}): Extracted {
  const { get = getFrom } = options as ExtractOptions<unknown>;
  // Where there is no carrier, or one that cannot be read, it says nothing.
  const read: Read = (name) => attempt(() => String(get(carrier, name) ?? '')) ?? '';
  const { propagators } = internals.tracer;
  let parent: SpanContext | undefined;
  for (const propagator of propagators) parent ??= PARSERS[propagator](read);
  const { entries, dropped } = parseBaggage(propagators.includes('baggage') ? read('baggage') : '');
  return { parent, baggage: entries, droppedBaggage: dropped };
}
