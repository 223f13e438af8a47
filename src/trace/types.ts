/** The standing of a span. `UNSET`: not ended, or ended elsewhere without a word. */
export type StatusCode = 'UNSET' | 'OK' | 'ERROR';

/** What a span does in a conversation between processes, by OpenTelemetry's definition. */
export type SpanKind = 'INTERNAL' | 'SERVER' | 'CLIENT' | 'PRODUCER' | 'CONSUMER';

/** In the order of OpenTelemetry's numbers. */
export const SPAN_KINDS: readonly SpanKind[] = ['INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'];

/** What an attribute can hold; any other value given is converted (see `toAttributeValue`). */
export type AttributeValue = string | number | boolean | string[] | number[] | boolean[];

export type Attributes = Record<string, AttributeValue>;

/** The identity of a span, as it travels (https://www.w3.org/TR/trace-context-2/). */
export interface SpanContext {
  /** 32 lower-case hex digits, never all zero. */
  readonly traceId: string;
  /** 16 lower-case hex digits, never all zero. */
  readonly spanId: string;
  /** One byte: bit 0 sampled, bit 1 random trace id. */
  readonly traceFlags: number;
  /** The `tracestate` header, as received. */
  readonly traceState?: string;
  /** The span lives in another process. */
  readonly isRemote: boolean;
}

/** bit 0 sampled, bit 1 random: the ids of this page are random (https://www.w3.org/TR/trace-context-2/#trace-flags). */
export const SAMPLED_RANDOM = 0b11;

/** The bit of `traceFlags` that says that the trace is exported. */
export const SAMPLED = 1;

/** Something that happened at one moment of a span. */
export interface SpanEvent {
  readonly name: string;
  /** ms since the Unix epoch. */
  readonly time: number;
  readonly attributes: Readonly<Attributes>;
  /** Attributes beyond the limit. Default: none. */
  readonly droppedAttributesCount?: number;
}

/** A cause that is not the parent. */
export interface SpanLink {
  readonly context: SpanContext;
  readonly attributes: Readonly<Attributes>;
  /** Attributes beyond the limit. Default: none. */
  readonly droppedAttributesCount?: number;
}

/** What can be read of a span, live or from a file. */
export interface SpanRecord {
  readonly name: string;
  readonly context: SpanContext;
  /** 16 hex digits; undefined for the root of a trace. */
  readonly parentSpanId: string | undefined;
  /** The parent lives in another process. */
  readonly parentIsRemote?: boolean;
  /** @internal The id of the trace, where it has been drawn already. */
  readonly knownTraceId?: string | undefined;
  readonly kind: SpanKind;
  /** ms since the Unix epoch. */
  readonly startTime: number;
  /** ms since the Unix epoch; undefined while the span is open. */
  readonly endTime: number | undefined;
  readonly status: StatusCode;
  readonly statusMessage: string | undefined;
  readonly attributes: Readonly<Attributes>;
  readonly events: readonly SpanEvent[];
  readonly links: readonly SpanLink[];
  readonly droppedAttributesCount: number;
  readonly droppedEventsCount: number;
  readonly droppedLinksCount: number;
}

/** A place in a source, as a browser or a service names it. */
export interface SourcePosition {
  /** An address or a path. */
  readonly file: string;
  /** From 1. */
  readonly line?: number | undefined;
  /** From 1. */
  readonly column?: number | undefined;
  /** Characters from the beginning of the file, where the line is not known. */
  readonly offset?: number | undefined;
}

/** Opens a place in the editor of the developer. Answers what went wrong, then what to do; undefined where it did open. */
export type OpenSource = (position: SourcePosition) => Promise<string | undefined>;

/** How much a span and a trace may hold; what is beyond is dropped and counted. */
export interface Limits {
  /** Attributes a span. Default: 128. */
  attributes: number;
  /** Events a span. Default: 128. */
  events: number;
  /** Links a span. Default: 128. */
  links: number;
  /** Attributes an event or link. Default: 128. */
  attributesPerEvent: number;
  /** Characters a string value. Default: Infinity. */
  attributeValueLength: number;
  /** Spans a trace. Default: 10,000. */
  spansPerTrace: number;
}

export const DEFAULT_LIMITS: Limits = {
  attributes: 128,
  events: 128,
  links: 128,
  attributesPerEvent: 128,
  attributeValueLength: Number.POSITIVE_INFINITY,
  spansPerTrace: 10_000,
};
