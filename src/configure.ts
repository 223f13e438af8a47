import { guardProcessor } from './guard-processor.js';
import { readLimits, type ServiceOptions, type TracingOptions } from './options.js';
import { ExportProcessor } from './pipeline/export-processor.js';
import { withPatience } from './pipeline/patience.js';
import { isSampled } from './pipeline/sampler.js';
import type { SpanProcessor } from './processor.js';
import { describeResource } from './resource.js';
import { putAttribute, toAttributeValue, toText } from './trace/attribute-value.js';
import { secretParameters } from './trace/clean-text.js';
import type { Attributes } from './trace/types.js';
import { tracer } from './tracer.js';
import { warnOnce } from './warn.js';
import { NativePromise } from './zone/native.js';

/** What spans go through, and the part of it that exports. */
export interface Configured {
  readonly processors: readonly SpanProcessor[];
  readonly exporting: ExportProcessor;
}

/** Sets the tracer up by valid options, in a page or a worker. */
export function configure(options: TracingOptions, defaultService: string): Configured {
  const given = options.service;
  const service: ServiceOptions = { name: defaultService, ...(typeof given === 'string' ? { name: given } : given) };
  tracer.service = toText(service.name);
  tracer.limits = readLimits(options.limits);
  tracer.redactor = options.redact;
  tracer.propagators = options.propagators ?? ['tracecontext', 'baggage'];
  tracer.secrets = secretParameters(options.redactParameters);
  const { sampler = 'always' } = options;
  tracer.sampler =
    sampler === 'always'
      ? undefined
      : (trace, name, parent) =>
          isSampled(sampler, {
            name,
            parent,
            get sessionId() {
              return String(trace.attributes['session.id']);
            },
            get traceId() {
              return trace.traceId;
            },
          });
  tracer.settleTimer = options.settleTimer ?? 1000;
  tracer.settling.maxTraceDuration = options.maxTraceDuration ?? 30_000;
  // The panel shows what became of the spans; it draws when the store changes.
  const resource = resourceOf(service);
  const exporting = new ExportProcessor(options.exporters ?? [], resource, options.tail, () => tracer.store?.changed());
  tracer.processors = [...(options.processors ?? []).map(guardProcessor), exporting];
  for (const processor of tracer.processors) void guard(async () => processor.start?.({ resource }));
  return { processors: tracer.processors, exporting };
}

/** As `redact` lets it be. */
function resourceOf(service: ServiceOptions): Attributes {
  const resource: Attributes = {};
  for (const [name, value] of Object.entries(describeResource(service))) {
    const stored = tracer.redact(name, toAttributeValue(value));
    if (stored !== undefined) putAttribute(resource, name, stored);
  }
  return resource;
}

/** Resolves when everything recorded so far has been handed on. */
export async function flushAll(processors: readonly SpanProcessor[]): Promise<void> {
  await NativePromise.all(processors.map((processor) => guard(() => processor.forceFlush())));
}

/** Undoes {@link configure}: settles the live traces, and resolves when everything has been handed on. */
export async function shutDown(processors: readonly SpanProcessor[]): Promise<void> {
  tracer.settling.settleAll();
  tracer.processors = [];
  tracer.redactor = undefined;
  tracer.sampler = undefined;
  tracer.page = undefined;
  await NativePromise.all(processors.map((processor) => guard(() => processor.shutdown())));
}

async function guard(call: () => Promise<void>): Promise<void> {
  try {
    await withPatience(call());
  } catch (error) {
    warnOnce('a span processor failed to start or to flush; its spans may be lost', error);
  }
}
