import { attempt } from './trace/attempt.js';
import type { Span } from './trace/span.js';
import type { Trace } from './trace/trace.js';
import { type Attributes, SPAN_KINDS, type SpanContext, type SpanKind } from './trace/types.js';
import { warnOnce } from './warn.js';

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

/** What a page gives, read once: its objects may throw when they are looked at, and what cannot be read is left out. */
export function readSpanOptions(given: SpanOptions | undefined): SpanOptions | undefined {
  if (given === undefined || given === null) return undefined;
  const kind = read(given, 'kind');
  const links = read(given, 'links');
  return {
    attributes: read(given, 'attributes'),
    kind: kind === undefined ? undefined : toKind(kind),
    links: links && attempt(() => readLinks(links), leaveOut),
    startTime: read(given, 'startTime'),
    parent: read(given, 'parent'),
    root: read(given, 'root') === true,
  } as SpanOptions;
}

/** With no function made for it: this runs for each span. */
function read<K extends keyof SpanOptions>(given: SpanOptions, option: K): SpanOptions[K] | undefined {
  try {
    return given[option];
  } catch (error) {
    return leaveOut(error);
  }
}

function leaveOut(error: unknown): undefined {
  warnOnce('an option of a span could not be read and was left out; give an object of plain values', error);
}

function readLinks(given: NonNullable<SpanOptions['links']>): SpanOptions['links'] {
  if (Array.isArray(given)) return Array.from(given, ({ context, attributes }) => ({ context, attributes }));
  warnOnce("a span's links are no array and were left out; give an array of { context, attributes }");
  return undefined;
}

function toKind(given: SpanKind): SpanKind {
  if (SPAN_KINDS.includes(given)) return given;
  warnOnce(`a span's kind is none and was taken as INTERNAL; give ${SPAN_KINDS.join(', ')}`);
  return 'INTERNAL';
}
