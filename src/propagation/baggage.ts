/** A value that travels with the requests of a context. */
export interface BaggageEntry {
  /** Any text. */
  readonly value: string;
  /** The properties behind the value, as they are written in the header: `ttl=5;internal`. */
  readonly metadata?: string;
}

/** Names and values that travel with a context, in their order (https://www.w3.org/TR/baggage/). */
export type Baggage = ReadonlyMap<string, BaggageEntry>;

/** Baggage as it is kept: within the limits, and already written. */
export interface CheckedBaggage {
  readonly entries: Baggage;
  /** The `baggage` header; empty where there is none. */
  readonly header: string;
  /** Entries that were left out: bad, or beyond the limits. */
  readonly dropped: number;
}

/** What has to pass (https://www.w3.org/TR/baggage/#limits); what is beyond is dropped. */
const MAX_MEMBERS = 64;
const MAX_BYTES = 8192;

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** What a value may hold as it is; the rest is percent-encoded. */
const OCTETS = /^[!#-+\--:<-[\]-~]*$/;
const ENCODED = /[^!#-+\--:<-[\]-~]|%/gu;
const PROPERTIES = /^[\t -+\--~]*$/;

function encode(value: string): string {
  return value.replace(/\p{Surrogate}/gu, '\ufffd').replace(ENCODED, encodeURIComponent);
}

/** Bytes that are no UTF-8 become U+FFFD, as the specification asks. */
function decode(value: string): string {
  return value.replace(/(%[0-9a-f]{2})+/gi, (run) => {
    const bytes = run.match(/[0-9a-f]{2}/gi)?.map((digits) => Number.parseInt(digits, 16));
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(bytes ?? []));
  });
}

/** Takes the entries that may travel, in their order, and writes their header. */
export function checkBaggage(given: Iterable<readonly [string, BaggageEntry]>, alreadyDropped = 0): CheckedBaggage {
  const entries = new Map<string, BaggageEntry>();
  let header = '';
  let dropped = alreadyDropped;
  for (const [key, { value, metadata }] of given) {
    const member = `${key}=${encode(value)}${metadata ? `;${metadata}` : ''}`;
    const longer = header === '' ? member : `${header},${member}`;
    const fits = entries.size < MAX_MEMBERS && longer.length <= MAX_BYTES;
    if (!fits || !TOKEN.test(key) || !PROPERTIES.test(metadata ?? '')) {
      dropped++;
      continue;
    }
    header = longer;
    entries.set(key, metadata ? { value, metadata } : { value });
  }
  return { entries, header, dropped };
}

/**
 * Reads a `baggage` header (https://www.w3.org/TR/baggage/#header-content). A member that is bad is left out and counted;
 * of two with the same name the later counts.
 */
export function parseBaggage(header: string): CheckedBaggage {
  const entries = new Map<string, BaggageEntry>();
  let dropped = 0;
  for (const member of header.split(',')) {
    const [pair = '', ...properties] = member.split(';').map((part) => part.trim());
    if (pair === '' && properties.length === 0) continue;
    const at = pair.indexOf('=');
    const [key, value] = [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
    if (at < 0 || !TOKEN.test(key) || !OCTETS.test(value)) {
      dropped++;
      continue;
    }
    const metadata = properties.filter(Boolean).join(';');
    entries.delete(key);
    entries.set(key, metadata ? { value: decode(value), metadata } : { value: decode(value) });
  }
  return checkBaggage(entries, dropped);
}
