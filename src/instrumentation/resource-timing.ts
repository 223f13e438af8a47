import { parseTraceparent } from '../propagation/traceparent.js';
import type { Attributes, SpanContext } from '../trace/types.js';

type Timing = Partial<PerformanceResourceTiming> & Record<string, unknown>;

/** What a request consists of, by the names of Resource Timing (https://www.w3.org/TR/resource-timing/#attribute-descriptions). */
const PHASES = [
  ['redirect', 'redirectStart', 'redirectEnd'],
  ['dns', 'domainLookupStart', 'domainLookupEnd'],
  ['connect', 'connectStart', 'connectEnd'],
  ['tls', 'secureConnectionStart', 'connectEnd'],
  ['request', 'requestStart', 'responseStart'],
  ['response', 'responseStart', 'responseEnd'],
] as const;

/** A server may name any number of timings; those of a long list are of its own steps, which its own spans tell better. */
const MAX_SERVER_TIMINGS = 16;

/** `h2`, `h3`, `http/1.1`: what follows is the version (https://www.rfc-editor.org/rfc/rfc7301). */
const HTTP_PROTOCOL = /^(?:http\/|h)(\d[\d.]*)/;

/**
 * What Resource Timing knows of a request, as attributes. Phases (`http.phase.…`) are in ms and left out where there was
 * none, or where another origin keeps them to itself.
 */
export function resourceAttributes(entry: PerformanceResourceTiming): Attributes {
  const timing = entry as unknown as Timing;
  const { responseStatus, transferSize = 0, encodedBodySize = 0, decodedBodySize = 0 } = timing;
  const [, version] = HTTP_PROTOCOL.exec(timing.nextHopProtocol ?? '') ?? [];
  // From its memory Chromium tells the size of the first transfer; it has no protocol then.
  const isHit =
    timing['deliveryType'] === 'cache' ||
    (decodedBodySize > 0 && Number(timing.requestStart) > 0 && (!transferSize || !timing.nextHopProtocol));
  const attributes: Record<string, Attributes[string] | undefined> = {
    'http.response.status_code': responseStatus || undefined,
    'http.response.size': (!isHit && transferSize) || undefined,
    'http.response.body.size': encodedBodySize || undefined,
    'http.response.body.decoded_size': decodedBodySize || undefined,
    'network.protocol.name': version && 'http',
    'network.protocol.version': version,
    'browser.resource.initiator_type': timing.initiatorType || undefined,
    'browser.resource.render_blocking': timing['renderBlockingStatus'] === 'blocking' || undefined,
    'browser.resource.cache_hit': isHit || undefined,
    'http.server_timing': describeServerTiming(timing.serverTiming),
  };
  for (const [name, from, to] of phasesOf(entry)) attributes[`http.phase.${name}`] = Math.round((to - from) * 10) / 10;
  for (const name in attributes) if (attributes[name] === undefined) delete attributes[name];
  return attributes as Attributes;
}

/** The phases that there were: name, start and end, on the page's clock. */
export function phasesOf(entry: PerformanceResourceTiming): [name: string, from: number, to: number][] {
  return PHASES.map(([name, from, to]): [string, number, number] => [name, entry[from], entry[to]]).filter(
    // 0 is "not known", but for a redirect of the document, with which its time begins.
    ([name, from, to]) => to > from && (from > 0 || name === 'redirect'),
  );
}

/** As in the header: `db;dur=53.2;desc="two queries"`. */
function describeServerTiming(entries: readonly PerformanceServerTiming[] = []): string[] | undefined {
  const told = entries.filter(({ name }) => name !== 'traceparent').slice(0, MAX_SERVER_TIMINGS);
  if (told.length === 0) return undefined;
  return told.map(({ name, duration, description }) => {
    return `${name}${duration ? `;dur=${duration}` : ''}${description ? `;desc="${description}"` : ''}`;
  });
}

/** The server's span, from `Server-Timing: traceparent;desc="00-…"`. */
export function serverContext(entry: Partial<PerformanceResourceTiming>): SpanContext | undefined {
  const header = entry.serverTiming?.find(({ name }) => name === 'traceparent');
  return header && parseTraceparent(header.description);
}
