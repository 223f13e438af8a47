/** One system's part of a `tracestate`: its key and its value. */
export type TracestateMember = readonly [key: string, value: string];

/** https://www.w3.org/TR/trace-context-2/#list */
const MAX_MEMBERS = 32;

/** What has to be propagated at least (https://www.w3.org/TR/trace-context-2/#tracestate-limits); more is cut. */
const MAX_LENGTH = 512;

/** Members longer than this are the first to go where the whole is too long. */
const LONG_MEMBER = 128;

/** A simple key, or a tenant's at a system: `tenant@system`; a value of printable ASCII that does not end in a blank. */
const MEMBER =
  /^([a-z0-9][a-z0-9_\-*/]{0,255}|[a-z0-9][a-z0-9_\-*/]{0,240}@[a-z][a-z0-9_\-*/]{0,13})=([ -+\--<>-~]{0,255}[!-+\--<>-~])$/;

/**
 * Reads a `tracestate` header (https://www.w3.org/TR/trace-context-2/#tracestate-header) into its members, in their
 * order. Undefined where one of them is bad, a key is there twice, or there are more than 32: then none of it counts.
 */
export function parseTracestate(header: string): TracestateMember[] | undefined {
  const members: TracestateMember[] = [];
  const keys = new Set<string>();
  for (const text of header.split(',')) {
    const member = text.replace(/^[ \t]+|[ \t]+$/g, '');
    if (member === '') continue; // the grammar lets a member be empty
    const [, key, value] = MEMBER.exec(member) ?? [];
    if (key === undefined || value === undefined || keys.has(key)) return undefined;
    keys.add(key);
    members.push([key, value]);
  }
  return members.length > MAX_MEMBERS ? undefined : members;
}

/**
 * Writes a `tracestate` header. Where it would be longer than 512 characters, members of more than 128 are left out
 * first, then the last ones.
 */
export function formatTracestate(members: readonly TracestateMember[]): string {
  const texts = members.map(([key, value]) => `${key}=${value}`);
  for (let at = texts.length - 1; at >= 0 && texts.join().length > MAX_LENGTH; at--) {
    if ((texts[at] as string).length > LONG_MEMBER) texts.splice(at, 1);
  }
  while (texts.join().length > MAX_LENGTH) texts.pop();
  return texts.join();
}

/**
 * The header with one member changed, which thereby moves to the front; `value` undefined takes it out. What the grammar
 * does not allow changes nothing. The last member makes room where there would be more than 32.
 */
export function changeTracestate(header: string, key: string, value: string | undefined): string {
  if (value !== undefined && !MEMBER.test(`${key}=${value}`)) return header;
  const others = (parseTracestate(header) ?? []).filter(([name]) => name !== key);
  return formatTracestate(value === undefined ? others : [[key, value] as const, ...others].slice(0, MAX_MEMBERS));
}
