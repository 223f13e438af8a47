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

/** A record that is read from a text when more than its columns is looked at. */
export interface WrittenRecord extends SpanRecord {
  /**
   * False where no status message, attribute or event can have a word (lower case) in it, which takes less time to find out than
   * to read them.
   */
  mayHave(word: string): boolean;
}

function mayHave(record: SpanRecord | WrittenRecord, word: string): boolean {
  return !('mayHave' in record) || record.mayHave(word);
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
    (mayHave(record, word) && hasWithin(record, has)) ||
    (ID_PART.test(word) && (record.context.spanId.includes(word) || record.context.traceId.includes(word)))
  );
}

function hasWithin({ statusMessage, attributes, events }: SpanRecord, has: (text: string) => boolean): boolean {
  return (
    (statusMessage !== undefined && has(statusMessage)) ||
    hasAttribute(attributes, has) ||
    events.some((event) => has(event.name) || hasAttribute(event.attributes, has))
  );
}

function hasAttribute(attributes: Readonly<Attributes>, has: (text: string) => boolean): boolean {
  for (const key in attributes) if (has(`${key}=${attributes[key]}`)) return true;
  return false;
}
