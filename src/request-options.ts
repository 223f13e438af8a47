import type { RequestOptions } from './instrumentation/http-span.js';
import type { TracingOptions } from './options.js';
import type { UrlPattern } from './propagation/targets.js';
import { runSuppressed, suppressedBy } from './suppressed.js';

/** What the sources of requests need to know, of the options; requests that work for tracing itself are ignored. */
export function readRequestOptions({ propagateTo, ignoreUrls }: TracingOptions): RequestOptions & { stop(): void } {
  let hasStopped = false;
  return {
    propagateTo: askSuppressed(propagateTo),
    ignoreUrls: [() => hasStopped || Boolean(suppressedBy()), ...askSuppressed(ignoreUrls)],
    /** For wrappers that somebody has patched over, and that therefore stay. */
    stop() {
      hasStopped = true;
    },
  };
}

/** Patterns that are functions may make requests, about which they are not asked. */
function askSuppressed(patterns: readonly UrlPattern[] = []): readonly UrlPattern[] {
  return patterns.map((pattern) =>
    typeof pattern === 'function' ? (url: URL) => runSuppressed(() => pattern(url)) : pattern,
  );
}
