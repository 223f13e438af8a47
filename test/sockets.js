import { WebSocketServer } from 'ws';

const PATH = '/test-server/socket';

/**
 * A plugin of the test server with a real WebSocket endpoint. It echoes; `close 4001 why` makes it close, `drop` break the
 * connection off; `?greet=3` sends that many messages at once; `?tell` says what the handshake was; `?refuse` answers 403 instead; `?protocol` chooses the first.
 */
export const socketServer = {
  name: 'sockets',
  serverStart({ server }) {
    const sockets = new WebSocketServer({ noServer: true });
    sockets.on('connection', serve);
    server.on('upgrade', (request, socket, head) => {
      const { pathname, searchParams } = new URL(request.url, 'http://localhost');
      if (pathname !== PATH) return;
      if (searchParams.has('refuse')) socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
      else sockets.handleUpgrade(request, socket, head, (accepted) => sockets.emit('connection', accepted, request));
    });
  },
};

function serve(socket, request) {
  const { searchParams } = new URL(request.url, 'http://localhost');
  if (searchParams.has('tell')) socket.send(JSON.stringify({ url: request.url, headers: request.headers }));
  for (let i = 0; i < Number(searchParams.get('greet') ?? 0); i++) socket.send(`hello ${i}`);
  socket.on('message', (data, isBinary) => {
    const [command, code, reason] = isBinary ? [] : data.toString().slice(0, 100).split(' ');
    if (command === 'close') socket.close(Number(code), reason);
    else if (command === 'drop') socket.terminate();
    else socket.send(data, { binary: isBinary });
  });
}

/** A browser repeats a request in silence, up to ten times, before an attempt has failed. */
const MANY = 30;

const visits = new Map();

/**
 * An event stream that stays open: a message, one of the type `tick`, and for `?lost=key` the end of the first answer,
 * many connections that break off, and then another answer.
 */
export function sendEvents(context) {
  const { res, query } = context;
  const visit = query.lost === undefined ? 0 : (visits.get(query.lost) ?? 0) + 1;
  visits.set(query.lost, visit);
  context.respond = false;
  if (visit > 1 && visit < MANY) {
    res.destroy();
    return;
  }
  res.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
  res.write('retry: 20\n\ndata: première\n\nevent: tick\ndata: 1\n\n');
  if (visit === 1) res.end();
}
