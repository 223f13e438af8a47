import {
  type Context,
  isSpanContextValid,
  propagation,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
  trace,
} from '@opentelemetry/api';
import { extract } from '../carrier.js';
import { internals } from '../core.js';
import { checkBaggage } from '../propagation/baggage.js';
import { addHeaders } from '../propagation/headers.js';
import type { SpanContext } from '../trace/types.js';
import { isSuppressed } from './active-context.js';
import { fromApiBaggage, toApiBaggage } from './baggage.js';
import { fromApiContext, toApiContext } from './span-context.js';

/** Any context: which headers there are is asked with it. */
const EXAMPLE: SpanContext = { traceId: '1', spanId: '1', traceFlags: 0, traceState: 'a=1', isRemote: false };

/** OpenTelemetry's propagator by the `propagators` option: W3C trace context and baggage by default. */
export class ZonetracePropagator implements TextMapPropagator {
  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    if (isSuppressed(context)) return;
    const span = trace.getSpanContext(context);
    const target = { has: () => false, set: (name: string, value: string) => setter.set(carrier, name, value) };
    addHeaders(
      target,
      internals.tracer.propagators,
      span && isSpanContextValid(span) ? fromApiContext(span) : undefined,
      fromApiBaggage(propagation.getBaggage(context))?.header,
    );
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    const { parent, baggage } = extract(carrier as object, { get: (from, name) => getter.get(from, name) });
    let extracted = context;
    if (parent) extracted = trace.setSpanContext(extracted, toApiContext(parent));
    if (baggage.size > 0) extracted = propagation.setBaggage(extracted, toApiBaggage(checkBaggage(baggage)));
    return extracted;
  }

  fields(): string[] {
    const names: string[] = [];
    addHeaders({ has: () => false, set: (name) => names.push(name) }, internals.tracer.propagators, EXAMPLE, 'a=1');
    return names;
  }
}
