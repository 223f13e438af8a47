import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, request as requestUpstream } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serveEcho } from './server/echo.js';

const DIST = fileURLToPath(new URL('../dist/', import.meta.url));
const PAGES = join(DIST, 'demo');

/** As strict as a careful shop would be: tracing and panel have to work under it. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'self'",
  "require-trusted-types-for 'script'",
].join('; ');

const TYPES = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.svg': 'image/svg+xml',
};

/** Headers of one connection, not of the message: https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1 */
const HOP_BY_HOP = ['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade'];

/**
 * Serves the built demo on 127.0.0.1, and passes `/api` on to the API's port, and `/v1/traces` to an OpenTelemetry
 * Collector's where there is one. `/server-spans` are the spans of the shop's services, as they come.
 *
 * @param {{ port: number, apiPort: number, collectorPort?: number, serveSpans?: (response: import('node:http').ServerResponse) => void }} options
 *   a port of 0 takes a free one
 * @returns {Promise<{ port: number, close: () => Promise<void> }>}
 */
export async function serveDemo({ port, apiPort, collectorPort, serveSpans }) {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname.startsWith('/api/')) passOn(request, response, apiPort);
    else if (collectorPort && pathname === '/v1/traces') passOn(request, response, collectorPort);
    else if (serveSpans && pathname === '/server-spans') serveSpans(response);
    else sendFile(request, response, pathname);
  });
  serveEcho(server);
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    port: server.address().port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function sendFile(request, response, pathname) {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { allow: 'GET, HEAD' }).end();
    return;
  }
  const file = await findFile(pathname);
  if (!file) {
    response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('There is no such page.\n');
    return;
  }
  response.writeHead(200, {
    'content-type': TYPES[extname(file.path)] ?? 'application/octet-stream',
    'content-length': file.size,
    'content-security-policy': CONTENT_SECURITY_POLICY,
    'cache-control': 'no-cache',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'same-origin',
  });
  if (request.method === 'HEAD') response.end();
  else
    createReadStream(file.path)
      .on('error', () => response.destroy())
      .pipe(response);
}

/** The file of an address: a page of the demo, or the library's script build and its chunks. */
async function findFile(pathname) {
  let decoded;
  try {
    decoded = decodeURIComponent(pathname);
  } catch {
    return undefined;
  }
  if (decoded.includes('\0')) return undefined;
  const isLibrary = /^\/zonetrace\.[\w.-]+$/.test(decoded);
  const root = isLibrary ? DIST : PAGES + sep;
  const path = normalize(join(root, decoded.endsWith('/') ? `${decoded}index.html` : decoded));
  if (!path.startsWith(root)) return undefined;
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() ? { path, size: found.size } : undefined;
}

function passOn(request, response, apiPort) {
  const upstream = requestUpstream({
    host: '127.0.0.1',
    port: apiPort,
    method: request.method,
    path: request.url,
    headers: withoutHopByHop(request.headers),
  });
  upstream.on('response', (answer) => {
    response.writeHead(answer.statusCode ?? 502, withoutHopByHop(answer.headers));
    answer.on('error', () => response.destroy());
    answer.pipe(response);
  });
  upstream.on('error', () => {
    if (response.headersSent) response.destroy();
    else {
      const message = 'The server behind this one does not answer.';
      response.writeHead(502, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: { code: 'no_api', message }, traceId: null }));
    }
  });
  response.on('close', () => upstream.destroy());
  request.pipe(upstream);
}

function withoutHopByHop(headers) {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.includes(name)));
}
