import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { WebSocketServer } from 'ws';
import { bundle, ROOT } from '../bench/bundle.js';

const ITEMS = JSON.stringify({ items: Array.from({ length: 20 }, (_, i) => `Item ${i}`) });

/** Answers its jobs, but for one: when that one comes it is terminated anyway. */
const ANSWER = `onmessage = ({ data }) => data.never || work(() => postMessage(data));`;
const PLAIN_WORKER = `const work = (fn) => fn(); ${ANSWER}`;
const TRACED_WORKER = `import { withSpan } from './src/worker.ts'; const work = (fn) => withSpan('job', fn); ${ANSWER}`;

const SCRIPT_TAG = '<script src="/zonetrace.script.js" data-start="false"></script>';

/**
 * Serves test/fixtures/busy, with the built script tag or (at `/?bare`) without, and everything that it asks.
 *
 * @returns {Promise<{ address: string, received: { spans: number, ids: Set<string> }, open: () => number, close: () => void }>}
 *   its address, the spans that came to its OTLP receiver, how many sockets and streams are open, and the undo
 */
export async function serveBusyPage() {
  const fixture = (name) => readFileSync(join(ROOT, 'test/fixtures/busy', name), 'utf8');
  const script = join(ROOT, 'dist/zonetrace.script.js');
  if (!existsSync(script)) throw new Error(`${script} is missing; run npm test, which builds it first`);
  const tracedWorker = await bundle(TRACED_WORKER);
  const received = { spans: 0, ids: new Set() };
  const streams = new Set();

  async function receive(request) {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const text = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
    for (const { scopeSpans } of JSON.parse(text).resourceSpans) {
      for (const { spans } of scopeSpans) {
        received.spans += spans.length;
        for (const { traceId, spanId } of spans) received.ids.add(`${traceId} ${spanId}`);
      }
    }
  }

  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url, 'http://localhost');
    const send = (type, body) => response.writeHead(200, { 'Content-Type': type }).end(body);
    if (pathname === '/v1/traces') {
      await receive(request);
      return send('application/json', '{}');
    }
    if (pathname === '/data.json') return send('application/json', ITEMS);
    if (pathname === '/worker.js') {
      const isBare = request.headers.referer?.includes('bare');
      return send('text/javascript', isBare ? PLAIN_WORKER : tracedWorker);
    }
    if (pathname === '/events') {
      streams.add(response);
      response.on('close', () => streams.delete(response));
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      return response.write('event: tick\ndata: 1\n\n'.repeat(Number(searchParams.get('count'))) || ':\n');
    }
    if (pathname === '/busy.js') return send('text/javascript', fixture('busy.js'));
    if (/^\/zonetrace[\w.-]+\.js$/.test(pathname)) {
      return send('text/javascript', readFileSync(join(ROOT, 'dist', pathname)));
    }
    return send(
      'text/html',
      fixture('index.html').replace('<!-- zonetrace -->', searchParams.has('bare') ? '' : SCRIPT_TAG),
    );
  });
  const sockets = new WebSocketServer({ server, path: '/socket' });
  sockets.on('connection', (socket) => socket.on('message', (data) => socket.send(data, { binary: false })));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${server.address().port}`,
    received,
    open: () => streams.size + sockets.clients.size,
    close() {
      sockets.close();
      server.closeAllConnections();
      server.close();
    },
  };
}
