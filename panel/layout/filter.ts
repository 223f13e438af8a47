import type { Attributes, SpanRecord } from '../../src/trace/types.js';

/** Words that a span must have, each of them somewhere; undefined for a text without words. */
export type Filter = readonly string[] | undefined;

/** An id or a part of one: only then are ids compared, as asking a span for its id makes one. */
const ID_PART = /^[0-9a-f]{4,32}$/;

export function parseFilter(text: string): Filter {
  const words = (text.toLowerCase().match(/"[^"]+"|\S+/g) ?? []).map((word) =>
    word.length > 2 && word.startsWith('"') && word.endsWith('"') ? word.slice(1, -1) : word,
  );
  return words.length > 0 ? words : undefined;
}

/** The filter's text for a name, as one phrase: what stands in quotation marks is one word. */
export function phraseOf(name: string): string {
  return name.includes('"') ? name : `"${name}"`;
}

/** Whether each word is in the name, the service, the kind, the status, an attribute (`key=value`), an event or an id. */
export function matchesFilter(filter: readonly string[], record: SpanRecord, service: string): boolean {
  return filter.every((word) => hasWord(word, record, service));
}

function hasWord(word: string, record: SpanRecord, service: string): boolean {
  const has = (text: string) => text.toLowerCase().includes(word);
  return (
    has(record.name) ||
    has(service) ||
    has(record.kind) ||
    has(record.status) ||
    (record.statusMessage !== undefined && has(record.statusMessage)) ||
    hasAttribute(record.attributes, has) ||
    record.events.some((event) => has(event.name) || hasAttribute(event.attributes, has)) ||
    (ID_PART.test(word) && (record.context.spanId.includes(word) || record.context.traceId.includes(word)))
  );
}

function hasAttribute(attributes: Readonly<Attributes>, has: (text: string) => boolean): boolean {
  for (const key in attributes) if (has(`${key}=${attributes[key]}`)) return true;
  return false;
}
