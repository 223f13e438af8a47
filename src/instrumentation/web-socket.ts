import { listenOutside } from '../zone/outside.js';
import { replaceMethod, undoAll } from '../zone/replace.js';
import { type ConnectionOptions, connectionOf, instrumentConnections } from './connections.js';
import type { RequestOptions } from './http-span.js';

/** 1005: none was given. Those from 3000 on are the page's and its server's, and mean what they agreed on. */
const isFailure = (code: number): boolean => code > 1001 && code < 3000 && code !== 1005;

/**
 * Makes spans of each WebSocket: connecting, closing with what was moved, and messages where they are asked for. The
 * platform lets no page set a header of the handshake, so the trace is not passed on.
 */
export function instrumentWebSocket(options: ConnectionOptions, requests: RequestOptions): () => void {
  const undo = instrumentConnections<WebSocket>({
    name: 'WebSocket',
    requests,
    options,
    watch: (socket, connection, end) =>
      listenOutside(socket, {
        open: () => connection.opened(socket.protocol ? { 'websocket.protocol': socket.protocol } : {}),
        message: (event: MessageEvent) => connection.received(event),
        close({ code, reason, wasClean }: CloseEvent) {
          end();
          connection.closed(
            { 'connection.close_code': code, 'connection.close_reason': reason, 'connection.clean': wasClean },
            isFailure(code) ? `closed with ${code}` : undefined,
          );
        },
      }),
  });
  const undoSend = replaceMethod<(this: WebSocket, ...args: unknown[]) => void>(
    WebSocket.prototype,
    'send',
    (native) => {
      return function (...args) {
        const isOpen = this.readyState === WebSocket.OPEN;
        native.apply(this, args);
        if (isOpen) connectionOf(this)?.sent(args[0]);
      };
    },
  );
  return undoAll([undo, undoSend]);
}
