/**
 * `zonetrace`: tracing for the browser. See `startTracing`.
 * @module
 */
import { shareFirst } from './share.js';
import { startTracing as ownStartTracing } from './tracing.js';

export { getBaggage, withBaggage } from './baggage.js';
export {
  type Extracted,
  type ExtractOptions,
  extract,
  type InjectOptions,
  inject,
} from './carrier.js';
export {
  endSpan,
  getCurrentSpan,
  getCurrentTrace,
  Span,
  startSpan,
  Trace,
  withSpan,
} from './core.js';
export { type ChromeTrace, type ChromeTraceEvent, toChromeTrace } from './exporters/chrome-trace.js';
export { ConsoleExporter, type ConsoleExporterOptions } from './exporters/console.js';
export { MemoryExporter, type MemoryExporterOptions } from './exporters/memory.js';
export { OtlpHttpExporter, type OtlpHttpExporterOptions } from './exporters/otlp-http.js';
export { PerformancePanelExporter } from './exporters/performance-panel.js';
export { renderTraceSvg } from './exporters/trace-svg.js';
export type { ConnectionOptions } from './instrumentation/connections.js';
export type { RequestDescription, RequestHooks, ResponseDescription } from './instrumentation/http-span.js';
export type { InstrumentOptions, ServiceOptions, TracingOptions } from './options.js';
export type { User } from './page-context.js';
export { HttpDelivery, type HttpDeliveryOptions } from './pipeline/http-delivery.js';
export type { ParentBasedSampler, Sampler, SamplingContext, TraceSampler } from './pipeline/sampler.js';
export type { DestinationStats, DropReason, TracingStats } from './pipeline/stats.js';
export type { TailOptions } from './pipeline/tail.js';
export type { ExportContext, SpanExporter, SpanProcessor } from './processor.js';
export type { Baggage, BaggageEntry } from './propagation/baggage.js';
export type { Propagator } from './propagation/headers.js';
export type { UrlPattern } from './propagation/targets.js';
export { setUser } from './set-user.js';
export type { SpanOptions } from './span-options.js';
export type { SpanStore } from './store/span-store.js';
export type { StoredTrace } from './store/stored-trace.js';
export { generateSpanId, generateTraceId } from './trace/ids.js';
export type {
  Attributes,
  AttributeValue,
  Limits,
  SpanContext,
  SpanEvent,
  SpanKind,
  SpanLink,
  SpanRecord,
  StatusCode,
} from './trace/types.js';
export { traceMethods } from './trace-methods.js';
export { type TracedDecorator, traced } from './traced.js';
export type { Tracing } from './tracing.js';

/** See `startTracing` in tracing.ts; the first copy's, where several were loaded. */
export const startTracing: typeof ownStartTracing = /* @__PURE__ */ shareFirst('startTracing', () => ownStartTracing);
