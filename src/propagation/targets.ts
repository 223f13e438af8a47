import { attempt } from '../trace/attempt.js';
import { ownBase, ownOrigin } from './own-origin.js';

/** Which URLs: a string matches by origin or by path prefix, never by substring; a RegExp the whole href, without credentials. */
export type UrlPattern = string | RegExp | ((url: URL) => boolean);

/** What relative URLs are relative to, in a page and in a worker. */
export function baseUrl(): string {
  return globalThis.document?.baseURI ?? location.href;
}

/** Throws where the pattern is no URL. A `base` element may be a stranger's: a relative pattern means the page's own origin. */
function matchesString(url: URL, pattern: string): boolean {
  const wanted = new URL(pattern, ownBase());
  if (url.origin !== wanted.origin) return false;
  const path = wanted.pathname;
  return path === '/' || url.pathname === path || url.pathname.startsWith(path.endsWith('/') ? path : `${path}/`);
}

/** Whether a URL is meant by one of the patterns. A pattern that throws means nothing. */
export function matchesUrl(url: URL, patterns: readonly UrlPattern[]): boolean {
  return patterns.some((pattern) =>
    attempt(() => {
      if (typeof pattern === 'string') return matchesString(url, pattern);
      const copy = withoutCredentials(url);
      // `search` starts at the beginning, and writes nothing to the page's object.
      return typeof pattern === 'function' ? pattern(copy) === true : pattern[Symbol.search](copy.href) >= 0;
    }),
  );
}

/** A copy: a name and a password may look like a host to a pattern, and a function may change what it is given. */
function withoutCredentials(url: URL): URL {
  const copy = new URL(url);
  copy.username = '';
  copy.password = '';
  return copy;
}

/** Whether a request to `url` may carry our header: same origin always, others only where they are listed. */
export function mayPropagate(url: URL, propagateTo: readonly UrlPattern[]): boolean {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return false;
  return url.origin === ownOrigin() || matchesUrl(url, propagateTo);
}
