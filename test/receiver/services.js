import { createServer } from 'node:http';
import { context, defaultTextMapGetter, defaultTextMapSetter, SpanKind, trace } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';

const MINUTE = 60_000;

const propagator = new W3CTraceContextPropagator();

/**
 * Two services with OpenTelemetry's SDK: `orders`, whose clock is five minutes fast and which sends JSON, asks `stock`, whose
 * clock is three minutes slow and which sends protobuf, and has a span of a query. They know of nothing but the endpoint.
 */
export async function startServices(endpoint) {
  process.env.OTEL_EXPORTER_OTLP_ENDPOINT = endpoint;
  const stock = tracerOf('stock', new ProtobufExporter(), -3 * MINUTE);
  const orders = tracerOf('orders', new JsonExporter(), 5 * MINUTE);
  delete process.env.OTEL_EXPORTER_OTLP_ENDPOINT;

  const stockServer = await serve(stock, async (span) => {
    const query = stock.start('SELECT stock', SpanKind.CLIENT, span);
    await pause(10);
    stock.end(query);
    return 'in stock';
  });
  const ordersServer = await serve(orders, async (span) => {
    const client = orders.start('GET stock', SpanKind.CLIENT, span);
    const headers = {};
    propagator.inject(client, headers, defaultTextMapSetter);
    const text = await (await fetch(stockServer.url, { headers })).text();
    await pause(5);
    orders.end(client);
    return text;
  });

  return {
    url: ordersServer.url,
    /** A span of its own, and when it has been received. */
    async report(name) {
      const span = orders.start(name, SpanKind.SERVER, context.active());
      orders.end(span);
      await orders.provider.forceFlush();
      return trace.getSpanContext(span);
    },
    async close() {
      for (const server of [ordersServer, stockServer]) server.close();
      for (const { provider } of [orders, stock]) await provider.shutdown();
    },
  };
}

/** Spans by a clock that is wrong by some ms. */
function tracerOf(service, exporter, clockError) {
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': service }),
    spanProcessors: [new BatchSpanProcessor(exporter, { scheduledDelayMillis: 100 })],
  });
  const tracer = provider.getTracer('test');
  const now = () => performance.timeOrigin + performance.now() + clockError;
  return {
    provider,
    start(name, kind, parent) {
      return trace.setSpan(parent, tracer.startSpan(name, { kind, startTime: now() }, parent));
    },
    end: (of) => trace.getSpan(of).end(now()),
  };
}

async function serve(tracer, answer) {
  const server = createServer(async (request, response) => {
    const caller = propagator.extract(context.active(), request.headers, defaultTextMapGetter);
    const span = tracer.start(`${request.method} ${request.url}`, SpanKind.SERVER, caller);
    const text = await answer(span);
    tracer.end(span);
    response.end(text);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
