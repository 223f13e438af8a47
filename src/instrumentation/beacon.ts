import { matchesUrl } from '../propagation/targets.js';
import { replaceMethod } from '../zone/replace.js';
import { byteLength } from './byte-length.js';
import { failHttpSpan, type RequestOptions, startHttpSpan } from './http-span.js';
import { readUrl } from './read-url.js';

type SendBeacon = (this: Navigator, ...args: unknown[]) => boolean;

/**
 * Makes a span of each `navigator.sendBeacon`: what was handed over, and whether the browser took it. A beacon has no
 * headers that a page could set, and no answer.
 */
export function instrumentBeacon({ ignoreUrls }: RequestOptions): () => void {
  return replaceMethod<SendBeacon>(Navigator.prototype, 'sendBeacon', (native) => {
    return function (...args) {
      const [address, data] = args;
      const url = typeof address === 'string' || address instanceof URL ? readUrl(address) : undefined;
      if (!url || matchesUrl(url, ignoreUrls)) return native.apply(this, args);
      const size = data === null || data === undefined ? 0 : byteLength(data);
      const span = startHttpSpan({ url, method: 'POST' });
      try {
        const isQueued = native.apply(this, args);
        span.setAttribute('beacon.queued', isQueued);
        if (size !== undefined) span.setAttribute('http.request.body.size', size);
        if (isQueued) span.finish();
        else span.finish({ code: 'ERROR', message: 'the browser did not take it: too much is waiting' });
        return isQueued;
      } catch (error) {
        failHttpSpan(span, 'error', error);
        throw error;
      }
    };
  });
}
