import { baseUrl } from '../propagation/targets.js';
import { attempt } from '../trace/attempt.js';

/** The URL that a text or URL means in this document; undefined for others, and for those that the platform refuses. */
export function readUrl(address: unknown): URL | undefined {
  if (typeof address !== 'string' && !(address instanceof URL)) return undefined;
  return attempt(() => new URL(String(address), baseUrl()));
}
