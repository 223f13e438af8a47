import { ownOrigin } from '../propagation/own-origin.js';
import { remark } from '../warn.js';

/**
 * The platform takes our header along where a server redirects to another origin, and lets the whole request fail where
 * that origin does not allow it in CORS (https://fetch.spec.whatwg.org/#http-redirect-fetch): what worked without us would
 * not work with us. No script sees where a redirect leads. So a request that fails with our header goes again without it
 * where that is safe; else the next one does. What is redirected to another origin then never gets the header again.
 * Of each path what is known, or until when (performance.now()) nothing is suspected.
 */
const refused = new Map<string, 'suspected' | 'known' | number>();

/** Paths; the oldest is asked anew. */
const MOST_PATHS = 500;

/** ms without a suspicion after a request that failed without our header too. */
const DOWN = 60_000;

const keyOf = ({ origin, pathname }: URL): string => origin + pathname;

/** Whether our header may break a request for this path. */
export function refusesHeaders(url: URL): boolean {
  return typeof refused.get(keyOf(url)) === 'string';
}

/** A request has failed in the network; `carried`: with our header. True where the header may be why. */
export function noteFailure(url: URL, carried: boolean): boolean {
  const key = keyOf(url);
  const state = refused.get(key);
  if (!carried) {
    if (state === 'suspected') refused.set(key, performance.now() + DOWN);
    return false;
  }
  if (performance.now() < Number(state)) return false;
  refused.set(key, 'suspected');
  if (refused.size > MOST_PATHS) refused.delete(refused.keys().next().value as string);
  return true;
}

/** A request without our header got an answer, from `finalUrl` after redirects. */
export function noteAnswer(url: URL, finalUrl: string): void {
  const key = keyOf(url);
  if (refused.get(key) !== 'suspected') return;
  refused.delete(key);
  if (!URL.canParse(finalUrl) || new URL(finalUrl).origin === ownOrigin()) return;
  refused.set(key, 'known');
  remark(
    `${key} leads to another origin that refuses the traceparent, and goes without it; let that server allow the header`,
  );
}
