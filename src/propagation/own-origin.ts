/**
 * The origin that the platform knows this page or worker by: `null` in a sandboxed frame, wherever it was loaded from, and
 * the parent's in one without an address of its own (`about:blank`, `srcdoc`). `location` says neither.
 */
export function ownOrigin(): string {
  // Where the page has put a variable of its own in its place, it is no accessor any more.
  for (let holder: object | null = globalThis; holder; holder = Object.getPrototypeOf(holder)) {
    const own = Object.getOwnPropertyDescriptor(holder, 'origin');
    if (own) return String(own.get ? own.get.call(globalThis) : location.origin);
  }
  return location.origin;
}

/** What a relative address of the page's own means, wherever a `base` element may lead. */
export function ownBase(): string {
  return /^https?:/.test(location.protocol) ? location.href : ownOrigin();
}
