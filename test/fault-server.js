import { createServer } from 'node:http';
import { gunzipSync } from 'node:zlib';

/** How a receiver can behave; each says whether it has taken the spans. */
const FAULTS = {
  ok: (response) => answer(response, 200, { partialSuccess: {} }),
  partial: (response) =>
    answer(response, 200, { partialSuccess: { rejectedSpans: '1', errorMessage: 'one too many' } }),
  slow: (response) => setTimeout(() => answer(response, 200, {}), 150),
  half: (response) => {
    response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': 100 });
    response.write('{"partialSuccess":');
    setTimeout(() => response.destroy(), 20);
  },
  '429-seconds': (response) => answer(response, 429, {}, { 'Retry-After': '1' }),
  '429-date': (response) => answer(response, 429, {}, { 'Retry-After': new Date(Date.now() + 2000).toUTCString() }),
  hang: () => {},
  reset: (response) => response.socket.resetAndDestroy(),
  // The answer lacks the header that lets the page see it; set below for everything else.
  'wrong-cors': (response) => {
    response.removeHeader('Access-Control-Allow-Origin');
    answer(response, 503, {});
  },
};

const TAKES = ['ok', 'partial', 'slow', 'half'];

function answer(response, status, body, headers = {}) {
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

/**
 * An OTLP receiver that fails as it is told: `POST /KEY?faults=reset,503,ok` resets the first request for the key, answers
 * the second with 503 and takes what comes after. `GET /KEY` tells what it was sent and what it has taken.
 *
 * @returns {Promise<{ address: string, records: Map<string, object>, setDown: (down: boolean) => void, close: () => void }>}
 */
export async function startFaultServer({ port = 0, records = new Map() } = {}) {
  const recordOf = (key) => {
    if (!records.has(key)) records.set(key, { requests: [], taken: [], next: 0 });
    return records.get(key);
  };
  const server = createServer(async (request, response) => {
    response.setHeader('Access-Control-Allow-Origin', '*');
    response.setHeader('Access-Control-Allow-Headers', '*');
    response.setHeader('Access-Control-Expose-Headers', 'Retry-After');
    response.setHeader('Cache-Control', 'no-store');
    // A browser repeats by itself what was reset on a connection that had served before.
    response.setHeader('Connection', 'close');
    const { pathname, searchParams } = new URL(request.url, 'http://localhost');
    const record = recordOf(pathname);
    const faults = (searchParams.get('faults') ?? 'ok').split(',');
    const fault = () => faults[Math.min(record.next, faults.length - 1)];
    if (request.method === 'GET') return answer(response, 200, record);
    if (request.method === 'OPTIONS') {
      if (fault() === 'wrong-cors') {
        record.next++;
        response.removeHeader('Access-Control-Allow-Origin');
      }
      response.writeHead(204).end();
      return undefined;
    }
    const now = fault();
    record.next++;
    try {
      const body = await readBody(request);
      const { 'content-encoding': encoding, traceparent } = request.headers;
      record.requests.push({ fault: now, at: Date.now(), bytes: body.length, encoding, traceparent });
      if (TAKES.includes(now))
        take(record, JSON.parse(encoding === 'gzip' ? gunzipSync(body) : body), now === 'partial');
    } catch {
      return undefined; // cut off by the browser: not taken
    }
    if (FAULTS[now]) return FAULTS[now](response);
    return answer(response, Number(now), {});
  });
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${server.address().port}`,
    port: server.address().port,
    records,
    close: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}

function take(record, { resourceSpans }, butOne) {
  const spans = resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap((scope) => scope.spans.map((span) => ({ ...span, resource: resource.attributes }))),
  );
  record.taken.push(...spans.slice(butOne ? 1 : 0));
}

async function readBody(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}
