/**
 * `zonetrace/opentelemetry`: zonetrace as the implementation of `@opentelemetry/api`, and the processors and exporters of
 * OpenTelemetry's SDK on zonetrace.
 * @module zonetrace/opentelemetry
 */
export {
  adaptSpanExporter,
  adaptSpanProcessor,
  type SdkSpanExporter,
  type SdkSpanProcessor,
} from './opentelemetry/adapt.js';
export type { ReadableEvent, ReadableResource, ReadableScope, ReadableSpan } from './opentelemetry/readable-span.js';
export { registerOpenTelemetry } from './opentelemetry/register.js';
export { toOpenTelemetrySpan } from './opentelemetry/span-view.js';
