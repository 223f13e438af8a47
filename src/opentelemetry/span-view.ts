import type {
  Span as ApiSpan,
  SpanContext as ApiSpanContext,
  Attributes,
  AttributeValue,
  Exception,
  Link,
  SpanStatus,
  TimeInput,
} from '@opentelemetry/api';
import { INVALID_SPAN_CONTEXT } from '@opentelemetry/api';
import { internals } from '../core.js';
import type { SpanScope } from '../scope.js';
import type { Span } from '../trace/span.js';
import type { StatusCode } from '../trace/types.js';
import { fromApiContext, toApiContext } from './span-context.js';
import { isTimeInput, toMilliseconds } from './time.js';

/** By OpenTelemetry's `SpanStatusCode`. */
export const STATUS_CODES: readonly StatusCode[] = ['UNSET', 'OK', 'ERROR'];

/**
 * A span of ours as OpenTelemetry's API has it. Contexts hold it for as long as a listener or a socket lives; so it lets
 * go of the span once that has ended and its trace has settled, and keeps its context.
 */
export class SpanView implements ApiSpan {
  readonly scope: SpanScope;
  #span: Span | undefined;
  #context: ApiSpanContext | undefined;

  constructor(scope: SpanScope) {
    this.scope = scope;
    this.#span = scope.span;
    if (!scope.span && scope.context) this.#context = toApiContext(scope.context);
  }

  /** The span, or undefined once nothing is known of it but its context. */
  get source(): Span | undefined {
    return this.#span;
  }

  /** Its trace has settled. */
  released(): void {
    this.spanContext();
    if (this.#span?.endTime !== undefined) this.#span = undefined;
  }

  spanContext(): ApiSpanContext {
    this.#context ??= this.#span ? toApiContext(this.#span.context) : INVALID_SPAN_CONTEXT;
    return this.#context;
  }

  isRecording(): boolean {
    return this.#span?.recording ?? false;
  }

  setAttribute(key: string, value: AttributeValue): this {
    if (value !== undefined && value !== null) this.#open?.setAttribute(key, value);
    return this;
  }

  setAttributes(attributes: Attributes): this {
    this.#open?.setAttributes(withoutNothing(attributes));
    return this;
  }

  addEvent(name: string, attributesOrTime?: Attributes | TimeInput, time?: TimeInput): this {
    const attributes = isTimeInput(attributesOrTime) ? undefined : withoutNothing(attributesOrTime);
    const at = time ?? (isTimeInput(attributesOrTime) ? attributesOrTime : undefined);
    this.#open?.addEvent(name, attributes, toMilliseconds(at));
    return this;
  }

  addLink(link: Link): this {
    this.#open?.addLink(fromApiContext(link.context), withoutNothing(link.attributes));
    return this;
  }

  addLinks(links: Link[]): this {
    for (const link of links) this.addLink(link);
    return this;
  }

  /** OK is final, ERROR may still become OK, and nothing becomes UNSET, as the specification has it. */
  setStatus({ code, message }: SpanStatus): this {
    const span = this.#open;
    const status = STATUS_CODES[code];
    if (!span || !status || status === 'UNSET' || span.status === 'OK') return this;
    span.status = status;
    const text = status === 'ERROR' && typeof message === 'string' ? message : undefined;
    span.statusMessage =
      text === undefined ? text : String(span.trace.host.redact('status.message', text, span) ?? 'redacted');
    return this;
  }

  updateName(name: string): this {
    this.#open?.updateName(name);
    return this;
  }

  /** Adds the event only: the status stays as it is. */
  recordException(exception: Exception, time?: TimeInput): void {
    this.addEvent('exception', describe(exception), time);
  }

  /** Ends the span with the status that was set. What is the active context stays as it is. */
  end(time?: TimeInput): void {
    const span = this.#open;
    if (!span) return;
    span.finish(span.status, toMilliseconds(time));
    // Beyond the limit of its trace nobody else tells.
    if (span.trace.state === 'settled' || span.dropped) this.released();
  }

  /** After its end a span takes nothing more, in silence. */
  get #open(): Span | undefined {
    return this.#span?.recording ? this.#span : undefined;
  }
}

/** What shows a span; the same object each time. */
export function viewOf(scope: SpanScope): SpanView {
  scope.view ??= new SpanView(scope);
  return scope.view as SpanView;
}

/** What shows a span of the page to code that is written against `@opentelemetry/api`. */
export function toOpenTelemetrySpan(span: Span): ApiSpan {
  return viewOf(internals.scopeOf(span));
}

/** Attributes without those that say nothing, as OpenTelemetry leaves them out. */
export function withoutNothing(attributes: Attributes | undefined): Attributes {
  const kept: Attributes = {};
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (value !== undefined && value !== null) kept[key] = value;
  }
  return kept;
}

/** By the conventions for exceptions (https://opentelemetry.io/docs/specs/semconv/exceptions/exceptions-spans/). */
function describe(exception: Exception): Attributes {
  if (typeof exception !== 'object' || exception === null) return { 'exception.message': String(exception) };
  const { code, name, message, stack } = exception;
  const type = code ?? name;
  return {
    ...(type === undefined ? {} : { 'exception.type': String(type) }),
    ...(message === undefined ? {} : { 'exception.message': String(message) }),
    ...(stack === undefined ? {} : { 'exception.stacktrace': String(stack) }),
  };
}
