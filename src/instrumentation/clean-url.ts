import { cleanText } from '../trace/clean-text.js';
import { tracer } from '../tracer.js';

/**
 * The URL as it is recorded: without credentials, and without the values of parameters that carry secrets. The tracer
 * does the same to all that is stored; this is for URLs that are compared or go elsewhere.
 */
export function cleanUrl(url: URL): string {
  return cleanText(url.href, tracer.secrets);
}
