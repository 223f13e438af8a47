import type { IncomingMessage, ServerResponse } from 'node:http';

const LOCALHOST = /^https?:\/\/(localhost|[\w.-]+\.localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i;

/** Seconds for which a browser need not ask again. */
const REMEMBERED = 600;

/**
 * Lets pages of this machine, and of the listed origins, send across origins (https://fetch.spec.whatwg.org/#cors-protocol).
 * False for a page of anywhere else. What is no page has no origin, and may send.
 */
export function allowOrigin(request: IncomingMessage, response: ServerResponse, listed: readonly string[]): boolean {
  const { origin } = request.headers;
  response.setHeader('Vary', 'Origin');
  if (origin === undefined) return true;
  if (!LOCALHOST.test(origin) && !listed.includes(origin)) return false;
  response.setHeader('Access-Control-Allow-Origin', origin);
  if (request.method === 'OPTIONS') {
    response.setHeader('Access-Control-Allow-Methods', 'POST');
    response.setHeader('Access-Control-Allow-Headers', request.headers['access-control-request-headers'] ?? '*');
    response.setHeader('Access-Control-Max-Age', REMEMBERED);
  }
  return true;
}
