import { ZoneVariable } from './zone/variable.js';

/**
 * What the running code begins is not recorded, and its requests carry no headers: it works for tracing itself. What the
 * `redact` option writes to spans cannot be redacted either.
 */
export const suppressed = new ZoneVariable<boolean | 'redact'>({ name: 'zonetrace.suppressed' });

/**
 * Calls code of the page's that tracing asks something (a hook, a processor, an exporter). It may use this library and make
 * requests; were they recorded, it would be asked again, without end.
 */
export function runSuppressed<R>(fn: () => R, by: true | 'redact' = true): R {
  return suppressed.run(by, fn);
}
