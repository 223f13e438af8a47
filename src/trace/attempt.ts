/**
 * Reads something of the page's, which may throw when it is looked at (a getter, a revoked proxy, storage that is denied):
 * what `otherwise` makes of the error is the answer then.
 */
export function attempt<T>(read: () => T): T | undefined;
export function attempt<T>(read: () => T, otherwise: (error: unknown) => T): T;
export function attempt<T>(read: () => T, otherwise?: (error: unknown) => T): T | undefined {
  try {
    return read();
  } catch (error) {
    return otherwise?.(error);
  }
}
