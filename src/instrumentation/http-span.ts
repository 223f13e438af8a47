import { mayPropagate, type UrlPattern } from '../propagation/targets.js';
import type { Span } from '../trace/span.js';
import { tracer } from '../tracer.js';
import { remark } from '../warn.js';
import { callHook } from './call-hook.js';
import { cleanUrl } from './clean-url.js';

/** What a hook is told of a request. Copies: nothing done to them changes the request. */
export interface RequestDescription {
  readonly method: string;
  readonly url: URL;
  /** Those of the page, and ours; the browser adds others. */
  readonly headers: Headers;
  /** As the page gave it; undefined where reading it would use it up: a stream, or the body of a `Request`. */
  readonly body: unknown;
}

/** What a hook is told of an answer. Its body is the page's to read, and not here; a hook that had it would drain it. */
export interface ResponseDescription {
  /** 0 where the answer is opaque. */
  readonly status: number;
  readonly statusText: string;
  /** After redirects; empty where the answer is opaque. */
  readonly url: string;
  /** Those that the page may see. */
  readonly headers: Headers;
}

/** Functions of the user that add to the spans of requests. What they throw is said once and goes no further. */
export interface RequestHooks {
  /** Called when the request has begun, with its span. */
  requestHook?: (span: Span, request: RequestDescription) => void;
  /** Called when the answer is there, before the span ends. */
  responseHook?: (span: Span, response: ResponseDescription) => void;
}

/** What the instrumentations of requests need to know. */
export interface RequestOptions {
  /** Origins besides the page's own that get a `traceparent`. */
  propagateTo: readonly UrlPattern[];
  /** Requests that make no span and get no header. */
  ignoreUrls: readonly UrlPattern[];
}

/** What a request asks for. */
export interface HttpCall {
  url: URL;
  method: string;
}

/** The methods whose case the platform normalises; any other is sent as it is written. */
export function normalizeMethod(method: string): string {
  return /^(get|head|post|put|delete|options|patch)$/i.test(method) ? method.toUpperCase() : method;
}

/** Whether a request may carry our headers; where not, the panel says what to do. */
export function propagatesTo(url: URL, { propagateTo }: RequestOptions): boolean {
  const may = mayPropagate(url, propagateTo);
  if (!may && url.protocol.startsWith('http')) {
    remark(`requests to ${url.origin} carry no traceparent; list it in propagateTo if its server may have one`);
  }
  return may;
}

/** What is recorded of an address. */
export function describeUrl(url: URL): Record<string, unknown> {
  return {
    'url.full': cleanUrl(url),
    'server.address': url.hostname,
    ...(url.port ? { 'server.port': Number(url.port) } : {}),
  };
}

/** The client span of a request, by OpenTelemetry's HTTP conventions; a child of the current span, which stays current. */
export function startHttpSpan({ url, method }: HttpCall): Span {
  return tracer.start(`${method} ${url.pathname}`, {
    kind: 'CLIENT',
    attributes: { 'http.request.method': method, ...describeUrl(url) },
  });
}

/** Tells the user's hook of a request that has begun. */
export function callRequestHook(
  source: string,
  { requestHook }: RequestHooks,
  span: Span,
  describe: () => RequestDescription,
): void {
  if (!requestHook) return;
  callHook(`${source}.requestHook`, () => {
    const request = describe();
    const isStream = typeof ReadableStream === 'function' && request.body instanceof ReadableStream;
    return requestHook(span, isStream ? { ...request, body: undefined } : request);
  });
}

/** Ends it by the answer's status; 400 and more are errors of the client's side. */
export function endHttpSpan(
  source: string,
  { responseHook }: RequestHooks,
  span: Span,
  { url }: HttpCall,
  response: ResponseDescription,
): void {
  const { status, statusText } = response;
  if (status > 0) span.setAttribute('http.response.status_code', status);
  const final = URL.canParse(response.url) && new URL(response.url);
  if (final && (final.origin !== url.origin || final.pathname !== url.pathname || final.search !== url.search))
    span.setAttribute('zonetrace.http.redirected_to', final.href);
  if (responseHook) {
    const { headers, url: responseUrl } = response;
    const told = { status, statusText, url: responseUrl, headers: new Headers(headers) };
    callHook(`${source}.responseHook`, responseHook, span, told);
  }
  if (status < 400) {
    span.finish();
    return;
  }
  span.setAttribute('error.type', String(status));
  span.finish({ code: 'ERROR', message: `HTTP ${status}${statusText ? ` ${statusText}` : ''}` });
}

/** Ends it where there was no answer, or none to its end. What the page itself called off is no error. */
export function failHttpSpan(span: Span, type: 'abort' | 'timeout' | 'error', error?: unknown): void {
  const name = (error as Error | undefined)?.name;
  if (type === 'abort' || name === 'AbortError') {
    span.setAttribute('error.type', 'AbortError');
    span.finish({ code: 'UNSET', message: 'aborted' });
    return;
  }
  span.setAttribute('error.type', type === 'timeout' ? 'TimeoutError' : (name ?? 'NetworkError'));
  if (error !== undefined) span.recordException(error).finish();
  else span.finish({ code: 'ERROR', message: type === 'timeout' ? 'timed out' : 'network error' });
}
