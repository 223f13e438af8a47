import {
  type Span as ApiSpan,
  type Context,
  createContextKey,
  isSpanContextValid,
  propagation,
  ROOT_CONTEXT,
  trace,
} from '@opentelemetry/api';
import { internals } from '../core.js';
import type { CheckedBaggage } from '../propagation/baggage.js';
import type { SpanScope } from '../scope.js';
import { propertiesOf, setProperties } from '../zone/value-zone.js';
import { fromApiBaggage, toApiBaggage } from './baggage.js';
import { fromApiContext } from './span-context.js';
import { SpanView, viewOf } from './span-view.js';

/** Where OpenTelemetry's instrumentation of user interactions looks for the context of a zone. */
const KEY = 'OT_ZONE_CONTEXT';

/** The key of `suppressTracing` in `@opentelemetry/core`; keys of the same name are the same. */
const SUPPRESSED = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');

/** Nobody's context, in which nothing is traced: for the work of exporters. */
export const SUPPRESSED_CONTEXT = ROOT_CONTEXT.setValue(SUPPRESSED, true);

export function isSuppressed(context: Context): boolean {
  return context.getValue(SUPPRESSED) === true;
}

/** The spans that are not ours, by their scopes and back. */
const foreignScopes = new WeakMap<ApiSpan, SpanScope>();
const foreignSpans = new WeakMap<SpanScope, ApiSpan>();

/** The scope of a context's span: ours, or one that continues a foreign span. */
function scopeIn(context: Context): SpanScope | undefined {
  const span = trace.getSpan(context);
  if (!span) return undefined;
  if (span instanceof SpanView) return span.scope.instead ?? span.scope;
  const identity = span.spanContext();
  if (!isSpanContextValid(identity)) return undefined;
  let scope = foreignScopes.get(span);
  if (!scope) {
    scope = internals.foreignScope(fromApiContext(identity));
    foreignScopes.set(span, scope);
    foreignSpans.set(scope, span);
  }
  return scope;
}

interface Made {
  base: Context;
  baggage: CheckedBaggage | undefined;
  context: Context;
}

/** The last context made for a scope: asked again, the same object answers. */
const made = new WeakMap<SpanScope, Made>();

/** The context of the running code: what `with` has set, with the span and the baggage that are current now. */
export function activeContext(): Context {
  const set = propertiesOf(internals.currentFrame().zone)[KEY] as Context | undefined;
  const base = set ?? ROOT_CONTEXT;
  const scope = internals.currentScope();
  const baggage = internals.currentBaggage.get();
  const hasSpan = scopeIn(base) === scope;
  const hasBaggage = fromApiBaggage(propagation.getBaggage(base)) === baggage;
  if (hasSpan && hasBaggage) return base;
  const before = scope && made.get(scope);
  if (before?.base === base && before.baggage === baggage) return before.context;
  let context = base;
  if (!hasSpan) {
    context = scope ? trace.setSpan(base, foreignSpans.get(scope) ?? viewOf(scope)) : trace.deleteSpan(base);
  }
  if (!hasBaggage) {
    context = baggage ? propagation.setBaggage(context, toApiBaggage(baggage)) : propagation.deleteBaggage(context);
  }
  if (scope) made.set(scope, { base, baggage, context });
  return context;
}

/** A zone in which a context is the active one. Flat, whatever the context was made from. */
export function zoneFor(context: Context, like: Zone = internals.currentFrame().zone): Zone {
  const { zoneWithScope, currentBaggage, suppressed } = internals;
  let zone = zoneWithScope(scopeIn(context), like);
  const baggage = fromApiBaggage(propagation.getBaggage(context));
  if (currentBaggage.getIn(zone) !== baggage) zone = currentBaggage.zoneWith(baggage, zone);
  const quiet = isSuppressed(context);
  if ((suppressed.getIn(zone) ?? false) !== quiet) zone = suppressed.zoneWith(quiet, zone);
  setProperties(zone, { [KEY]: context }); // it was made here
  return zone;
}

/** Calls `fn` outside of everything that the page does, with nothing traced. */
export function runSuppressed<R>(fn: () => R): R {
  return internals.runInZone(zoneFor(SUPPRESSED_CONTEXT, internals.pageZone), fn);
}
