import { context, trace } from '@opentelemetry/api';
import { ZoneContextManager } from '@opentelemetry/context-zone';
import { WebTracerProvider } from '@opentelemetry/sdk-trace-web';
import { NoOpProcessor } from './no-op-processor.js';

export const processor = new NoOpProcessor();

/** What it makes are real spans as soon as a provider is registered. */
const tracer = trace.getTracer('bench');

/** `further`: processors beside the one that does nothing. */
export function registerProvider(further = []) {
  const provider = new WebTracerProvider({ spanProcessors: [processor, ...further] });
  provider.register({ contextManager: new ZoneContextManager() });
  return provider;
}

export const opentelemetry = {
  withSpan(name, fn) {
    return tracer.startActiveSpan(name, (span) => {
      const end = () => span.end();
      let result;
      try {
        result = fn(span);
      } catch (error) {
        span.recordException(error);
        end();
        throw error;
      }
      if (result instanceof Promise) result.then(end, end);
      else end();
      return result;
    });
  },
  current: () => trace.getSpan(context.active()),
  hasAttributes: true,
};
