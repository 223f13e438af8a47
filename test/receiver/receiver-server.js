import { createServer } from 'node:http';
import { createReceiver } from '../../dist/src/receiver/receiver.js';

/** A receiver on a free port of loopback, with the spans it has taken. */
export async function startReceiver({ port: wanted = 0, ...options } = {}) {
  const spans = [];
  const warnings = [];
  const receiver = createReceiver({
    onSpans: (taken) => spans.push(...taken),
    warn: (message) => warnings.push(message),
    ...options,
  });
  const server = createServer((request, response) => {
    receiver.middleware(request, response, () => response.writeHead(404).end('of somebody else'));
  });
  await new Promise((resolve) => server.listen(wanted, '127.0.0.1', resolve));
  const { port } = server.address();
  return {
    spans,
    warnings,
    port,
    url: `http://127.0.0.1:${port}`,
    get stats() {
      return receiver.stats;
    },
    /** Sends a body to `/v1/traces`. */
    post: (body, headers = {}, path = '/v1/traces') =>
      fetch(`http://127.0.0.1:${port}${path}`, {
        method: 'POST',
        body,
        headers: { 'Content-Type': 'application/json', ...headers },
      }),
    async close() {
      receiver.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** An `ExportTraceServiceRequest` in JSON. */
export function requestOf(count, size = 0, service = 'api') {
  const spans = Array.from({ length: count }, (_, i) => ({
    traceId: '5b8efff798038103d269b633813fc60c',
    spanId: (i + 1).toString(16).padStart(16, '0'),
    name: `span ${i}`,
    kind: 2,
    startTimeUnixNano: '1700000000000000000',
    endTimeUnixNano: '1700000000250000000',
    attributes: size > 0 ? [{ key: 'text', value: { stringValue: 'x'.repeat(size) } }] : [],
  }));
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: service } }] };
  return JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans }] }] });
}
