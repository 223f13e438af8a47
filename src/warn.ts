const said = new Set<string>();

/** Bounds the memory of messages already said: a page cannot produce more distinct ones by accident. */
const MAX_REMEMBERED = 200;

/**
 * Says something once, on the console: what happened, then what to do. Tracing never throws into the page,
 * so this is how misuse and internal faults become visible.
 */
export function warnOnce(message: string, cause?: unknown): void {
  if (said.has(message) || said.size >= MAX_REMEMBERED) return;
  said.add(message);
  if (cause === undefined) console.warn(`zonetrace: ${message}`);
  else console.warn(`zonetrace: ${message}`, cause);
}
