import type { Attributes, SpanRecord } from './types.js';

/** Characters in the spans that one queue may hold: the page makes them as long as it likes. At most two bytes each. */
export const MAX_QUEUED_TEXT = 20_000_000;

const ofText = (value: unknown): number => (typeof value === 'string' ? value.length : 0);

/** A span of another process may have anything for a value. */
function ofAttributes(attributes: Readonly<Attributes>): number {
  let length = 0;
  for (const key in attributes) {
    const value = attributes[key];
    length += ofText(value);
    if (Array.isArray(value)) for (const item of value) length += 1 + ofText(item);
  }
  return length;
}

/** Characters of what a span holds that may be long: the keys of attributes are few, and shared by many spans. */
export function textLength({ name, statusMessage, attributes, events, links }: SpanRecord): number {
  let length = name.length + ofText(statusMessage) + ofAttributes(attributes);
  for (const event of events) length += event.name.length + ofAttributes(event.attributes);
  for (const link of links) length += ofAttributes(link.attributes);
  return length;
}
