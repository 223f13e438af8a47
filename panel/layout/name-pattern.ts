/** A segment of a path that names one thing of many: a number, a UUID or another long hexadecimal id. */
const ID_SEGMENT = /\/(?:\d+|[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{16,})(?=[/?#\s"]|$)/gi;

/** What the names of spans have in common that differ by ids in a path only: `GET /products/45` is `GET /products/*`. */
export function namePattern(name: string): string {
  return name.includes('/') ? name.replace(ID_SEGMENT, '/*') : name;
}

/** What all names begin with that have a pattern in common. */
export function patternStart(pattern: string): string {
  const id = pattern.indexOf('/*');
  return id < 0 ? pattern : pattern.slice(0, id + 1);
}
