import { attachQuietly } from '../zone/quiet.js';
import { instrumentConnections } from './connections.js';
import type { RequestOptions } from './http-span.js';

/** Makes spans of each WebTransport: connecting and closing. Its streams are the page's own; no header can be set. */
export function instrumentWebTransport(requests: RequestOptions): () => void {
  return instrumentConnections<WebTransport>({
    name: 'WebTransport',
    requests,
    watch(transport, connection, end) {
      let active = true;
      // By the specification nobody hears of the rejections of these two that nobody handles
      // (https://www.w3.org/TR/webtransport/#webtransport-cleanup), so that attaching to them changes nothing.
      attachQuietly(transport.ready, (error) => {
        if (active && error === undefined) connection.opened();
      });
      attachQuietly(transport.closed, (info) => {
        if (!active) return;
        end();
        const { closeCode, reason } = info as Partial<WebTransportCloseInfo>;
        if (info instanceof Error) connection.closed({}, info.message, info);
        else connection.closed({ 'connection.close_code': closeCode ?? 0, 'connection.close_reason': reason ?? '' });
      });
      return () => {
        active = false;
      };
    },
  });
}
