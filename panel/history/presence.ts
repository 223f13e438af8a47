const PREFIX = 'zonetrace load ';

/**
 * Says to the other pages of the origin that this load is there, by a lock that ends with it, also where the page crashes.
 * A page that is left lets go of it: it would not be kept in the cache of pages. Returns the undo.
 */
export function announcePresence(id: string): () => void {
  let release: (() => void) | undefined;
  const hold = () => {
    if (release) return;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    // Without locks (a page that is not secure, a sandboxed frame) all loads count as gone.
    navigator.locks?.request(PREFIX + id, () => held).catch(() => {});
  };
  const leave = () => {
    release?.();
    release = undefined;
  };
  const comeBack = ({ persisted }: PageTransitionEvent) => {
    if (persisted) hold();
  };
  addEventListener('pagehide', leave);
  addEventListener('pageshow', comeBack);
  hold();
  return () => {
    removeEventListener('pagehide', leave);
    removeEventListener('pageshow', comeBack);
    leave();
  };
}

/** The loads that are there now. */
export async function findPresent(): Promise<Set<string>> {
  try {
    const { held = [] } = (await navigator.locks?.query()) ?? {};
    return new Set(held.map(({ name }) => (name?.startsWith(PREFIX) ? name.slice(PREFIX.length) : '')));
  } catch {
    return new Set();
  }
}
