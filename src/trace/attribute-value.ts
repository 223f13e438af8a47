import { attempt } from './attempt.js';
import type { Attributes, AttributeValue } from './types.js';

/** A converted object is for reading, not for transport: enough to recognise it. */
const MAX_NODES = 200;
const MAX_DEPTH = 6;

/**
 * Makes an attribute value of anything, without ever throwing. Strings, numbers, booleans and arrays of one of them stay
 * as they are; everything else becomes a string that a person can read: JSON for objects (cycles and throwing getters
 * named as such), decimal digits for BigInt, `<button#save>` for elements, `TypeError: message` for errors.
 */
export function toAttributeValue(value: unknown, maxLength = Number.POSITIVE_INFINITY): AttributeValue {
  switch (typeof value) {
    case 'string':
      return cut(value, maxLength);
    case 'number':
    case 'boolean':
      return value;
  }
  // A revoked proxy throws even when asked whether it is an array.
  const list = attempt(() => (Array.isArray(value) ? toArrayValue(value, maxLength) : undefined));
  return list ?? cut(describe(value), maxLength);
}

function toArrayValue(given: unknown[], maxLength: number): AttributeValue {
  const values = Array.from(given); // holes become undefined
  const type = typeof values[0];
  if ((type === 'number' || type === 'boolean') && values.every((item) => typeof item === type)) {
    return values as number[] | boolean[];
  }
  return values.map((item) => cut(typeof item === 'string' ? item : describe(item), maxLength));
}

function cut(text: string, maxLength: number): string {
  return text.length > maxLength ? text.slice(0, maxLength) : text;
}

function describe(value: unknown): string {
  return attempt(() => {
    if (typeof value === 'function') return `[Function ${value.name || 'anonymous'}]`;
    if (typeof value !== 'object' || value === null) return String(value);
    return describeObject(value);
  }, unreadable);
}

function describeObject(value: object): string {
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  const element = value as { nodeType?: unknown; localName?: unknown; id?: unknown };
  if (element.nodeType === 1) return `<${String(element.localName)}${element.id ? `#${String(element.id)}` : ''}>`;
  const budget = { nodes: MAX_NODES };
  return JSON.stringify(toPlain(value, [], budget)) ?? Object.prototype.toString.call(value);
}

function toPlain(value: unknown, ancestors: object[], budget: { nodes: number }): unknown {
  if (typeof value !== 'object' || value === null) {
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || value === null
      ? value
      : describe(value);
  }
  if (ancestors.includes(value)) return '[cycle]';
  if (ancestors.length >= MAX_DEPTH || --budget.nodes < 0) return '[…]';
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
  if (value instanceof Error || (value as Partial<Node>).nodeType !== undefined) return describe(value);
  const path = [...ancestors, value];
  if (Array.isArray(value)) return value.slice(0, MAX_NODES).map((item) => toPlain(item, path, budget));
  if (value instanceof Map) return toPlain([...value], ancestors, budget);
  if (value instanceof Set) return toPlain([...value], ancestors, budget);
  return Object.fromEntries(safeEntries(value, MAX_NODES).map(([key, item]) => [key, toPlain(item, path, budget)]));
}

/** `String(value)`, without ever throwing. */
export function toText(value: unknown): string {
  return typeof value === 'string' ? value : attempt(() => String(value), unreadable);
}

function unreadable(): string {
  return '[unreadable]';
}

/** Sets a key as an own property, `__proto__` included. */
export function putAttribute(attributes: Attributes, key: string, value: AttributeValue): void {
  if (key === '__proto__') {
    Object.defineProperty(attributes, key, { value, writable: true, enumerable: true, configurable: true });
  } else attributes[key] = value;
}

/** The entries of an object whose getters may throw; the first ones, where there are more than `most`. */
export function safeEntries(values: unknown, most?: number): [string, unknown][] {
  if (typeof values !== 'object' || values === null) return [];
  const keys = attempt(() => Object.keys(values)) ?? [];
  return keys.slice(0, most).map((key) => [
    key,
    attempt(
      () => (values as Record<string, unknown>)[key],
      () => '[throws]',
    ),
  ]);
}
