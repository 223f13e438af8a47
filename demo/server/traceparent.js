/** https://www.w3.org/TR/trace-context-2/#traceparent-header-field-values */
const TRACEPARENT = /^([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(-.*)?$/;

/**
 * The trace and the parent span that a `traceparent` header names, or null where the header is missing or invalid.
 *
 * @param {string | string[] | undefined} header
 * @returns {{ traceId: string, parentId: string, sampled: boolean } | null}
 */
export function parseTraceparent(header) {
  if (typeof header !== 'string') return null;
  const match = TRACEPARENT.exec(header.trim());
  if (!match) return null;
  const [, version, traceId, parentId, flags, rest] = match;
  if (version === 'ff' || (version === '00' && rest !== undefined)) return null;
  if (/^0+$/.test(traceId) || /^0+$/.test(parentId)) return null;
  return { traceId, parentId, sampled: (Number.parseInt(flags, 16) & 1) === 1 };
}
