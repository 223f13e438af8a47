import { context, propagation, trace } from '@opentelemetry/api';
import { warnOnce } from '../warn.js';
import { ZonetraceContextManager } from './context-manager.js';
import { ZonetracePropagator } from './propagator.js';
import { ZonetraceTracerProvider } from './tracer-provider.js';

let undo: (() => void) | undefined;

/**
 * Makes zonetrace the implementation of `@opentelemetry/api`: its tracers make spans of ours, its contexts follow native
 * `await`, its propagators write what our requests carry. Spans are in our traces and in the panel, and go to the
 * exporters of `startTracing`. Returns the undo. What somebody else has registered before stays, and is said once.
 *
 * @example
 * startTracing({ instrument: { fetch: false } }); // one of the two should see a request
 * registerOpenTelemetry();
 * registerInstrumentations({ instrumentations: [new FetchInstrumentation()] });
 * trace.getTracer('shop').startActiveSpan('checkout', async (span) => { … span.end(); });
 */
export function registerOpenTelemetry(): () => void {
  if (undo) {
    warnOnce('registerOpenTelemetry was called twice and the first call counts; call what it returned first');
    return undo;
  }
  const provider = new ZonetraceTracerProvider();
  const manager = new ZonetraceContextManager();
  const propagator = new ZonetracePropagator();
  const set = {
    'tracer provider': trace.setGlobalTracerProvider(provider),
    'context manager': context.setGlobalContextManager(manager),
    propagator: propagation.setGlobalPropagator(propagator),
  };
  for (const [name, done] of Object.entries(set)) {
    if (!done) {
      warnOnce(
        `@opentelemetry/api has a ${name} of somebody else, or is loaded in two versions, and its own stays; register once`,
      );
    }
  }
  undo = () => {
    undo = undefined;
    if (isCurrentProvider(provider)) trace.disable();
    if (isAsked(manager, 'active', () => context.active())) context.disable();
    if (isAsked(propagator, 'fields', () => propagation.fields())) propagation.disable();
    provider.enabled = false;
    manager.disable();
  };
  return undo;
}

function isCurrentProvider(provider: ZonetraceTracerProvider): boolean {
  const current = trace.getTracerProvider() as { getDelegate?: () => unknown };
  return current.getDelegate?.() === provider;
}

/** Somebody may have put another in our place since; the API does not tell, but it asks the one that counts. */
function isAsked<K extends string>(object: { [Name in K]: () => unknown }, method: K, ask: () => unknown): boolean {
  let asked = false;
  const answer = object[method];
  Object.defineProperty(object, method, {
    configurable: true,
    value: () => {
      asked = true;
      return answer.call(object);
    },
  });
  ask();
  delete (object as Partial<typeof object>)[method];
  return asked;
}
