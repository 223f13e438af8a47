import type { Span } from './trace/span.js';
import type { Trace } from './trace/trace.js';
import type { Attributes, SpanContext, SpanKind } from './trace/types.js';

/** How a span is started. */
export interface SpanOptions {
  /** Set before anybody sees the span. */
  attributes?: Readonly<Record<string, unknown>>;
  /** Default: `'INTERNAL'`. */
  kind?: SpanKind;
  /** Causes that are not the parent. */
  links?: readonly { context: SpanContext; attributes?: Readonly<Attributes> }[];
  /** ms since the Unix epoch. Default: now. */
  startTime?: number;
  /** The parent. Default: the current span. A context makes the span continue that trace. */
  parent?: Span | SpanContext | undefined;
  /** Begin a trace of its own, whatever is current. */
  root?: boolean;
}

/** What instrumentations may ask for besides. */
export interface InternalOptions extends SpanOptions {
  tentative?: boolean;
  endsItself?: boolean;
  /** The span began in a worker or a frame, with this identity; its trace here is given or begun. */
  foreign?: { context: SpanContext; origin: Span['origin']; trace: Trace | undefined };
}
