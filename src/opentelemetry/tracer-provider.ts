import {
  type Link as ApiLink,
  type Span as ApiSpan,
  type SpanOptions as ApiSpanOptions,
  type Tracer as ApiTracer,
  type Context,
  context as contextApi,
  INVALID_SPAN_CONTEXT,
  isSpanContextValid,
  type TracerProvider,
  trace,
} from '@opentelemetry/api';
import { internals } from '../core.js';
import type { SpanOptions } from '../span-options.js';
import { type Attributes, SPAN_KINDS } from '../trace/types.js';
import { isSuppressed } from './active-context.js';
import { fromApiContext } from './span-context.js';
import { SpanView, toOpenTelemetrySpan, withoutNothing } from './span-view.js';
import { toMilliseconds } from './time.js';

/** Which instrumentation a span is of, as formats without scopes name it (https://opentelemetry.io/docs/specs/otel/common/mapping-to-non-otlp/). */
export const SCOPE_NAME = 'otel.scope.name';
export const SCOPE_VERSION = 'otel.scope.version';

/** The context given for the span that is being started, for processors. */
export let startingContext: Context | undefined;

/** Gives tracers whose spans are ours. */
export class ZonetraceTracerProvider implements TracerProvider {
  /** False once OpenTelemetry is taken off again: whoever has kept a tracer gets spans that record nothing. */
  enabled = true;

  getTracer(name: string, version?: string): ApiTracer {
    return new ZonetraceTracer(this, String(name ?? ''), version);
  }
}

class ZonetraceTracer implements ApiTracer {
  readonly #provider: ZonetraceTracerProvider;
  readonly #scope: Record<string, string>;

  constructor(provider: ZonetraceTracerProvider, name: string, version: string | undefined) {
    this.#provider = provider;
    this.#scope = { [SCOPE_NAME]: name, ...(version ? { [SCOPE_VERSION]: String(version) } : {}) };
  }

  startSpan(name: string, options: ApiSpanOptions = {}, context: Context = contextApi.active()): ApiSpan {
    const parent = options.root ? undefined : trace.getSpan(context);
    if (!this.#provider.enabled) return trace.wrapSpanContext(parent?.spanContext() ?? INVALID_SPAN_CONTEXT);
    if (isSuppressed(context)) return trace.wrapSpanContext(INVALID_SPAN_CONTEXT);
    const startTime = toMilliseconds(options.startTime);
    const outer = startingContext;
    startingContext = options.root ? trace.deleteSpan(context) : context;
    try {
      const span = internals.tracer.start(name, {
        kind: SPAN_KINDS[options.kind ?? 0] ?? 'INTERNAL',
        attributes: { ...this.#scope, ...withoutNothing(options.attributes) },
        ...causeOf(parent, options.links ?? []),
        ...(startTime === undefined ? {} : { startTime }),
      });
      return toOpenTelemetrySpan(span);
    } finally {
      startingContext = outer;
    }
  }

  startActiveSpan<F extends (span: ApiSpan) => unknown>(name: string, ...rest: unknown[]): ReturnType<F> {
    const fn = rest.at(-1) as F;
    const [options, given] = rest.slice(0, -1) as [ApiSpanOptions?, Context?];
    const parent = given ?? contextApi.active();
    const span = this.startSpan(name, options, parent);
    return contextApi.with(trace.setSpan(parent, span), fn as (span: ApiSpan) => ReturnType<F>, undefined, span);
  }
}

/** How a span begins below a span of the API: as its child, or with a link to one that is over. */
function causeOf(parent: ApiSpan | undefined, given: readonly ApiLink[]): SpanOptions {
  const links = given.map(({ context, attributes }) => ({
    context: fromApiContext(context),
    attributes: withoutNothing(attributes) as Attributes,
  }));
  const context = parent?.spanContext();
  if (!parent || !context || !isSpanContextValid(context)) return { root: true, links };
  if (!(parent instanceof SpanView)) return { parent: fromApiContext(context), links };
  if (parent.source) return { parent: parent.source, links };
  const follows = { context: fromApiContext(context), attributes: { 'zonetrace.link': 'follows a settled trace' } };
  return { root: true, links: [follows, ...links] };
}
