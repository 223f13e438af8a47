import { putAttribute, safeEntries, toAttributeValue } from './attribute-value.js';
import type { Span } from './span.js';
import type { Attributes } from './types.js';

/** The attributes of an event or a link as they are stored, and how many were beyond the limit. */
export function storeAttributes(
  given: Readonly<Record<string, unknown>> | undefined,
  span: Span,
): { attributes: Attributes; droppedAttributesCount?: number } {
  const attributes: Attributes = {};
  const { host } = span.trace;
  const { attributesPerEvent, attributeValueLength } = host.limits;
  const entries = safeEntries(given);
  for (const [key, value] of entries.slice(0, attributesPerEvent)) {
    const stored = host.redact(key, toAttributeValue(value, attributeValueLength), span);
    if (stored !== undefined) putAttribute(attributes, key, stored);
  }
  const over = entries.length - attributesPerEvent;
  return over > 0 ? { attributes, droppedAttributesCount: over } : { attributes };
}
