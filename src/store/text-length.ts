import type { Attributes, AttributeValue, SpanRecord } from '../trace/types.js';

function ofValue(value: AttributeValue): number {
  if (typeof value === 'string') return value.length;
  return typeof value === 'object' ? value.reduce<number>((sum, item) => sum + ofValue(item), value.length) : 0;
}

function ofAttributes(attributes: Readonly<Attributes>): number {
  let length = 0;
  for (const key in attributes) length += ofValue(attributes[key] as AttributeValue);
  return length;
}

/** Characters of what a span holds that may be long: names and keys are few, and shared by many spans. */
export function textLength({ attributes, events }: SpanRecord): number {
  let length = ofAttributes(attributes);
  for (const event of events) length += ofAttributes(event.attributes);
  return length;
}
