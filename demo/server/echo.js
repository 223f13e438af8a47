import { WebSocketServer } from 'ws';

/**
 * Gives a server a WebSocket that says everything back.
 *
 * @param {import('node:http').Server} server
 */
export function serveEcho(server) {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 16 * 1024 });
  sockets.on('connection', (socket) => {
    socket.on('message', (data, binary) => socket.send(data, { binary }));
    socket.on('error', () => socket.terminate());
  });
  server.on('upgrade', (request, socket, head) => {
    if (request.url === '/api/echo')
      sockets.handleUpgrade(request, socket, head, (each) => sockets.emit('connection', each));
    else socket.destroy();
  });
}
