/** Something that tracing noticed of itself: what happened, then what to do. */
export interface Remark {
  readonly message: string;
  /** The error behind it, where there is one. */
  readonly cause: unknown;
  /** How often. */
  count: number;
}

/** Bounds the memory of messages: a page cannot produce more distinct ones by accident. */
const MAX_REMARKS = 200;

const made = new Map<string, Remark>();

/** What was noticed so far, for the panel. */
export const remarks: Iterable<Remark> & { readonly size: number } = {
  get size() {
    return made.size;
  },
  [Symbol.iterator]: () => made.values(),
};

/** Notices something for the panel, without a word on the console; true where it is new. */
export function remark(message: string, cause?: unknown): boolean {
  const known = made.get(message);
  if (known) known.count++;
  else if (made.size < MAX_REMARKS) made.set(message, { message, cause, count: 1 });
  else return false;
  return !known;
}

/**
 * Says something once, on the console: what happened, then what to do. Tracing never throws into the page,
 * so this is how misuse and internal faults become visible.
 */
export function warnOnce(message: string, cause?: unknown): void {
  if (!remark(message, cause)) return;
  if (cause === undefined) console.warn(`zonetrace: ${message}`);
  else console.warn(`zonetrace: ${message}`, cause);
}
