import type {
  Span as ApiSpan,
  SpanContext as ApiSpanContext,
  Attributes,
  HrTime,
  Link,
  SpanKind,
  SpanStatus,
} from '@opentelemetry/api';
import { internals } from '../core.js';
import type { Span } from '../trace/span.js';
import type { Trace } from '../trace/trace.js';
import { type Attributes as OwnAttributes, SPAN_KINDS } from '../trace/types.js';
import { VERSION } from '../version.js';
import { toApiContext } from './span-context.js';
import { SpanView, STATUS_CODES } from './span-view.js';
import { toHrTime } from './time.js';
import { SCOPE_NAME, SCOPE_VERSION } from './tracer-provider.js';

/** OpenTelemetry's resource, as its exporters read it. */
export interface ReadableResource {
  readonly attributes: Attributes;
  readonly asyncAttributesPending: false;
  merge(other: { readonly attributes: Attributes } | null): ReadableResource;
  getRawAttributes(): [string, OwnAttributes[string]][];
}

/** OpenTelemetry's scope: what made the span. */
export interface ReadableScope {
  readonly name: string;
  readonly version?: string;
}

/** An event of a {@link ReadableSpan}. */
export interface ReadableEvent {
  readonly name: string;
  readonly time: HrTime;
  readonly attributes: Attributes;
  readonly droppedAttributesCount: number;
}

/** A span as the exporters of OpenTelemetry's SDK read it, of version 1 (`parentSpanId`, `instrumentationLibrary`) and 2. */
export interface ReadableSpan {
  readonly name: string;
  readonly kind: SpanKind;
  spanContext(): ApiSpanContext;
  readonly parentSpanContext?: ApiSpanContext;
  readonly parentSpanId?: string;
  readonly startTime: HrTime;
  readonly endTime: HrTime;
  readonly status: SpanStatus;
  readonly attributes: Attributes;
  readonly links: Link[];
  readonly events: ReadableEvent[];
  readonly duration: HrTime;
  readonly ended: boolean;
  readonly resource: ReadableResource;
  readonly instrumentationScope: ReadableScope;
  readonly instrumentationLibrary: ReadableScope;
  readonly droppedAttributesCount: number;
  readonly droppedEventsCount: number;
  readonly droppedLinksCount: number;
}

function createResource(attributes: Readonly<OwnAttributes>): ReadableResource {
  return {
    attributes: { ...attributes },
    asyncAttributesPending: false,
    merge: (other) => createResource({ ...attributes, ...(other?.attributes as OwnAttributes | undefined) }),
    getRawAttributes: () => Object.entries(attributes),
  };
}

/** Of the page and of its traces: the same object for the same attributes, as exporters group by it. */
const resources = new WeakMap<object, WeakMap<object, ReadableResource>>();

function resourceOf(page: Readonly<OwnAttributes>, { attributes }: Trace): ReadableResource {
  let byTrace = resources.get(page);
  if (!byTrace) {
    byTrace = new WeakMap();
    resources.set(page, byTrace);
  }
  let resource = byTrace.get(attributes);
  if (!resource) {
    resource = createResource({ ...page, ...attributes });
    byTrace.set(attributes, resource);
  }
  return resource;
}

const OWN_SCOPE: ReadableScope = { name: 'zonetrace', version: VERSION };

/** What a processor of OpenTelemetry's SDK is shown of a span, while it is open and after its end. */
export class SdkSpan extends SpanView implements ReadableSpan, ApiSpan {
  readonly #span: Span;
  readonly #resource: Readonly<OwnAttributes>;

  constructor(span: Span, resource: Readonly<OwnAttributes>) {
    super(internals.scopeOf(span));
    this.#span = span;
    this.#resource = resource;
  }

  get name(): string {
    return this.#span.name;
  }

  get kind(): SpanKind {
    return SPAN_KINDS.indexOf(this.#span.kind);
  }

  /** Undefined for a root; the SDK's own types have it optional, which an accessor cannot be. */
  get parentSpanContext(): ApiSpanContext {
    const { parent, parentSpanId, parentIsRemote, context } = this.#span;
    if (parent) return toApiContext(parent.context);
    if (parentSpanId === undefined) return undefined as unknown as ApiSpanContext;
    return toApiContext({ ...context, spanId: parentSpanId, isRemote: parentIsRemote });
  }

  get parentSpanId(): string {
    return this.#span.parentSpanId as string;
  }

  get startTime(): HrTime {
    return toHrTime(this.#span.startTime);
  }

  get endTime(): HrTime {
    return toHrTime(this.#span.endTime ?? 0);
  }

  get duration(): HrTime {
    return toHrTime(this.#span.duration ?? 0);
  }

  get ended(): boolean {
    return this.#span.endTime !== undefined;
  }

  get status(): SpanStatus {
    const { status, statusMessage } = this.#span;
    return { code: STATUS_CODES.indexOf(status), ...(statusMessage === undefined ? {} : { message: statusMessage }) };
  }

  get attributes(): Attributes {
    const { [SCOPE_NAME]: _name, [SCOPE_VERSION]: _version, ...attributes } = this.#span.attributes;
    return attributes;
  }

  get links(): Link[] {
    return this.#span.links.map((link) => ({
      droppedAttributesCount: 0,
      ...link,
      context: toApiContext(link.context),
    }));
  }

  get events(): ReadableEvent[] {
    return this.#span.events.map((event) => ({ droppedAttributesCount: 0, ...event, time: toHrTime(event.time) }));
  }

  get resource(): ReadableResource {
    return resourceOf(this.#resource, this.#span.trace);
  }

  get instrumentationScope(): ReadableScope {
    const { [SCOPE_NAME]: name, [SCOPE_VERSION]: version } = this.#span.attributes;
    if (typeof name !== 'string') return OWN_SCOPE;
    return typeof version === 'string' ? { name, version } : { name };
  }

  get instrumentationLibrary(): ReadableScope {
    return this.instrumentationScope;
  }

  get droppedAttributesCount(): number {
    return this.#span.droppedAttributesCount;
  }

  get droppedEventsCount(): number {
    return this.#span.droppedEventsCount;
  }

  get droppedLinksCount(): number {
    return this.#span.droppedLinksCount;
  }
}
