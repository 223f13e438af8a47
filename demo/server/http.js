import { parseTraceparent } from './traceparent.js';

/** The largest body that a route of the shop needs is some 200 bytes. */
const MAX_BODY_BYTES = 16 * 1024;

/** An answer that is not 2xx: thrown by a route, sent as JSON. */
export class HttpError extends Error {
  /**
   * @param {number} status
   * @param {string} code for programs
   * @param {string} message for people
   * @param {Record<string, string>} [headers]
   */
  constructor(status, code, message, headers = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

/**
 * One request on its way through a route.
 *
 * @typedef {object} Exchange
 * @property {import('node:http').IncomingMessage} request
 * @property {import('node:http').ServerResponse} response
 * @property {URLSearchParams} query
 * @property {Record<string, string>} params what the `:names` of the route's path stand for
 * @property {string | null} traceId of the trace that the request belongs to
 * @property {() => Promise<Record<string, unknown>>} body
 */

/**
 * @typedef {(exchange: Exchange) => Promise<object | undefined>} Handler answers the JSON to send, or undefined where
 *   it has written the response itself
 */

/**
 * @typedef {object} Route
 * @property {string} method
 * @property {string} path such as `/api/products/:id`
 * @property {Handler} handle
 * @property {number} [status] of the answer; 200 where not given
 */

/**
 * Makes a listener for `node:http` out of routes, each of whose requests is a span. Every answer carries the id of the trace
 * that the server saw, in the header `x-trace-id` and in the JSON as `traceId`.
 *
 * @param {Route[]} routes
 * @param {import('./telemetry.js').Telemetry} telemetry
 * @returns {import('node:http').RequestListener}
 */
export function createListener(routes, telemetry) {
  const patterns = routes.map((route) => ({ route, segments: route.path.split('/') }));

  return async (request, response) => {
    const traceId = parseTraceparent(request.headers.traceparent)?.traceId ?? null;
    response.setHeader('cache-control', 'no-store');
    response.setHeader('x-content-type-options', 'nosniff');
    if (traceId) response.setHeader('x-trace-id', traceId);
    try {
      const url = new URL(request.url ?? '/', 'http://localhost');
      const { route, params } = findRoute(patterns, request.method ?? 'GET', url.pathname);
      const body = () => readJson(request);
      const exchange = { request, response, query: url.searchParams, params, traceId, body };
      await telemetry.serve(request, route.path, async (span) => {
        try {
          const answer = await route.handle(exchange);
          if (answer) sendJson(response, route.status ?? 200, { ...answer, traceId });
          span.setAttribute('http.response.status_code', response.statusCode);
        } catch (error) {
          span.setAttribute('http.response.status_code', error instanceof HttpError ? error.status : 500);
          throw error;
        }
      });
    } catch (error) {
      sendError(response, error, traceId);
    }
  };
}

function findRoute(patterns, method, pathname) {
  const parts = pathname.split('/');
  const samePath = patterns.filter(({ segments }) => matches(segments, parts));
  if (samePath.length === 0) throw new HttpError(404, 'not_found', `There is nothing at ${pathname}.`);
  const found = samePath.find(({ route }) => route.method === method);
  if (!found) {
    const allow = samePath.map(({ route }) => route.method).join(', ');
    throw new HttpError(405, 'method_not_allowed', `${method} is not possible here; use ${allow}.`, { allow });
  }
  const params = {};
  found.segments.forEach((segment, i) => {
    if (segment.startsWith(':')) params[segment.slice(1)] = decode(parts[i]);
  });
  return { route: found.route, params };
}

function matches(segments, parts) {
  return segments.length === parts.length && segments.every((segment, i) => segment[0] === ':' || segment === parts[i]);
}

function decode(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new HttpError(400, 'bad_path', 'The address is not well encoded.');
  }
}

async function readJson(request) {
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) {
    throw new HttpError(415, 'unsupported_media_type', 'Send the body as application/json.');
  }
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) {
      throw new HttpError(413, 'too_large', `A body may have ${MAX_BODY_BYTES} bytes.`, { connection: 'close' });
    }
    chunks.push(chunk);
  }
  let value;
  try {
    value = JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw new HttpError(400, 'bad_json', 'The body is not JSON.');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new HttpError(400, 'bad_json', 'The body must be a JSON object.');
  }
  return value;
}

function sendJson(response, status, value) {
  const text = JSON.stringify(value);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

function sendError(response, error, traceId) {
  if (!(error instanceof HttpError)) console.error(error);
  if (response.headersSent) {
    response.destroy(); // a broken body is the only sign left to give
    return;
  }
  const known = error instanceof HttpError ? error : new HttpError(500, 'internal', 'The shop made a mistake.');
  for (const [name, value] of Object.entries(known.headers)) response.setHeader(name, value);
  sendJson(response, known.status, { error: { code: known.code, message: known.message }, traceId });
}
