import { expect } from 'chai';
import fc from 'fast-check';
import { openFile } from '../../panel/files.js';
import { FileError, type JsonObject, NO_ATTRIBUTES, objectAt, WHOLE } from '../../panel/formats/json.js';
import { OtlpFile } from '../../panel/formats/otlp-file.js';
import { OtlpSpans } from '../../panel/formats/otlp-spans.js';
import type { OtlpTrace } from '../../panel/formats/otlp-trace.js';
import { type ReadSpans, SliceParser, type TakeSpans } from '../../panel/formats/parse-json.js';
import { readFile } from '../../panel/formats/read-file.js';
import { readOtlp } from '../../panel/formats/read-otlp.js';
import { SpanReader } from '../../panel/formats/span-reader.js';
import { TraceCollector } from '../../panel/formats/traces.js';
import { matchesFilter, type WrittenRecord } from '../../panel/layout/filter.js';
import { SpanStore } from '../../src/store/span-store.js';
import type { ForeignTrace } from '../../src/store/stored-trace.js';
import type { SpanRecord } from '../../src/trace/types.js';
import { membersOf } from './formats/members-of.js';

/** All that there is of traces. */
function shapeOf(traces: Iterable<ForeignTrace>): unknown {
  return Array.from(traces, (trace) => ({
    traceId: trace.traceId,
    spans: Array.from({ length: trace.size }, (_, place) => ({
      ...membersOf(trace.recordOf(place)),
      inTrace: [trace.parentOf(place), trace.startOf(place), trace.endOf(place), trace.statusOf(place)],
      service: trace.serviceOf(place),
    })),
  }));
}

/** What comes of `read`: also an error is something. */
function outcome(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    expect(error).to.be.instanceOf(FileError);
    return (error as FileError).message;
  }
}

interface Sizes {
  readonly piece: number;
  readonly batch: number;
}

const bytesOf = (text: string) => new TextEncoder().encode(text);

function parse(text: string, { piece, batch }: Sizes, take: TakeSpans, readOn?: ReadSpans): JsonObject[] {
  const parser = new SliceParser(take, batch, readOn);
  const bytes = bytesOf(text);
  for (let at = 0; at < bytes.length; at += piece) for (const _ of parser.take(bytes.subarray(at, at + piece)));
  return parser.end().values.map((value) => objectAt(value, WHOLE));
}

/** The traces of a file, read while it is parsed. */
function tracesOf(text: string, sizes: Sizes): ForeignTrace[] {
  const otlp = new OtlpFile(1);
  const take: TakeSpans = (key, ...taken) => {
    if (OtlpFile.has(key)) otlp.take(key, ...taken);
    return OtlpFile.has(key);
  };
  for (const value of parse(text, sizes, take, (...given) => otlp.readOn(...given))) for (const _ of otlp.read(value));
  return [...otlp.traces()];
}

const asItComes = (text: string, sizes: Sizes) => outcome(() => shapeOf(tracesOf(text, sizes)));

/** Likewise, once all of it has been parsed. */
const atOnce = (values: readonly JsonObject[]) =>
  outcome(() => {
    const traces = new TraceCollector();
    for (const value of values) for (const _ of readOtlp(value, traces));
    return shapeOf(traces.traces());
  });

const sometimes = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 });
const time = fc.oneof(
  fc.integer({ min: 1, max: 10 ** 9 }).map((ns) => `1544712660${String(ns).padStart(9, '0')}`),
  fc.nat(),
);
const attributes = fc.array(
  fc.record({
    key: fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'host.name', 'service.name', 'spans')),
    value: fc.oneof(
      fc.record({ stringValue: fc.string() }),
      fc.record({ intValue: fc.maxSafeInteger().map(String) }),
      fc.constant({ arrayValue: { values: [{ boolValue: true }, { boolValue: false }] } }),
      fc.constant({ kvlistValue: { values: [{ key: '__proto__', value: { doubleValue: 1.5 } }] } }),
      fc.jsonValue(),
    ),
  }),
  { maxLength: 3 },
);
/** Few: so that there are parents, circles, and ids that are there twice. Most are as long as they should be. */
const traceId = fc.constantFrom('b2'.repeat(16), 'b2'.repeat(16), 'a1'.padStart(32, '0'), 'A1'.padStart(32, '0'), 'a1');
const spanId = fc.constantFrom(
  '0000000000000001',
  'F0000000000000F3',
  '8000000000000001',
  '1234567890abcdef',
  '8000000080000000',
  '1',
);
const event = fc.record({ name: fc.string(), timeUnixNano: time, attributes: sometimes(attributes) });
const link = fc.record({ traceId, spanId, flags: sometimes(fc.nat(1023)), traceState: sometimes(fc.string()) });
const more = {
  attributes: sometimes(attributes),
  events: sometimes(fc.array(event, { maxLength: 2 })),
  links: sometimes(fc.array(link, { maxLength: 2 })),
  flags: sometimes(fc.nat(1023)),
  traceState: sometimes(fc.constantFrom('', 'a=1')),
  droppedAttributesCount: sometimes(fc.nat(3)),
  droppedEventsCount: sometimes(fc.nat(3)),
  droppedLinksCount: sometimes(fc.nat(3)),
  // Nothing that a span has.
  spans: sometimes(fc.constant([{ traceId: 'no hex' }, 7])),
  ['__proto__']: sometimes(fc.constant({ name: 'polluted' })),
};
const times = {
  startTimeUnixNano: time,
  endTimeUnixNano: sometimes(fc.oneof(time, fc.constantFrom(0, '0', null))),
};
const span = fc.record({
  traceId,
  spanId,
  parentSpanId: sometimes(fc.oneof(spanId, fc.constantFrom('', '0000000000000000', null))),
  name: fc.oneof(fc.constantFrom('GET /cart', 'sql', 'ü "€" \\ }]'), fc.string()),
  kind: sometimes(fc.oneof(fc.nat(6), fc.constantFrom('SPAN_KIND_SERVER', 'SPAN_KIND_UNSPECIFIED'))),
  ...times,
  status: sometimes(
    fc.constantFrom({}, null, { code: 1 }, { code: 'STATUS_CODE_ERROR', message: 'no cart' }, { message: 'm' }),
  ),
  ...more,
});
const bare = fc.record({ traceId, spanId, name: fc.string(), ...times });
const usual = fc.record({
  traceId: fc.constant('b2'.repeat(16)),
  spanId: fc.constantFrom('0000000000000001', 'F0000000000000F3'),
  name: fc.string(),
  ...times,
  attributes,
  events: fc.array(event, { maxLength: 2 }),
  status: fc.constantFrom({}, { code: 2, message: 'm' }),
});
const snake = fc.record({ trace_id: traceId, span_id: spanId, start_time_unix_nano: time, parent_span_id: spanId });
const badSpan = fc.oneof(
  fc.constantFrom<unknown>(7, null, 'span', [], {}),
  fc.record({ traceId: fc.constant('no hex'), spanId, ...times }),
  fc.record({ traceId, spanId: fc.constant('12345678901234567'), ...times }),
  fc.record({ traceId, spanId, name: fc.string() }),
  fc.record({ traceId, spanId, ...times, events: fc.constant([{ name: 'no time' }]) }),
  fc.record({ traceId, spanId, ...times, links: fc.constant({}) }),
  fc.record({ traceId, spanId, ...times, attributes: fc.constant([1]) }),
);
const goodSpans = fc.array(fc.oneof({ weight: 3, arbitrary: span }, bare, snake), { maxLength: 6 });
const spansOf = (isBad: boolean) =>
  isBad
    ? fc.oneof(
        { weight: 4, arbitrary: goodSpans as fc.Arbitrary<unknown> },
        fc.tuple(goodSpans, badSpan, goodSpans).map(([a, bad, b]) => [...a, bad, ...b]),
        fc.constantFrom<unknown>(null, {}, 7),
      )
    : (goodSpans as fc.Arbitrary<unknown>);
const resource = fc.constantFrom<unknown>(
  undefined,
  null,
  { attributes: [] },
  { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] },
  {
    attributes: [
      { key: 'host.name', value: { stringValue: 'h1' } },
      { key: 'service.name', value: { stringValue: 'db' } },
    ],
  },
);
/** With its members in one order or the other. */
const group = (isBad: boolean) =>
  fc
    .tuple(
      resource,
      fc.array(fc.tuple(spansOf(isBad), fc.boolean()), { maxLength: 3 }),
      fc.constantFrom('scopeSpans', 'scope_spans', 'instrumentationLibrarySpans'),
      fc.boolean(),
    )
    .map(([its, lists, key, isFirst]) => {
      const scopes = lists.map(([spans, isLast]) =>
        isLast ? { scope: { name: 'x' }, spans } : { spans, scope: { name: 'x', spans: [{ traceId: 'x' }] } },
      );
      return isFirst ? { resource: its, [key]: scopes } : { [key]: scopes, resource: its };
    });
const request = (isBad: boolean) =>
  fc
    .tuple(
      fc.array(isBad ? fc.oneof({ weight: 8, arbitrary: group(true) }, fc.constantFrom(7, null)) : group(false), {
        maxLength: 4,
      }),
      fc.constantFrom('resourceSpans', 'resource_spans'),
      fc.constantFrom<JsonObject>({}, { other: { resourceSpans: [{ scopeSpans: [{ spans: [{ traceId: 'x' }] }] }] } }),
    )
    .map(([groups, key, other]) => ({ ...other, [key]: groups }));
/** Also with keys that are written as few programs do. */
const written = fc.tuple(fc.boolean(), fc.constantFrom(undefined, 1)).map(([isOdd, indent]) => (value: unknown) => {
  const text = JSON.stringify(value, null, indent);
  return isOdd ? text.replaceAll('"spans"', '"sp\\u0061ns"') : text;
});
const sizes = fc.record({ piece: fc.integer({ min: 1, max: 400 }), batch: fc.integer({ min: 1, max: 600 }) });

/** What one reader takes of a text, from behind its bracket, and what it leaves. */
function readAll(text: string): { shape: unknown; taken: number; rest: string } {
  const spans = new OtlpSpans(1);
  const bytes = bytesOf(text);
  const next = new SpanReader(spans).read(bytes, 1, bytes.length);
  const run = { from: 0, to: spans.count };
  spans.own(run, spans.addResource({ service: '', attributes: NO_ATTRIBUTES, text: '' }));
  return {
    shape: shapeOf(spans.traces([run])),
    taken: spans.count,
    rest: new TextDecoder().decode(bytes.subarray(next)),
  };
}

const wanted = (list: string) => atOnce([JSON.parse(`{"resourceSpans":[{"scopeSpans":[{"spans":[${list}]}]}]}`)]);

describe('SpanReader', () => {
  const ids = '"traceId":"b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2","spanId":"00000000000000f1"';
  const least = `{${ids},"startTimeUnixNano":"1544712660000000001"}`;

  it('reads of spans what JSON.parse does, however they are written', () => {
    let read = 0;
    const space = fc.constantFrom('', '', ' ', '\n', '\r\n\t');
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof({ weight: 9, arbitrary: span as fc.Arbitrary<unknown> }, usual, usual, bare, snake, badSpan),
          {
            minLength: 1,
            maxLength: 6,
          },
        ),
        space,
        fc.constantFrom(undefined, 1),
        (list, between, indent) => {
          const whole = list.map((each) => between + JSON.stringify(each, null, indent));
          const { shape, taken, rest } = readAll(`[${whole.join(',')},${between}{"cut`);
          expect(rest).to.equal([...whole.slice(taken), `${between}{"cut`].join(','));
          expect(shape).to.deep.equal(wanted(whole.slice(0, taken).join(',')));
          read += taken;
        },
      ),
      { numRuns: 900 },
    );
    expect(read, 'read at all').to.be.above(200);
  });

  it('reads all of what programs write', () => {
    const list = [
      least,
      `{${ids},"parentSpanId":"","name":"say \\"x\\" é","kind":2,"startTimeUnixNano":1544712660000000000,"endTimeUnixNano":"0","flags":257,"status":{}}`,
      `{ ${ids} , "parentSpanId" : "00000000000000F2", "kind" : "SPAN_KIND_CLIENT", "startTimeUnixNano" : "12345", "endTimeUnixNano" : 1e18, "other":{"a":["}"]}, "traceState" : "a=1", "status" : { "message" : "m", "code" : "STATUS_CODE_ERROR", "x": [] } }`,
      `{${ids},"startTimeUnixNano":1,"attributes":[{"key":"a","value":{"stringValue":"]"}}],"events":[{"timeUnixNano":"5","name":"e"}],"links":[],"droppedLinksCount":3}`,
    ];
    const { shape, taken, rest } = readAll(`[${list.join(',\n')},`);
    expect([taken, rest]).to.deep.equal([4, '']);
    expect(shape).to.deep.equal(wanted(list.join()));
  });

  it('takes those before one that is not whole, which may end anywhere', () => {
    const cut = `{${ids},"attributes":[{"key":"b"}],"status":{"code":2},"startTimeUnixNano":"12","endTimeUnixNano":5}`;
    for (let length = 0; length <= cut.length; length++) {
      const { taken, rest } = readAll(`[${least},${least},${cut.slice(0, length)}`);
      expect([taken, rest]).to.deep.equal([2, cut.slice(0, length)]);
    }
  });

  it('takes nothing that is not JSON, or no span, and nothing of one', () => {
    let broken = 0;
    fc.assert(
      fc.property(span, fc.nat(), fc.constantFrom('', ...'"\\{}[]:,.-+0e \u0000\u0001x'), (one, at, letter) => {
        const good = JSON.stringify(one);
        const bad = good.slice(0, at % good.length) + letter + good.slice((at % good.length) + 1);
        // A half of a letter becomes a whole one.
        const all = new TextDecoder().decode(bytesOf(`[${bad},`));
        const { shape, taken, rest } = readAll(all);
        if (taken > 0) expect(shape).to.deep.equal(wanted(all.slice(1, all.length - rest.length - 1)));
        else broken++;
      }),
      { numRuns: 800 },
    );
    expect(broken, 'not taken at all').to.be.above(100);
    const bad = [
      ...['01', '1.', '-', 'nul', '"\u0001"', '"\\x"', '"12x"', '""', '[1}', '{"a":[}]}'].flatMap((value) =>
        ['startTimeUnixNano', 'endTimeUnixNano'].map((key) => `{${ids},"${key}":${value},"startTimeUnixNano":1}`),
      ),
      `{${ids}}`,
      `{${ids},"startTimeUnixNano":1e999}`,
      `{${ids},"startTimeUnixNano":1,}`,
      `{${ids},"startTimeUnixNano":1]`,
      `{${ids},"startTimeUnixNano":1,"kind":01}`,
      `{${ids},"startTimeUnixNano":1,"other":[1}}`,
      `{${ids},"startTimeUnixNano":1,"other":"\u0001"}`,
      `{${ids},"startTimeUnixNano":1,"attributes":{}}`,
      `{${ids},"startTimeUnixNano":1,"attributes":[1]}`,
      `{${ids},"startTimeUnixNano":1,"events":[{}]}`,
      `{${ids},"startTimeUnixNano":1,"links":[{"traceId":"x"}]}`,
      `{${ids},"startTimeUnixNano":1,"status":7}`,
      `{${ids},"startTimeUnixNano":1,"status":{"code":1]}`,
      `{${ids.replace('f1', 'g1')},"startTimeUnixNano":1}`,
      `{${ids.replace('00000000000000f1', '0000000000000000')},"startTimeUnixNano":1}`,
      `{${ids.replaceAll('b2', '00')},"startTimeUnixNano":1}`,
      `{${ids},${ids},"startTimeUnixNano":1}`,
      '{"startTimeUnixNano":1}',
      '7',
      '{}',
    ];
    for (const one of bad) expect(readAll(`[${one},`), one).to.deep.equal({ shape: [], taken: 0, rest: `${one},` });
  });
});

describe('a file of OTLP', () => {
  it('has the spans, or the error, that it has where it is parsed as a whole', () => {
    let spans = 0;
    let errors = 0;
    for (const isBad of [false, true]) {
      fc.assert(
        fc.property(request(isBad), written, sizes, (value, write, size) => {
          const text = write(value);
          const wanted = atOnce([JSON.parse(text)]);
          expect(asItComes(text, size)).to.deep.equal(wanted);
          if (typeof wanted === 'string') errors++;
          else spans += (wanted as { spans: unknown[] }[]).reduce((sum, each) => sum + each.spans.length, 0);
        }),
        { numRuns: 200 },
      );
    }
    expect(spans, 'spans at all').to.be.above(500);
    expect(errors, 'errors at all').to.be.above(20);
  });

  it('is searched as its spans are once they are read, though most of those that have not a word are not', () => {
    const numbers = fc.constantFrom(
      ...['1e3', 1e21, 'NaN', '-Infinity', 'abc', 1.5].map((value) => ({ doubleValue: value })),
      { stringValue: 'C:\\dir' },
      { bytesValue: 'AGV0' },
    );
    const searched = fc.record({
      ...times,
      traceId,
      spanId,
      name: fc.constantFrom('GET /cart', 'sql'),
      attributes: fc.array(fc.record({ key: fc.constantFrom('http.method', 'İd', 'a'), value: numbers })),
      status: fc.constantFrom({}, { code: 2, message: 'No cart' }),
    });
    const file = fc.oneof(
      request(false),
      fc.array(searched, { maxLength: 4 }).map((spans) => ({ resourceSpans: [{ scopeSpans: [{ spans }] }] })),
    );
    let found = 0;
    let vain = 0;
    fc.assert(
      fc.property(file, sizes, fc.nat(), fc.nat(8), (value, size, at, length) => {
        // As programs write it that escape more than they need.
        const written = JSON.stringify(value).replaceAll('dir', '\\u0064ir');
        for (const trace of tracesOf(written, size)) {
          for (let place = 0; place < trace.size; place++) {
            const record = membersOf(trace.recordOf(place)) as unknown as SpanRecord;
            const { attributes, events, statusMessage } = record;
            const pairs = [attributes, ...events.map((each) => each.attributes)].flatMap((each) =>
              Object.entries(each),
            );
            const said = [...pairs.map(([key, text]) => `${key}=${text}`), ...events.map(({ name }) => name)];
            const text = [...said, statusMessage ?? 'none'].join('\n').toLowerCase();
            const part = text.slice(at % text.length).slice(0, length + 1);
            for (const word of [part, 'e', '1e', 'na', 'inf', '1000', 'et /', 'd=c', 'met', 'dir', 'none']) {
              const isThere = matchesFilter([word], record, 'shop');
              expect(matchesFilter([word], trace.recordOf(place), 'shop'), word).to.equal(isThere);
              if (isThere) found++;
              else if (!(trace.recordOf(place) as WrittenRecord).mayHave(word)) vain++;
            }
          }
        }
      }),
      { numRuns: 400 },
    );
    expect(found, 'found').to.be.above(500);
    expect(vain, 'not read').to.be.above(500);
  });

  it('has, wherever it ends, the spans that it has where all of it is kept', () => {
    fc.assert(
      fc.property(request(false), written, sizes, fc.nat(), (value, write, size, end) => {
        const text = write(value);
        const cut = text.slice(0, 1 + (end % (text.length - 1)));
        const wanted = atOnce(parse(cut, size, () => false));
        expect(asItComes(cut, size)).to.deep.equal(wanted);
      }),
      { numRuns: 200 },
    );
  });

  it('may have a request on each line', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(request(false), { minLength: 2, maxLength: 4 }), sizes, async (values, size) => {
        const text = values.map((value) => JSON.stringify(value)).join('\n');
        expect(asItComes(text, size)).to.deep.equal(atOnce(JSON.parse(JSON.stringify(values))));
      }),
      { numRuns: 50 },
    );
  });

  it('counts what JSON counts of a key that is there twice', () => {
    const spans = (id: string, more = '') =>
      `"spans":[${['1', '2'].map((n) => `{"traceId":"a","spanId":"${id}${n}","startTimeUnixNano":1${more}}`).join()}]`;
    const bad = '"spans":[{"traceId":"no hex"}]';
    const groups = (list: string) => `[{"scopeSpans":[{${list}}]}]`;
    for (const text of [
      `{"resourceSpans":${groups(`${bad},${spans('b')}`)}}`,
      `{"resourceSpans":${groups(`${spans('b')},${bad}`)}}`,
      `{"resourceSpans":${groups(bad)},"resourceSpans":${groups(spans('c'))}}`,
      `{"resource_spans":${groups(bad)},"resourceSpans":${groups(spans('c'))}}`,
      `{"resourceSpans":${groups(spans('c'))},"resource_spans":${groups(bad)}}`,
      `{"resourceSpans":[{"scopeSpans":[{${bad}}],"scopeSpans":[{${spans('d', ',"status":{"message":"m"}')}}]}]}`,
      `{"resourceSpans":[{"scopeSpans":[{${bad}}],"scopeSpans":7}]}`,
      `{"resourceSpans":${groups(spans('e'))},"resourceSpans":7}`,
    ]) {
      for (const batch of [1, 30, 1000])
        expect(asItComes(text, { piece: 10, batch }), text).to.deep.equal(atOnce([JSON.parse(text)]));
    }
  });

  it('keeps lists that are called as those of groups and spans where they are something else', async () => {
    const key = { spans: [1, 2, [3]], resourceSpans: [{ scopeSpans: [{ spans: [4, 5] }] }, 6], more: 7 };
    // Not as the reader of bytes takes it.
    const span = { trace_id: 'a', span_id: 'b', start_time_unix_nano: 1, attributes: [{ key, value: {} }] };
    const text = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span, span] }] }] });
    const wanted = atOnce([JSON.parse(text)]);
    expect(JSON.stringify(wanted)).to.include(JSON.stringify(JSON.stringify(key)));
    for (const batch of [1, 10, 30, 1000]) expect(asItComes(text, { piece: 1000, batch })).to.deep.equal(wanted);
    const tag = [{ spans: [1, 2] }];
    const zipkin = [{ traceId: 'a', id: 'b', timestamp: 1, tags: { tag } }];
    const { traces } = await readFile(new Blob([JSON.stringify(zipkin)]));
    expect(traces[0]?.recordOf(0).attributes['tag']).to.equal(JSON.stringify(tag));
  });

  it('has each resource once, however many groups say it', () => {
    const groups = Array.from({ length: 20 }, (_, i) => ({
      resource: { attributes: [{ key: 'host.name', value: { stringValue: `h${i % 3}` } }] },
      scopeSpans: [{ spans: [{ traceId: 'a', spanId: (i + 1).toString(16), startTimeUnixNano: 1 }] }],
    }));
    const [trace] = tracesOf(JSON.stringify({ resourceSpans: groups }), { piece: 100, batch: 100 }) as OtlpTrace[];
    const resources = groups.map((_, row) => trace?.spans.resourceOf(row));
    expect(resources.map((each) => each?.attributes['host.name'])).to.deep.equal(groups.map((_, i) => `h${i % 3}`));
    expect(new Set(resources).size).to.equal(3);
  });

  /** Long and short lists, a trace in several of them, and spans with much and with little. */
  const long = () => {
    const spanAt = (i: number) => ({
      traceId: (i % 7).toString(16).padStart(32, 'c'),
      spanId: (i + 1).toString(16).padStart(16, '0'),
      parentSpanId: i % 10 ? ((i * 7919) % 6000).toString(16).padStart(16, '0') : undefined,
      name: `GET /${i % 30} ü`,
      kind: i % 6,
      startTimeUnixNano: `1544712660${String(i).padStart(9, '0')}`,
      endTimeUnixNano: i % 50 ? `1544712661${String(i).padStart(9, '0')}` : undefined,
      attributes:
        i % 3 ? undefined : Array.from({ length: 9 }, (_, n) => ({ key: `key ${n}`, value: { intValue: String(i) } })),
      events: i % 5 ? [] : [{ name: 'é', timeUnixNano: 5, attributes: [{ key: 'n', value: { stringValue: `${i}` } }] }],
      status: i % 11 ? {} : { code: 2, message: 'no cart' },
    });
    const list = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => spanAt(from + i));
    const named = (name: string) => ({ attributes: [{ key: 'service.name', value: { stringValue: name } }] });
    return {
      resourceSpans: [
        { resource: named('a'), scopeSpans: [{ spans: list(0, 5) }, { scope: {}, spans: list(5, 2900) }] },
        { scopeSpans: [{ spans: list(2900, 5800), scope: {} }], resource: named('b') },
        ...Array.from({ length: 50 }, (_, i) => ({
          resource: named(`c${i % 3}`),
          scopeSpans: [{ spans: list(5800 + i * 4, 5804 + i * 4) }],
        })),
      ],
    };
  };

  it('that is large has the spans that it has at once', async () => {
    const text = JSON.stringify(long());
    expect(text.length).to.be.above(10 * 96 * 1024);
    const { traces, spans } = await readFile(new Blob([text]));
    expect(spans).to.equal(6000);
    expect(shapeOf(traces)).to.deep.equal(atOnce([JSON.parse(text)]));
  });

  it('names the place of what is wrong far behind its beginning, and nothing of it is in the store', async () => {
    const bad = { traceId: 'no hex', spanId: '1', startTimeUnixNano: 1 };
    const said = async (put: (file: { resourceSpans: { scopeSpans: { spans: unknown[] }[] }[] }) => void) => {
      const file = long();
      put(file as never);
      const store = new SpanStore();
      try {
        await openFile(store, new File([JSON.stringify(file)], 'f.json'));
      } catch (error) {
        expect(store.size).to.equal(0);
        return (error as Error).message;
      }
      return 'it was read';
    };
    const listOf = (file: { resourceSpans: { scopeSpans: { spans: unknown[] }[] }[] }, group: number, scope: number) =>
      file.resourceSpans[group]?.scopeSpans[scope]?.spans ?? [];
    expect(await said((file) => listOf(file, 0, 1).splice(2345, 0, bad))).to.include(
      ': resourceSpans[0].scopeSpans[1].spans[2345].traceId: up to 32 hex digits are expected here, not "no hex"; ',
    );
    expect(
      await said((file) => listOf(file, 1, 0).push({ ...bad, traceId: 'ab', startTimeUnixNano: true })),
    ).to.include(': resourceSpans[1].scopeSpans[0].spans[2900].startTimeUnixNano: a time is expected here, not true; ');
    expect(await said((file) => listOf(file, 51, 0).push(7))).to.include(
      ': resourceSpans[51].scopeSpans[0].spans[4]: an object is expected here; ',
    );
    expect(await said((file) => file.resourceSpans.push(7 as never))).to.include(
      ': resourceSpans[52]: an object is expected here; ',
    );
  });

  it('answers for a span whose values lie too deep when there is little of the stack left', async () => {
    const deep = `${'{"a":'.repeat(3000)}1${'}'.repeat(3000)}`;
    const span = `{"traceId":"a","spanId":"b","startTimeUnixNano":1,"attributes":[{"key":${deep}}]}`;
    const { traces } = await readFile(new Blob([`{"resourceSpans":[{"scopeSpans":[{"spans":[${span}]}]}]}`]));
    const trace = traces[0] as ForeignTrace;
    expect(Object.keys(trace.recordOf(0).attributes)).to.deep.equal([deep]);
    let attributes: unknown;
    /** Reads them where the stack is fullest. */
    const isRead = (): boolean => {
      try {
        if (isRead()) return true;
      } catch {}
      try {
        attributes = trace.recordOf(0).attributes;
        return true;
      } catch {
        return false;
      }
    };
    isRead();
    expect(attributes).to.deep.equal(Object.create(null));
  });
});
