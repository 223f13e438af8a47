const PREFIX = 'zonetrace.';

/** The key of what the reader has chosen in the panel. */
export const SETTINGS = 'panel';

/** What was remembered under a key; undefined where there is nothing, or no storage (a sandboxed frame, a full disk). */
export function recall<T extends object>(key: string): Partial<T> | undefined {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(PREFIX + key) ?? 'null');
    return typeof value === 'object' && value !== null ? (value as Partial<T>) : undefined;
  } catch {
    return undefined;
  }
}

/** Remembers a value across visits, where the page has storage. */
export function remember(key: string, value: object): void {
  try {
    localStorage.setItem(PREFIX + key, JSON.stringify(value));
  } catch {
    // The panel works without a memory.
  }
}
