import { expect } from 'chai';
import * as fc from 'fast-check';
import { openFile } from '../../panel/files.js';
import {
  extract,
  getCurrentSpan,
  OtlpHttpExporter,
  type Propagator,
  type Span,
  type SpanProcessor,
  startSpan,
  startTracing,
  type TracingOptions,
  traced,
  withBaggage,
  withSpan,
} from '../../src/index.js';
import { SpanStore } from '../../src/store/span-store.js';
import type { SpanRecord } from '../../src/trace/types.js';
import { testConfig } from '../config.js';
import { JAEGER, OTLP } from '../panel/formats/samples.js';

/** What hostile code makes of an object. */
const hostileValues: (() => unknown)[] = [
  () => ({
    get a() {
      throw new Error('getter');
    },
  }),
  () => ({
    toString() {
      throw new Error('toString');
    },
    valueOf() {
      throw new Error('valueOf');
    },
    toJSON() {
      throw new Error('toJSON');
    },
  }),
  () => Object.create(null),
  () => Symbol('s'),
  () => 12n,
  () =>
    new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error('ownKeys');
        },
        get: () => {
          throw new Error('get');
        },
      },
    ),
  () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  },
  () => {
    const cycle: Record<string, unknown> = {};
    cycle['self'] = cycle;
    return cycle;
  },
  () => Object.assign([], { length: 1000 }),
  () => document.body,
  () => new Date(Number.NaN),
  () => Promise.resolve(1),
  () => JSON.parse('{"__proto__":{"polluted":1}}'),
  () => new Error('x', { cause: new Error('y') }),
  () => '\ud800',
  () => 'x'.repeat(100_000),
];
const hostile = fc.constantFrom(...hostileValues);

/** Made when it is asked for: fast-check would look into it. */
const anything: fc.Arbitrary<() => unknown> = fc.oneof(
  fc
    .anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withTypedArray: true,
      withNullPrototype: true,
      withSparseArray: true,
    })
    .map((value) => () => value),
  hostile,
);

const isValue = (value: unknown): boolean =>
  ['string', 'number', 'boolean'].includes(typeof value) ||
  (Array.isArray(value) && value.every((each) => typeof each === typeof value[0] && isValue(each)));

/** Changes one thing somewhere in a JSON value. */
function mutate(value: unknown, path: number, by: unknown): unknown {
  if (typeof value !== 'object' || value === null || path % 5 === 0) return by;
  const keys = Object.keys(value);
  if (keys.length === 0) return by;
  const key = keys[path % keys.length] as string;
  const copy = (Array.isArray(value) ? [...value] : { ...value }) as Record<string, unknown>;
  const next = Math.floor(path / keys.length);
  copy[key] = mutate(copy[key], next, by);
  return copy;
}

const ZIPKIN = [
  {
    traceId: 'a'.repeat(32),
    id: 'b'.repeat(16),
    name: 'x',
    timestamp: 1.7e15,
    duration: 5,
    tags: { a: 'b' },
    annotations: [{ timestamp: 1.7e15, value: 'y' }],
  },
];
const CHROME = {
  traceEvents: [
    { ph: 'X', name: 'x', ts: 1.7e15, dur: 5, pid: 1, tid: 1, args: { a: 1 } },
    { ph: 'B', name: 'y', ts: 1.7e15, pid: 1, tid: 2 },
    { ph: 'i', name: 'z', ts: 1.7e15, pid: 1, tid: 2 },
  ],
};

const corpus = {
  traceparent: [
    '',
    '00',
    `00-${'0'.repeat(32)}-${'1'.repeat(16)}-01`,
    `00-${'1'.repeat(32)}-${'0'.repeat(16)}-01`,
    `ff-${'1'.repeat(32)}-${'1'.repeat(16)}-01`,
    `00-${'1'.repeat(32)}-${'1'.repeat(16)}-01`,
    `00-${'A'.repeat(32)}-${'1'.repeat(16)}-01`,
    `01-${'1'.repeat(32)}-${'1'.repeat(16)}-01-more`,
    `00-${'1'.repeat(32)}-${'1'.repeat(16)}-01-more`,
    `00-${'1'.repeat(32)}-${'1'.repeat(16)}-zz`,
  ],
  tracestate: [
    '',
    'a=b',
    'a=b,a=c',
    'a=b,,c=d',
    '=',
    'A=b',
    `a=${'x'.repeat(257)}`,
    Array.from({ length: 40 }, (_, i) => `k${i}=v`).join(),
    'a@b=c',
    'a=b\n',
  ],
  baggage: [
    '',
    'a=b',
    'a=%zz',
    'a=b;c=d;e',
    '=',
    ';',
    ',',
    'a',
    `a=${'x'.repeat(9000)}`,
    Array.from({ length: 200 }, (_, i) => `k${i}=v`).join(),
    'a=\u0000',
    '%41=b',
    'a b=c',
  ],
  b3: [
    '',
    '0',
    '1',
    'd',
    `${'1'.repeat(32)}-${'1'.repeat(16)}-1`,
    `${'1'.repeat(16)}-${'1'.repeat(16)}`,
    `${'0'.repeat(32)}-${'1'.repeat(16)}-1`,
    `${'1'.repeat(32)}-${'1'.repeat(16)}-d-${'2'.repeat(16)}`,
    '---',
  ],
};

/** From the corpus, as it is, with some of it changed, or anything. */
const header = (name: keyof typeof corpus): fc.Arbitrary<string> =>
  fc.oneof(
    fc.constantFrom(...corpus[name]),
    fc
      .tuple(fc.constantFrom(...corpus[name]), fc.nat(80), fc.string({ unit: 'binary', maxLength: 3 }))
      .map(([text, at, put]) => text.slice(0, at) + put + text.slice(at + 1)),
    fc.string({ unit: 'binary', maxLength: 300 }),
  );

/** All of `TracingOptions`, by the compiler's word. */
const OPTIONS = Object.keys({
  service: 0,
  instrument: 0,
  panel: 0,
  exporters: 0,
  processors: 0,
  sampler: 0,
  tail: 0,
  propagateTo: 0,
  propagators: 0,
  ignoreUrls: 0,
  redact: 0,
  redactParameters: 0,
  limits: 0,
  settleTimer: 0,
  maxTraceDuration: 0,
} satisfies Record<keyof TracingOptions, 0>);

const keepEnded = (ended: Span[]): SpanProcessor => ({
  onStart() {},
  onEnd: (span) => void ended.push(span),
  async forceFlush() {},
  async shutdown() {},
});

/** Each says what happened and what to do. */
function listenToWarnings() {
  const said: string[] = [];
  console.warn = (text) => void said.push(String(text));
  return {
    expectClear() {
      console.warn = () => {};
      for (const text of said) expect(text).to.match(/^zonetrace: .+; .+/s);
      expect(new Set(said).size, 'each once').to.equal(said.length);
    },
  };
}

/** What exporters can take. */
function expectClean({ name, startTime, endTime, attributes, events, links, kind, status }: Span): void {
  expect(typeof name).to.equal('string'); // chai would look into it
  expect(['INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'].includes(kind)).to.equal(true);
  expect(['OK', 'ERROR', 'UNSET'].includes(status)).to.equal(true);
  expect(Number.isFinite(startTime)).to.equal(true);
  expect(endTime).to.be.at.least(startTime);
  const records = [attributes, ...events.map((event) => event.attributes), ...links.map((link) => link.attributes)];
  for (const record of records)
    for (const value of Object.values(record ?? {})) expect(isValue(value), JSON.stringify(value)).to.equal(true);
  for (const event of events) expect(Number.isFinite(event.time)).to.equal(true);
}

/** The error of a file names what is wrong; it is not one of ours that happened. */
function expectClear(error: unknown): void {
  const { message, cause } = error as Error;
  expect(message).to.match(/^zonetrace: x could not be read: .+; \w/);
  expect((cause as Error).name).not.to.match(/TypeError|RangeError|ReferenceError/);
}

describe('anything that comes in', function () {
  this.timeout(120_000);
  let numRuns = 100;
  const { warn } = console;
  before(async () => {
    numRuns = Math.max(numRuns, Math.ceil((await testConfig()).fuzzPrograms / 100));
    console.warn = () => {};
  });
  after(() => {
    console.warn = warn;
  });

  it('as a header is a valid context and baggage, or nothing', async () => {
    const tracing = startTracing({
      instrument: false,
      panel: false,
      propagators: ['tracecontext', 'baggage', 'b3', 'b3multi'] as Propagator[],
    });
    fc.assert(
      fc.property(
        header('traceparent'),
        header('tracestate'),
        header('baggage'),
        header('b3'),
        (traceparent, tracestate, baggage, b3) => {
          const found = extract({
            traceparent,
            tracestate,
            baggage,
            b3,
            'x-b3-traceid': b3,
            'x-b3-spanid': traceparent,
            'x-b3-sampled': tracestate,
          });
          if (found.parent) {
            const { traceId, spanId, traceFlags, traceState } = found.parent;
            expect(traceId).to.match(/^(?!0+$)[\da-f]{32}$/);
            expect(spanId).to.match(/^(?!0+$)[\da-f]{16}$/);
            expect(traceFlags).to.be.within(0, 255);
            if (traceState !== undefined) expect(traceState.length).to.be.at.most(512);
            withSpan('child', { parent: found.parent }, (span) => expect(span.context.traceId).to.equal(traceId));
          }
          expect(found.baggage.size).to.be.at.most(64);
          expect(withBaggage(found.baggage, () => 'ran')).to.equal('ran');
        },
      ),
      { numRuns: numRuns * 4 },
    );
    await tracing.stop();
  });

  it('as a file is spans with ids and finite times, or one error', async () => {
    const samples: unknown[] = [OTLP, JAEGER, ZIPKIN, CHROME];
    let read = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...samples),
        fc.nat(),
        fc.oneof(
          fc.json().map((text) => JSON.parse(text) as unknown),
          fc.constantFrom<unknown>(null, -1, 1e308, '1e999', '', [], {}, 'x'.repeat(1000), true),
        ),
        async (sample, path, by) => {
          const text = JSON.stringify(mutate(sample, path, by)) ?? '';
          const store = new SpanStore();
          try {
            await openFile(store, new File([text], 'x'));
          } catch (error) {
            expectClear(error);
            return;
          }
          read += store.size;
          for (const row of store.traces.flatMap(({ rows }) => rows)) {
            const record = store.record(row) as SpanRecord;
            expect(record.context.traceId).to.match(/^(?!0+$)[\da-f]{32}$/);
            expect(record.context.spanId).to.match(/^(?!0+$)[\da-f]{16}$/);
            expect(Number.isFinite(record.startTime)).to.equal(true);
            expect(record.endTime === undefined || Number.isFinite(record.endTime)).to.equal(true);
            expect(record.name).to.be.a('string');
            for (const value of Object.values(record.attributes))
              expect(isValue(value), JSON.stringify(value)).to.equal(true);
          }
        },
      ),
      { numRuns: numRuns * 2 },
    );
    expect(read).to.be.greaterThan(numRuns / 4);
    // And what is no JSON, cut off, or too deep.
    for (const text of [
      '',
      '{',
      '[',
      'null',
      '1',
      '"x"',
      '[]',
      '{}',
      `${'['.repeat(20_000)}`,
      JSON.stringify(OTLP).slice(0, 500),
      '\u0000',
      '{"resourceSpans":[]}\n{"resourceSpans":',
    ]) {
      try {
        await openFile(new SpanStore(), new File([text], 'x'));
      } catch (error) {
        expectClear(error);
      }
    }
  });

  it('as names, attributes, events, links, errors, times and options of a span is recorded or said, and nothing around it is lost', async () => {
    const ended: Span[] = [];
    const tracing = startTracing({ instrument: false, panel: false, processors: [keepEnded(ended)] });
    const said = listenToWarnings();
    const input = fc.array(anything, { minLength: 14, maxLength: 14 });
    try {
      await fc.assert(
        fc.asyncProperty(input, async (makes) => {
          ended.length = 0;
          let at = 0;
          const next = (): never => makes[at++]?.() as never;
          const [name, options, key, value, list] = [next(), next(), next(), next(), next()] as const;
          const [event, more, time, link, error] = [next(), next(), next(), next(), next()] as const;
          const [rename, status, end, parent] = [next(), next(), next(), next()] as const;
          const span = startSpan(name, options);
          span
            .setAttribute('before', 1)
            .setAttribute(key, value)
            .setAttributes(list as never);
          span.addEvent(event, more, time).addLink(link as never, more);
          span.recordException(error, more).updateName(rename);
          expect(span.setAttribute('behind', 1).recording).to.equal(true);
          const given = { parent, attributes: value, links: list, kind: key, startTime: time } as never;
          const result = {};
          expect(withSpan(name, given, () => result)).to.equal(result);
          expect(traced(name, given, () => result)()).to.equal(result);
          span.end(status, end);
          expect(span.recording).to.equal(false);
          expect(ended.length).to.equal(3);
          expect(ended.at(-1)).to.equal(span);
          for (const each of ended) expectClean(each);
          const { attributes, events, droppedAttributesCount } = span;
          if (droppedAttributesCount === 0) expect(attributes).to.include({ behind: 1 });
          expect(events).to.have.length(2);
          expect(getCurrentSpan()).to.equal(undefined);
        }),
        { numRuns, includeErrorInReport: true },
      );
    } finally {
      await tracing.stop();
    }
    said.expectClear();
  });

  for (const name of OPTIONS) {
    it(`as the option ${name} is used, or said to be wrong, and tracing starts and stops`, async () => {
      const said = listenToWarnings();
      await fc.assert(
        fc.asyncProperty(
          fc.oneof(
            anything,
            anything.map((make) => () => [make()]),
            anything.map((make) => () => {
              const members = [
                'name',
                'version',
                'attributes',
                'root',
                'session',
                'errors',
                'slowerThan',
                'events',
                'spans',
              ];
              return Object.fromEntries([...members, 'fetch', 'webVitals', 'launcher'].map((each) => [each, make()]));
            }),
          ),
          async (make) => {
            const ended: Span[] = [];
            const basic = { instrument: false, panel: false, processors: [keepEnded(ended)] } as const;
            const tracing = startTracing({ ...basic, [name]: make() } as never);
            try {
              const result = {};
              expect(withSpan('work', (span) => span.setAttribute('key', 'value') && result)).to.equal(result);
              if (name !== 'processors' && name !== 'limits') expect(ended.map((span) => span.name)).to.include('work');
            } finally {
              await tracing.stop();
            }
            expect(getCurrentSpan()).to.equal(undefined);
          },
        ),
        { numRuns: Math.ceil(numRuns / 10), includeErrorInReport: true },
      );
      said.expectClear();
    });
  }

  it('as all options at once starts tracing with its defaults', async () => {
    const said = listenToWarnings();
    for (const make of [() => 1, () => 'x', () => null, () => [], () => Symbol('s'), ...hostileValues]) {
      const tracing = startTracing(make() as never);
      expect(withSpan('work', () => 1)).to.equal(1);
      await tracing.stop();
    }
    said.expectClear();
  });

  it('as options of an exporter makes an exporter, which sends or says why not', () => {
    fc.assert(
      fc.property(anything, anything, anything, anything, (...made) => {
        const [url, headers, compression, timeout] = made.map((make) => make());
        new OtlpHttpExporter({ url, headers, compression, timeout } as never);
        new OtlpHttpExporter({ url: '/v1/traces', headers, compression, timeout } as never);
        new OtlpHttpExporter(url as never);
      }),
      { numRuns },
    );
  });
});
