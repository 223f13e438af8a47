/**
 * The errors that a span has recorded: one that passes on through the page is reported to `window` as well, and is the
 * same error then.
 */
const recorded = new WeakSet<object>();

/** What was thrown may be no object. Such a value is told from an equal one only by being the last. */
let lastValue: { value: unknown } | undefined;

/** Also of another realm. */
function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

export function noteRecorded(error: unknown): void {
  if (isObject(error)) recorded.add(error);
  else lastValue = { value: error };
}

export function wasRecorded(error: unknown): boolean {
  if (isObject(error)) return recorded.has(error);
  if (!lastValue || !Object.is(lastValue.value, error)) return false;
  lastValue = undefined;
  return true;
}
