/** The platform lets the keepalive requests of a page have 64 KB in flight; this leaves room for others. */
const MAX_BYTES = 60_000;
/** Chromium fails the tenth that is open. */
const MAX_REQUESTS = 8;

let bytes = 0;
let requests = 0;

/** Whether a request of so many bytes can outlive its page now. */
export function hasKeepalive(size: number): boolean {
  return bytes + size <= MAX_BYTES && requests < MAX_REQUESTS;
}

/** Takes room for a request that outlives its page; answers how to give it back, or nothing where there is no room. */
export function takeKeepalive(size: number): (() => void) | undefined {
  if (!hasKeepalive(size)) return undefined;
  bytes += size;
  requests++;
  return () => {
    bytes -= size;
    requests--;
  };
}
