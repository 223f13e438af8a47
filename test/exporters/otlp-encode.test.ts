import { expect } from 'chai';
import fc from 'fast-check';
import { encodeOtlp } from '../../src/exporters/otlp-encode.js';
import { type AttributeValue, type Span, type SpanKind, type StatusCode, startSpan } from '../../src/index.js';

type Decoded = Record<string, unknown>;
interface Document {
  resourceSpans: { resource: { attributes: unknown[] }; scopeSpans: { spans: Decoded[] }[] }[];
}

/** Through the official definitions, into protobuf's binary form and back. */
async function decode(texts: readonly string[]): Promise<Document[]> {
  const response = await fetch('/test-server/decode-otlp', { method: 'POST', body: JSON.stringify(texts) });
  if (!response.ok) throw new Error(await response.text());
  return response.json();
}

/** What UTF-8 makes of a text. */
const wellFormed = (text: string): string => new TextDecoder().decode(new TextEncoder().encode(text));

const KINDS: readonly SpanKind[] = ['INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'];
const STATUSES: readonly StatusCode[] = ['UNSET', 'OK', 'ERROR'];

/** A value as proto3's JSON has it, by the rules of the specification and not by our code. */
function expectedValue(value: AttributeValue): unknown {
  if (Array.isArray(value)) return { arrayValue: { values: value.map((item) => expectedValue(item)) } };
  if (typeof value === 'string') return { stringValue: wellFormed(value) };
  if (typeof value === 'boolean') return { boolValue: value };
  if (Number.isInteger(value) && Math.abs(value) <= Number.MAX_SAFE_INTEGER) return { intValue: String(value + 0) };
  return { doubleValue: Number.isFinite(value) ? value : String(value) };
}

const expectedAttributes = (attributes: Readonly<Record<string, AttributeValue>>): unknown[] =>
  Object.entries(attributes).map(([key, value]) => ({ key: wellFormed(key), value: expectedValue(value) }));

/** Ends of 64 bits and of time, halves of characters, and every number that JSON does not have. */
const number = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.constantFrom(
    Number.NaN,
    Infinity,
    -Infinity,
    -0,
    1e300,
    2 ** 53,
    2 ** 53 - 1,
    -(2 ** 53),
    2 ** 60,
    2 ** 63,
    2 ** 64,
  ),
);
const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', '\ud800', 'a\udc00b', '\u0000', '__proto__', 'constructor', '𝒳', '\\ud800', '"'),
);
const value = fc.oneof(
  text,
  number,
  fc.boolean(),
  fc.array(text, { maxLength: 4 }),
  fc.array(number, { maxLength: 4 }),
  fc.array(fc.boolean(), { maxLength: 4 }),
  fc.anything(),
);
const attributes = fc.dictionary(text, value, { maxKeys: 6 });

const shape = fc.record({
  name: text,
  kind: fc.constantFrom(...KINDS),
  attributes,
  status: fc.constantFrom(...STATUSES),
  message: text,
  start: fc.double({ min: 0, max: 4e12, noNaN: true }),
  duration: fc.double({ min: 0, max: 1e9, noNaN: true }),
  events: fc.array(fc.record({ name: text, attributes, time: fc.double({ min: 0, max: 4e12, noNaN: true }) }), {
    maxLength: 3,
  }),
  links: fc.array(attributes, { maxLength: 2 }),
  remote: fc.boolean(),
});

type Shape = typeof shape extends fc.Arbitrary<infer T> ? T : never;

function make({ name, kind, attributes: own, status, message, start, duration, events, links, remote }: Shape): Span {
  const other = { traceId: 'ab'.repeat(16), spanId: 'cd'.repeat(8), traceFlags: 1, traceState: 'a=1', isRemote: true };
  const span = startSpan(name, {
    kind,
    attributes: own as Record<string, unknown>,
    startTime: start,
    ...(remote ? { parent: other } : { root: true }),
  });
  for (const event of events) span.addEvent(event.name, event.attributes as Record<string, unknown>, event.time);
  for (const link of links) span.addLink(other, link as Record<string, unknown>);
  span.end({ code: status, message }, start + duration);
  return span;
}

/** ns, exactly, of what a double says of ms: to the nearest, as the fraction of a double has no better. */
function expectNanoseconds(decoded: unknown, ms: number): void {
  expect(decoded).to.be.a('string').that.matches(/^\d+$/);
  const [whole, rest] = [BigInt(decoded as string) / 1_000_000n, Number(BigInt(decoded as string) % 1_000_000n)];
  expect(Math.abs(Number(whole) - Math.floor(ms) + (rest / 1e6 - (ms - Math.floor(ms))))).to.be.below(1e-5);
}

function expectSpan(decoded: Decoded, span: Span): void {
  const { context } = span;
  expect(decoded['traceId']).to.equal(context.traceId);
  expect(decoded['spanId']).to.equal(context.spanId);
  expect(decoded['parentSpanId'] ?? undefined).to.equal(span.parentSpanId);
  expect(decoded['traceState'] ?? undefined).to.equal(context.traceState);
  expect(decoded['flags']).to.equal(context.traceFlags + 0x100 + (span.parentIsRemote ? 0x200 : 0));
  expect(decoded['name']).to.equal(wellFormed(span.name));
  expect(decoded['kind']).to.equal(`SPAN_KIND_${span.kind}`);
  expectNanoseconds(decoded['startTimeUnixNano'], span.startTime);
  expectNanoseconds(decoded['endTimeUnixNano'], span.endTime as number);
  expect(decoded['attributes']).to.deep.equal(expectedAttributes(span.attributes));
  expect(decoded['droppedAttributesCount']).to.equal(span.droppedAttributesCount);
  const { code = 'STATUS_CODE_UNSET', message = '' } = decoded['status'] as { code?: string; message?: string };
  expect(code).to.equal(`STATUS_CODE_${span.status}`);
  expect(message).to.equal(wellFormed(span.statusMessage ?? ''));
  const events = decoded['events'] as Decoded[];
  expect(events.length).to.equal(span.events.length);
  events.forEach((event, i) => {
    const recorded = span.events[i];
    expect(event['name']).to.equal(wellFormed(recorded?.name ?? ''));
    expectNanoseconds(event['timeUnixNano'], recorded?.time ?? 0);
    expect(event['attributes']).to.deep.equal(expectedAttributes(recorded?.attributes ?? {}));
    expect(event['droppedAttributesCount'] ?? 0).to.equal(recorded?.droppedAttributesCount ?? 0);
  });
  expect(decoded['droppedEventsCount']).to.equal(span.droppedEventsCount);
  const links = decoded['links'] as Decoded[];
  expect(links.length).to.equal(span.links.length);
  links.forEach((link, i) => {
    const recorded = span.links[i];
    expect(link).to.deep.include({ traceId: 'ab'.repeat(16), spanId: 'cd'.repeat(8), traceState: 'a=1', flags: 0x301 });
    expect(link['attributes']).to.deep.equal(expectedAttributes(recorded?.attributes ?? {}));
  });
  expect(decoded['droppedLinksCount']).to.equal(span.droppedLinksCount);
}

describe('OTLP documents', () => {
  const quiet = console.warn;
  before(() => {
    console.warn = () => {};
  });
  after(() => {
    console.warn = quiet;
  });

  it('say to an independent decoder what was recorded, whatever that is', async function () {
    this.timeout(60_000);
    const shapes = fc.array(shape, { minLength: 1, maxLength: 8 });
    const resource = fc.dictionary(text, fc.oneof(text, number, fc.boolean()), { maxKeys: 4 });
    await fc.assert(
      fc.asyncProperty(shapes, resource, async (parts, given) => {
        const spans = parts.map(make);
        const [document] = await decode([encodeOtlp(spans, given as Record<string, AttributeValue>)]);
        expect(document?.resourceSpans).to.have.length(1);
        const { resource: decoded, scopeSpans } = (document as Document)
          .resourceSpans[0] as Document['resourceSpans'][number];
        expect(decoded.attributes).to.deep.equal(expectedAttributes({ ...given } as Record<string, AttributeValue>));
        expect(scopeSpans[0]?.spans).to.have.length(spans.length);
        scopeSpans[0]?.spans.forEach((each, i) => {
          expectSpan(each, spans[i] as Span);
        });
      }),
      { numRuns: 60, includeErrorInReport: true },
    );
  });

  it('carry the counts of what was beyond a limit, each where it belongs', async () => {
    const span = startSpan('much', { root: true });
    const many = Object.fromEntries(Array.from({ length: 130 }, (_, i) => [`key${i}`, i]));
    span
      .setAttributes(many)
      .addEvent('one', many)
      .addLink({ traceId: 'ab'.repeat(16), spanId: 'cd'.repeat(8), traceFlags: 0, isRemote: false }, many);
    for (let i = 0; i < 130; i++) span.addEvent(`event ${i}`);
    span.end();
    const [document] = await decode([encodeOtlp([span], {})]);
    const decoded = document?.resourceSpans[0]?.scopeSpans[0]?.spans[0] as Decoded &
      Record<'events' | 'links', Decoded[]>;
    expect(decoded).to.deep.include({ droppedAttributesCount: 2, droppedEventsCount: 3, droppedLinksCount: 0 });
    expect(decoded.events[0]?.['droppedAttributesCount']).to.equal(2);
    expect(decoded.links[0]).to.deep.include({ droppedAttributesCount: 2, flags: 0x100 });
  });

  it('keep times within what 64 bits of ns can say', async () => {
    const spans = [-5, 1e300].map((startTime) => {
      const span = startSpan('odd', { root: true, startTime });
      span.end('OK', startTime);
      return span;
    });
    const [document] = await decode([encodeOtlp(spans, {})]);
    const times = document?.resourceSpans[0]?.scopeSpans[0]?.spans.map((span) => span['startTimeUnixNano']);
    expect(times).to.deep.equal(['0', '18446744073709000000']);
  });
});
