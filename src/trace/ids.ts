/** Random bytes drawn at once: one call of the platform serves 512 span ids. */
const POOL_BYTES = 4096;

/**
 * Bytes written as digits at once. An id is cut out of them, and engines let a cut keep the whole text: one span that is
 * remembered would keep 8 KB, were it the whole pool.
 */
const PIECE_BYTES = 64;

const pool = new Uint8Array(POOL_BYTES);
/** Bytes of the pool that have been written as digits. */
let written = POOL_BYTES;
let digits = '';
let used = 0;

function refill(): void {
  if (written === POOL_BYTES) {
    crypto.getRandomValues(pool);
    written = 0;
  }
  const bytes: Uint8Array & { toHex?(): string } = pool.subarray(written, written + PIECE_BYTES);
  written += PIECE_BYTES;
  // Joined, not added up: the text is cut into ids, and a rope of pieces would have to be flattened first.
  digits = bytes.toHex?.() ?? Array.from(bytes, (byte) => (256 + byte).toString(16).slice(1)).join('');
  used = 0;
}

function take(length: number): string {
  if (used + length > digits.length) refill();
  const id = digits.slice(used, used + length);
  used += length;
  return isZero(id) ? take(length) : id;
}

function isZero(id: string): boolean {
  return id.charCodeAt(0) === 48 && /^0+$/.test(id);
}

/** 32 lower-case hex digits of crypto quality, never all zero. */
export function generateTraceId(): string {
  return take(32);
}

/** 16 lower-case hex digits of crypto quality, never all zero. */
export function generateSpanId(): string {
  return take(16);
}
