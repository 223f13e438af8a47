/** Bytes of what is sent or received; text as UTF-8, undefined for what only the platform can serialise. */
export function byteLength(data: unknown): number | undefined {
  if (typeof data === 'object' && data !== null) {
    if (data instanceof URLSearchParams) return byteLength(`${data}`);
    const { byteLength: bytes, size } = data as Partial<ArrayBuffer & Blob>;
    return bytes ?? size;
  }
  return new TextEncoder().encode(String(data)).length;
}
