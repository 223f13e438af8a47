import { attempt } from '../trace/attempt.js';

/** Which URLs: a string matches by origin or by path prefix, never by substring; a RegExp the whole href. */
export type UrlPattern = string | RegExp | ((url: URL) => boolean);

/** What relative URLs are relative to, in a page and in a worker. */
export function baseUrl(): string {
  return globalThis.document?.baseURI ?? location.href;
}

/** Throws where the pattern is no URL. */
function matchesString(url: URL, pattern: string): boolean {
  const wanted = new URL(pattern, baseUrl());
  if (url.origin !== wanted.origin) return false;
  const path = wanted.pathname;
  return path === '/' || url.pathname === path || url.pathname.startsWith(path.endsWith('/') ? path : `${path}/`);
}

/** Whether a URL is meant by one of the patterns. A pattern that throws means nothing. */
export function matchesUrl(url: URL, patterns: readonly UrlPattern[]): boolean {
  return patterns.some((pattern) =>
    attempt(() => {
      if (typeof pattern === 'string') return matchesString(url, pattern);
      if (typeof pattern === 'function') return pattern(url) === true;
      pattern.lastIndex = 0;
      return pattern.test(url.href);
    }),
  );
}

/** Whether a request to `url` may carry our header: same origin always, others only where they are listed. */
export function mayPropagate(url: URL, propagateTo: readonly UrlPattern[]): boolean {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return false;
  return url.origin === location.origin || matchesUrl(url, propagateTo);
}
