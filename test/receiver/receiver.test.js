import assert from 'node:assert/strict';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, TraceFlags, trace } from '@opentelemetry/api';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { hostileBodies, PROTOBUF } from './hostile-bodies.js';
import { requestOf, startReceiver } from './receiver-server.js';

const GZIP = { 'Content-Encoding': 'gzip' };

describe('what a real SDK sends', () => {
  for (const [name, Exporter] of [
    ['JSON', JsonExporter],
    ['protobuf', ProtobufExporter],
  ]) {
    for (const compression of ['none', 'gzip']) {
      it(`comes whole as ${name}, compression ${compression}`, async () => {
        const receiver = await startReceiver();
        const exporter = new Exporter({ url: `${receiver.url}/v1/traces`, compression });
        const provider = new NodeTracerProvider({
          resource: resourceFromAttributes({ 'service.name': 'orders', 'host.name': 'left' }),
          spanProcessors: [new BatchSpanProcessor(exporter)],
        });
        const traceId = 'ab'.repeat(16);
        const start = 1_700_000_000_123;
        const span = provider.getTracer('test').startSpan(
          'GET /orders',
          {
            kind: SpanKind.SERVER,
            startTime: start,
            attributes: {
              text: 'Grüße',
              'a.true': true,
              int: -7,
              large: 2 ** 45,
              half: 0.5,
              list: ['a', 'b'],
              numbers: [1, 2.5],
              'not.a.number': Number.NaN,
            },
            links: [
              {
                context: { traceId: 'cd'.repeat(16), spanId: 'ef'.repeat(8), traceFlags: 1 },
                attributes: { why: 'queue' },
              },
            ],
          },
          contextOf({ traceId, spanId: '12'.repeat(8), traceFlags: TraceFlags.SAMPLED, isRemote: true }),
        );
        span.addEvent('row', { count: 3 }, start + 1);
        span.setStatus({ code: SpanStatusCode.ERROR, message: 'no stock' });
        span.end(start + 40);
        await provider.forceFlush();
        await provider.shutdown();
        await receiver.close();

        assert.equal(receiver.spans.length, 1);
        const [{ record, service }] = receiver.spans;
        assert.equal(service, 'orders');
        assert.equal(record.name, 'GET /orders');
        assert.equal(record.kind, 'SERVER');
        const { spanId } = span.spanContext();
        assert.deepEqual(record.context, { traceId, spanId, traceFlags: 1, isRemote: false });
        assert.equal(record.parentSpanId, '12'.repeat(8));
        assert.equal(record.parentIsRemote, true);
        assert.equal(record.startTime, start);
        assert.equal(record.endTime, start + 40);
        assert.equal(record.status, 'ERROR');
        assert.equal(record.statusMessage, 'no stock');
        const { text, int, large, half, list, numbers, 'a.true': isTrue, 'host.name': host } = record.attributes;
        assert.deepEqual(
          { text, int, large, half, list, numbers, isTrue, host },
          {
            text: 'Grüße',
            int: -7,
            large: 2 ** 45,
            half: 0.5,
            list: ['a', 'b'],
            numbers: [1, 2.5],
            isTrue: true,
            host: 'left',
          },
        );
        if (name === 'protobuf') assert.equal(record.attributes['not.a.number'], 'NaN');
        assert.deepEqual(
          record.events.map(({ name: event, time, attributes }) => [event, time, { ...attributes }]),
          [['row', start + 1, { count: 3 }]],
        );
        assert.equal(record.links[0].context.traceId, 'cd'.repeat(16));
        assert.deepEqual({ ...record.links[0].attributes }, { why: 'queue' });
        // As it goes to the pages.
        assert.equal(JSON.parse(JSON.stringify(record)).attributes.half, 0.5);
      });
    }
  }
});

describe('a body that is none', () => {
  let receiver;
  before(async () => {
    receiver = await startReceiver({ limits: { bytes: 200_000, time: 500 } });
  });
  after(async () => {
    assert.equal((await receiver.post(requestOf(1))).status, 200, 'the receiver is up after all of them');
    assert.deepEqual(receiver.warnings, [], 'none of them was a fault of the receiver');
    await receiver.close();
  });

  for (const [name, body, headers, status] of hostileBodies(200_000)) {
    it(`is refused with ${status}: ${name}`, async () => {
      const taken = receiver.spans.length;
      const before = receiver.stats.refused[status] ?? 0;
      const response = await receiver.post(body, headers);
      assert.equal(response.status, status);
      const type = headers['Content-Type'] === PROTOBUF ? PROTOBUF : 'application/json';
      assert.equal(response.headers.get('content-type'), type);
      const answer = Buffer.from(await response.arrayBuffer());
      if (type === PROTOBUF) assert.equal(answer[0], 0x12, 'a google.rpc.Status with a message');
      else assert.ok(JSON.parse(answer).message.length > 10);
      assert.equal(receiver.stats.refused[status], before + 1);
      assert.equal(receiver.spans.length, taken);
      if (status === 403) assert.equal(response.headers.get('access-control-allow-origin'), null);
    });
  }

  it('is refused where it does not come: 408', async () => {
    const request = httpRequest({
      port: receiver.port,
      host: '127.0.0.1',
      path: '/v1/traces',
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Content-Length': 1000 },
    });
    request.on('error', () => {});
    request.write('{');
    const response = await new Promise((resolve) => request.on('response', resolve));
    assert.equal(response.statusCode, 408);
    request.destroy();
  });

  it('holds nothing when the client goes away in the middle', async () => {
    const before = receiver.stats.refused[400];
    const socket = connect(receiver.port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write(
      'POST /v1/traces HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{',
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.destroy();
    await until(() => receiver.stats.refused[400] === before + 1);
  });

  it('has methods, preflights and paths answered as they should be', async () => {
    const url = `${receiver.url}/v1/traces`;
    const get = await fetch(url);
    assert.equal(get.status, 405);
    assert.equal(get.headers.get('allow'), 'POST, OPTIONS');
    const headers = { Origin: 'http://localhost:5173', 'Access-Control-Request-Headers': 'content-type,x-key' };
    const preflight = await fetch(url, { method: 'OPTIONS', headers });
    assert.equal(preflight.status, 204);
    assert.equal(preflight.headers.get('access-control-allow-origin'), 'http://localhost:5173');
    assert.equal(preflight.headers.get('access-control-allow-headers'), 'content-type,x-key');
    const post = await receiver.post(requestOf(1), { Origin: 'http://shop.localhost:3000' });
    assert.equal(post.headers.get('access-control-allow-origin'), 'http://shop.localhost:3000');
    assert.equal((await fetch(`${receiver.url}/v1/other`)).status, 404);
    assert.equal((await receiver.post('{}', {}, '/v1/metrics')).status, 200);
  });
});

describe('too much', () => {
  it('of spans in a second is rejected, told to the sender in its own encoding, and counted', async () => {
    const receiver = await startReceiver({ limits: { spansPerSecond: 50 } });
    const first = await receiver.post(requestOf(40));
    assert.deepEqual(await first.json(), {});
    const { partialSuccess } = await (await receiver.post(requestOf(400))).json();
    const rejected = Number(partialSuccess.rejectedSpans);
    assert.ok(rejected > 300 && rejected <= 390, `${rejected} rejected`);
    assert.match(partialSuccess.errorMessage, /50 spans a second/);
    const { spans, rejectedSpans } = receiver.stats;
    assert.equal(rejectedSpans, rejected);
    assert.equal(spans, 440 - rejected);
    assert.equal(receiver.spans.length, spans);
    assert.equal(receiver.warnings.length, 1);
    await receiver.close();
  });

  it('of bodies at once is refused with 503, to be sent again', async () => {
    const receiver = await startReceiver({ limits: { heldBytes: 20_000, requests: 3 } });
    const open = Array.from({ length: 4 }, () => {
      const request = httpRequest({
        port: receiver.port,
        host: '127.0.0.1',
        path: '/v1/traces',
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'Content-Length': 50_000 },
      });
      request.on('error', () => {});
      request.write(' '.repeat(6000));
      return { request, response: new Promise((resolve) => request.on('response', resolve)) };
    });
    const refused = await Promise.any(open.map(({ response }) => response));
    assert.equal(refused.statusCode, 503);
    assert.equal(refused.headers['retry-after'], '1');
    for (const { request } of open) request.destroy();
    await until(async () => (await receiver.post(requestOf(1))).status === 200);
    await receiver.close();
  });

  it('for three seconds leaves the memory bounded, and every span is accounted for', async () => {
    const receiver = await startReceiver({ onSpans: () => {}, limits: { spansPerSecond: 4000 } });
    const body = gzipSync(requestOf(500, 100));
    const heapBefore = usedHeap();
    const end = Date.now() + 3000;
    let sent = 0;
    let told = 0;
    const send = async () => {
      while (Date.now() < end) {
        const response = await receiver.post(body, GZIP);
        assert.equal(response.status, 200);
        sent += 500;
        told += Number((await response.json()).partialSuccess?.rejectedSpans ?? 0);
      }
    };
    await Promise.all(Array.from({ length: 8 }, send));
    const { spans, rejectedSpans } = receiver.stats;
    const growth = usedHeap() - heapBefore;
    assert.equal(spans + rejectedSpans, sent);
    assert.equal(rejectedSpans, told);
    assert.ok(spans <= 4000 * 5, `${spans} spans were let through`);
    assert.ok(sent > spans, 'more was sent than is let through');
    assert.ok(growth < 60_000_000, `the heap grew by ${growth} bytes over ${sent} spans`);
    await receiver.close();
  });
});

describe('a collector behind it', () => {
  it('gets what came as it came, also where it is not there at first', async () => {
    let collector = await startReceiver();
    const { port, url } = collector;
    await collector.close();
    const receiver = await startReceiver({ forward: { url: `${url}/`, headers: { Origin: 'http://localhost' } } });
    await receiver.post(gzipSync(requestOf(3)), GZIP);
    await receiver.post('{}', {}, '/v1/metrics');
    collector = await startReceiver({ port });
    await until(() => receiver.stats.forward.forwarded === 2);
    assert.equal(collector.spans.length, 3);
    assert.equal(collector.spans[0].service, 'api');
    assert.deepEqual(receiver.stats.forward, { forwarded: 2, lost: 0 });
    await receiver.close();
    await collector.close();
  });

  it('that refuses is told of once, and what it did not get is counted', async () => {
    const collector = await startReceiver({ limits: { bytes: 100 } });
    const receiver = await startReceiver({ forward: collector.url });
    for (let i = 0; i < 3; i++) assert.equal((await receiver.post(requestOf(2))).status, 200);
    await until(() => receiver.stats.forward.lost === 3);
    assert.equal(receiver.warnings.length, 1);
    assert.match(receiver.warnings[0], /could not be forwarded.*413/);
    assert.equal(receiver.spans.length, 6);
    await receiver.close();
    await collector.close();
  });
});

/** A context of OpenTelemetry whose span is remote. */
function contextOf(spanContext) {
  return trace.setSpanContext(ROOT_CONTEXT, spanContext);
}

function usedHeap() {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

async function until(isTrue) {
  for (const end = Date.now() + 15_000; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 20))) {
    if (await isTrue()) return;
  }
  assert.fail(`${isTrue} did not come true`);
}
