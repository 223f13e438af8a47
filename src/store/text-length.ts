import type { Attributes, SpanRecord } from '../trace/types.js';

/** A span of another process may have anything for a value. */
function ofValue(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (!Array.isArray(value)) return 0;
  let length = value.length;
  for (const item of value) if (typeof item === 'string') length += item.length;
  return length;
}

function ofAttributes(attributes: Readonly<Attributes>): number {
  let length = 0;
  for (const key in attributes) length += ofValue(attributes[key]);
  return length;
}

/** Characters of what a span holds that may be long: names and keys are few, and shared by many spans. */
export function textLength({ attributes, events }: SpanRecord): number {
  let length = ofAttributes(attributes);
  for (const event of events) length += ofAttributes(event.attributes);
  return length;
}
