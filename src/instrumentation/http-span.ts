import type { UrlPattern } from '../propagation/targets.js';
import type { Span } from '../trace/span.js';
import { tracer } from '../tracer.js';
import { cleanUrl } from './clean-url.js';

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

/** Ends it by the answer's status; 400 and more are errors of the client's side. */
export function endHttpSpan(span: Span, status: number, statusText: string): void {
  if (status > 0) span.setAttribute('http.response.status_code', status);
  if (status < 400) {
    span.finish();
    return;
  }
  span.setAttribute('error.type', String(status));
  span.finish({ code: 'ERROR', message: `HTTP ${status}${statusText ? ` ${statusText}` : ''}` });
}

/** Ends it where there was no answer. What the page itself called off is no error. */
export function failHttpSpan(span: Span, type: 'abort' | 'timeout' | 'error', error?: unknown): void {
  if (type === 'abort') {
    span.setAttribute('error.type', 'AbortError');
    span.finish({ code: 'UNSET', message: 'aborted' });
    return;
  }
  const name = (error as Error | undefined)?.name;
  span.setAttribute('error.type', type === 'timeout' ? 'TimeoutError' : (name ?? 'NetworkError'));
  if (error !== undefined) span.recordException(error).finish();
  else span.finish({ code: 'ERROR', message: type === 'timeout' ? 'timed out' : 'network error' });
}
