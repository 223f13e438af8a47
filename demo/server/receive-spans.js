import { createServer } from 'node:http';
import { EventStream } from '../../dist/src/receiver/event-stream.js';
import { Hub } from '../../dist/src/receiver/hub.js';
import { createReceiver } from '../../dist/src/receiver/receiver.js';

/**
 * Takes the spans of the shop's services, and hands them to its open pages.
 *
 * @returns {Promise<{ endpoint: string, serve: (response: import('node:http').ServerResponse) => void, close: () => Promise<void> }>}
 *   `endpoint`: for OTEL_EXPORTER_OTLP_ENDPOINT; `serve`: answers a page that asks for the spans
 */
export async function receiveSpans() {
  const warn = (message) => console.warn(`zonetrace: ${message}`);
  const pages = new Set();
  const hub = new Hub(() => pages, warn);
  const receiver = createReceiver({ onSpans: (spans, bytes) => hub.add(spans, bytes), warn });
  const server = createServer((request, response) => {
    receiver.middleware(request, response, () => response.writeHead(404).end());
  });
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    endpoint: `http://127.0.0.1:${server.address().port}`,
    serve(response) {
      const page = new EventStream(response);
      pages.add(page);
      response.on('close', () => pages.delete(page));
      hub.greet(page);
    },
    close() {
      hub.close();
      receiver.close();
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
