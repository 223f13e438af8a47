import { HttpDelivery, type HttpDeliveryOptions } from '../pipeline/http-delivery.js';
import type { ExportContext, SpanExporter } from '../processor.js';
import type { Span } from '../trace/span.js';
import type { Attributes } from '../trace/types.js';
import { warnOnce } from '../warn.js';
import { encodeOtlp } from './otlp-encode.js';

/** Options of an {@link OtlpHttpExporter}. */
export interface OtlpHttpExporterOptions extends HttpDeliveryOptions {}

/** Sends spans to any OpenTelemetry backend as OTLP/HTTP JSON. */
export class OtlpHttpExporter implements SpanExporter {
  readonly #delivery: HttpDelivery | undefined;
  #resource: Readonly<Attributes> = {};

  constructor(options: OtlpHttpExporterOptions) {
    try {
      if (!options.url) throw new TypeError('no url');
      this.#delivery = new HttpDelivery(options, readRejected);
    } catch (error) {
      warnOnce(
        'OtlpHttpExporter was given no valid url or headers and sends nothing; give it the address, as /v1/traces',
        error,
      );
    }
  }

  start(context: ExportContext): void {
    this.#resource = context.resource;
    this.#delivery?.start(context);
  }

  async export(spans: readonly Span[]): Promise<void> {
    await this.#delivery?.deliver(spans, (part) => encodeOtlp(part, this.#resource));
  }

  async shutdown(): Promise<void> {
    await this.#delivery?.shutdown();
  }
}

/** OTLP's partial success (https://opentelemetry.io/docs/specs/otlp/#partial-success-1). */
async function readRejected(response: Response): Promise<number> {
  const answer = (await response.json()) as { partialSuccess?: { rejectedSpans?: string | number } } | null;
  return Number(answer?.partialSuccess?.rejectedSpans ?? 0);
}
