import { type Span as ApiSpan, type Context, trace } from '@opentelemetry/api';
import type { ExportContext, SpanExporter, SpanProcessor } from '../processor.js';
import type { Span } from '../trace/span.js';
import type { Attributes } from '../trace/types.js';
import { activeContext, runSuppressed } from './active-context.js';
import { type ReadableSpan, SdkSpan } from './readable-span.js';
import { SpanView } from './span-view.js';
import { startingContext } from './tracer-provider.js';

/** What OpenTelemetry calls a `SpanExporter`, in versions 1 and 2 of its SDK. */
export interface SdkSpanExporter {
  export(spans: ReadableSpan[], done: (result: { code: number; error?: Error }) => void): void;
  shutdown(): Promise<void>;
}

/** What OpenTelemetry calls a `SpanProcessor`, in versions 1 and 2 of its SDK. */
export interface SdkSpanProcessor {
  onStart(span: ReadableSpan & ApiSpan, parentContext: Context): void;
  onEnd(span: ReadableSpan): void;
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
}

/** The result code of an export that went well. */
const SUCCESS = 0;

/**
 * Lets an exporter of OpenTelemetry's SDK have our spans, in batches: `exporters: [adaptSpanExporter(new
 * ZipkinExporter())]`. Its own requests are not traced.
 */
export function adaptSpanExporter(exporter: SdkSpanExporter): SpanExporter {
  let resource: Readonly<Attributes> = {};
  let counts: ExportContext['counts'] | undefined;
  return {
    start(context) {
      ({ resource, counts } = context);
      counts.name = exporter.constructor.name;
    },
    async export(spans) {
      const readable = spans.map((span) => new SdkSpan(span, resource));
      try {
        await new Promise<void>((resolve, reject) => {
          runSuppressed(() =>
            exporter.export(readable, ({ code, error }) => {
              if (code === SUCCESS) resolve();
              else reject(error ?? new Error(`the exporter answered with code ${code}`));
            }),
          );
        });
      } catch (error) {
        counts?.drop('failed', spans.length);
        throw error;
      }
      counts?.add('exported', spans.length);
    },
    shutdown: () => runSuppressed(() => exporter.shutdown()),
  };
}

/**
 * Lets a processor of OpenTelemetry's SDK see our spans: `processors: [adaptSpanProcessor(new BatchSpanProcessor(…))]`. It
 * may set attributes as a span starts; its `onEnding`, which is experimental, is not called.
 */
export function adaptSpanProcessor(processor: SdkSpanProcessor): SpanProcessor {
  let resource: Readonly<Attributes> = {};
  /** The same object at the start and at the end, as the SDK has it. */
  const shown = new WeakMap<Span, SdkSpan>();
  const show = (span: Span): SdkSpan => {
    let readable = shown.get(span);
    if (!readable) {
      readable = new SdkSpan(span, resource);
      shown.set(span, readable);
    }
    return readable;
  };
  return {
    start(context) {
      resource = context.resource;
    },
    onStart(span) {
      processor.onStart(show(span), startingContext ?? parentContext(span));
    },
    onEnd(span) {
      const readable = show(span);
      runSuppressed(() => processor.onEnd(readable));
    },
    forceFlush: () => runSuppressed(() => processor.forceFlush()),
    shutdown: () => runSuppressed(() => processor.shutdown()),
  };
}

/** The active context, with the parent that the span really has. */
function parentContext({ parent, parentSpanId }: Span): Context {
  const active = activeContext();
  const current = trace.getSpan(active);
  if (current instanceof SpanView && current.source && current.source === parent) return active;
  if (parentSpanId === undefined) return trace.deleteSpan(active);
  return active;
}
