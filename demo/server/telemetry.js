import { hostname } from 'node:os';
import {
  context,
  defaultTextMapGetter,
  defaultTextMapSetter,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';

/** ms that spans are gathered: their trace is on the screen already. */
const DELAY = 200;

const propagator = new W3CTraceContextPropagator();
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());

/**
 * Spans of a service by OpenTelemetry's SDK, which sends them where OTEL_EXPORTER_OTLP_ENDPOINT says; without it there are
 * none. Several in one process share the current span.
 */
export class Telemetry {
  #provider;
  #tracer;

  /** @param {string} service */
  constructor(service) {
    const isWanted = Boolean(process.env.OTEL_EXPORTER_OTLP_ENDPOINT);
    this.#provider = new NodeTracerProvider({
      resource: resourceFromAttributes({ 'service.name': service, 'host.name': hostname() }),
      spanProcessors: isWanted
        ? [new BatchSpanProcessor(new OTLPTraceExporter(), { scheduledDelayMillis: DELAY })]
        : [],
    });
    this.#tracer = this.#provider.getTracer('shop');
  }

  /**
   * Runs `work` inside a span, which is an error where it throws what `isFault` does not excuse.
   *
   * @template T
   * @param {string} name
   * @param {import('@opentelemetry/api').SpanOptions & { isFault?: (error: unknown) => boolean }} options
   * @param {(span: import('@opentelemetry/api').Span) => Promise<T>} work
   * @param {import('@opentelemetry/api').Context} [parent] default: the current one
   * @returns {Promise<T>}
   */
  span(name, { isFault = () => true, ...options }, work, parent = context.active()) {
    const span = this.#tracer.startSpan(name, options, parent);
    return context.with(trace.setSpan(parent, span), async () => {
      try {
        return await work(span);
      } catch (error) {
        if (isFault(error)) {
          span.recordException(/** @type {Error} */ (error));
          span.setStatus({ code: SpanStatusCode.ERROR, message: /** @type {Error} */ (error).message });
        }
        throw error;
      } finally {
        span.end();
      }
    });
  }

  /**
   * A span of a request to this service, below the span that its headers name.
   *
   * @template T
   * @param {import('node:http').IncomingMessage} request
   * @param {string} route such as `/api/products/:id`
   * @param {(span: import('@opentelemetry/api').Span) => Promise<T>} work
   */
  serve(request, route, work) {
    const caller = propagator.extract(context.active(), request.headers, defaultTextMapGetter);
    const attributes = {
      'http.request.method': request.method ?? 'GET',
      'http.route': route,
      'url.path': (request.url ?? '').replace(/\?.*$/s, ''),
      'url.scheme': 'http',
    };
    // https://opentelemetry.io/docs/specs/semconv/http/http-spans/#status: what the client did wrong is no error here.
    const isFault = (error) => !(error.status < 500);
    return this.span(`${request.method} ${route}`, { kind: SpanKind.SERVER, attributes, isFault }, work, caller);
  }

  /** Sends JSON to another service, in a span of its own, and answers its response. */
  post(url, body) {
    const { host, hostname: address, port } = new URL(url);
    const attributes = {
      'http.request.method': 'POST',
      'url.full': url,
      'server.address': address,
      'server.port': Number(port),
    };
    return this.span(`POST ${host}`, { kind: SpanKind.CLIENT, attributes }, async (span) => {
      const headers = { 'content-type': 'application/json' };
      propagator.inject(context.active(), headers, defaultTextMapSetter);
      const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
      span.setAttribute('http.response.status_code', response.status);
      if (!response.ok) span.setStatus({ code: SpanStatusCode.ERROR });
      return response;
    });
  }

  /** Sends what there is. */
  close() {
    return this.#provider.shutdown();
  }
}
