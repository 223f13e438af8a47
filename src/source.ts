/**
 * `zonetrace/source`: what `zonetrace/vite` writes into sources calls it (`names`, `positions`). It imports nothing and does
 * nothing where no tracing runs: sources are also loaded in workers.
 * @module zonetrace/source
 */
import type { Span } from './trace/span.js';
import type { Attributes } from './trace/types.js';

/** Name of a function, then path, line and column; '' and undefined where they are not wanted. */
type Place = readonly [name: string, file?: string, line?: number, column?: number];

function attributesOf([name, file, line, column]: Place): Attributes {
  return {
    ...(name && { 'code.function.name': name }),
    ...(file !== undefined && {
      'code.file.path': file,
      'code.line.number': line as number,
      'code.column.number': column as number,
    }),
  };
}

/**
 * A handler begins. The span of the listener that called it is named after it, and gets its place; the first handler counts,
 * where a framework calls several.
 */
export function enter(...place: Place): void {
  try {
    const shared = (globalThis as { [key: symbol]: unknown })[Symbol.for('zonetrace')];
    const span = (shared as { core?: { getCurrentSpan(): Span | undefined } } | undefined)?.core?.getCurrentSpan();
    const event = span?.parent;
    if (!span || event?.attributes['event.type'] === undefined) return;
    if ('code.function.name' in span.attributes || 'code.file.path' in span.attributes) return;
    const [name] = place;
    if (name) span.updateName(`listener ${name}`);
    span.setAttributes(attributesOf(place));
  } catch {
    // The handler is the page's, and goes on.
  }
}

/** The arguments of `withSpan`, `startSpan` or `traced`, with the place where it is called among the attributes. */
export function at(place: Place, args: unknown[]): unknown[] {
  const [name, second, ...rest] = args;
  const attributes = attributesOf(place);
  if (typeof second === 'function') return [name, { attributes }, second, ...rest];
  if (second !== undefined && (typeof second !== 'object' || second === null)) return args;
  const options = (second ?? {}) as { attributes?: object };
  return [name, { ...options, attributes: { ...attributes, ...options.attributes } }, ...rest];
}
