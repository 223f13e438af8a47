/** Breaks that long work takes, so that the page goes on. */
export interface Breaks {
  /** It is time for one. */
  readonly over: boolean;
  /** Takes one. */
  next(): Promise<void>;
}

/** For where nobody waits. */
export const NO_BREAKS: Breaks = { over: false, next: async () => {} };
