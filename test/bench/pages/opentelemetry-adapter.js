import { context, trace } from '@opentelemetry/api';
import { ZoneContextManager } from '@opentelemetry/context-zone';
import { WebTracerProvider } from '@opentelemetry/sdk-trace-web';
import { NoOpProcessor } from './no-op-processor.js';

export const provider = new WebTracerProvider({ spanProcessors: [new NoOpProcessor()] });
provider.register({ contextManager: new ZoneContextManager() });
const tracer = provider.getTracer('bench');

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
