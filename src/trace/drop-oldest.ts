/** Makes room in a Map or Set that holds more than it may: the oldest goes. */
export function dropOldest<K>(
  kept: { size: number; keys(): Iterable<K>; delete(key: K): boolean },
  most: number,
): void {
  if (kept.size <= most) return;
  for (const oldest of kept.keys()) {
    kept.delete(oldest);
    return;
  }
}
