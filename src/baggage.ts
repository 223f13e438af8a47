import { internals } from './core.js';
import { type Baggage, type BaggageEntry, checkBaggage } from './propagation/baggage.js';
import { warnOnce } from './warn.js';

const EMPTY: Baggage = new Map();

/** The baggage of the running code: what `withBaggage` has set around it, and around what caused it. */
export function getBaggage(): Baggage {
  return internals.currentBaggage.get()?.entries ?? EMPTY;
}

type Changes = Baggage | Readonly<Record<string, string | BaggageEntry | null | undefined>>;

/**
 * Calls `fn` with entries added to the current baggage; `undefined` takes one out. It travels as the `baggage` header
 * with each request that `fn` causes, also after `await`, to the origins that get a `traceparent`; others may read it.
 * Names are tokens of HTTP (no blanks); values any text. 64 entries and 8,192 bytes are carried; what is beyond, or has a
 * bad name, is left out and said once.
 *
 * @example
 * await withBaggage({ 'user.plan': 'gold' }, () => fetch('/api/cart')); // baggage: user.plan=gold
 */
export function withBaggage<R>(changes: Changes, fn: () => R): R {
  const entries = new Map(getBaggage());
  for (const [key, given] of changesOf(changes)) {
    entries.delete(key);
    if (given !== undefined && given !== null) entries.set(key, toEntry(given));
  }
  const checked = checkBaggage(entries);
  if (checked.dropped > 0) {
    warnOnce(
      `withBaggage left ${checked.dropped} entries out; give names without blanks, and at most 64 entries and 8,192 bytes`,
    );
  }
  return internals.currentBaggage.run(checked, fn);
}

function changesOf(changes: Changes): Iterable<readonly [string, unknown]> {
  if (changes instanceof Map) return changes;
  return typeof changes === 'object' && changes !== null ? Object.entries(changes) : [];
}

function toEntry(given: unknown): BaggageEntry {
  if (typeof given !== 'object' || given === null) return { value: String(given) };
  const { value, metadata } = given as Partial<BaggageEntry>;
  return metadata ? { value: String(value), metadata: String(metadata) } : { value: String(value) };
}
