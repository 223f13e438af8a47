import { listenOutside } from '../zone/outside.js';
import { type ConnectionOptions, instrumentConnections } from './connections.js';
import type { RequestOptions } from './http-span.js';

/** Makes spans of each EventSource: connecting, losing and finding the connection again, closing, messages on demand. */
export function instrumentEventSource(options: ConnectionOptions, requests: RequestOptions): () => void {
  return instrumentConnections<EventSource>({
    name: 'EventSource',
    requests,
    options,
    watch: (source, connection, end) =>
      listenOutside(source, {
        open: () => connection.opened(),
        message: (event: MessageEvent) => connection.received(event),
        error() {
          if (source.readyState === EventSource.CLOSED) end();
          connection.closed({}, 'connection lost');
        },
      }),
    closed(_source, connection, end) {
      end();
      connection.closed();
    },
  });
}
