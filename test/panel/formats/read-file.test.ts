import { expect } from 'chai';
import fc from 'fast-check';
import { FileError } from '../../../panel/formats/json.js';
import { readFile } from '../../../panel/formats/read-file.js';
import type { ReadSpan } from '../../../panel/formats/span.js';
import { writeOtlp } from '../../../panel/formats/write-otlp.js';
import type { SpanRecord } from '../../../src/trace/types.js';
import { membersOf } from './members-of.js';
import { CHROME, JAEGER, OTLP, ZIPKIN } from './samples.js';

async function readText(text: string): Promise<ReadSpan[]> {
  const { traces } = await readFile(new Blob([text]));
  return traces.flatMap((trace) =>
    Array.from({ length: trace.size }, (_, place) => ({
      record: trace.recordOf(place),
      service: trace.serviceOf(place),
    })),
  );
}

const read = (file: unknown) => readText(JSON.stringify(file));

/** The error that reading ends with. */
async function fault(reading: Promise<unknown>): Promise<Error> {
  try {
    await reading;
  } catch (error) {
    return error as Error;
  }
  throw new Error('it was read');
}

/** Own members only, as a copy with a prototype: so that chai compares what a reader sees. */
const plain = (value: unknown) => JSON.parse(JSON.stringify(value));

const hex = (length: number) =>
  fc.array(fc.integer({ min: 0, max: 15 }), { minLength: length, maxLength: length }).map(
    (digits) =>
      // Never all zero.
      `1${digits
        .slice(1)
        .map((digit) => digit.toString(16))
        .join('')}`,
  );
const attribute = fc.oneof(
  fc.string(),
  fc.boolean(),
  fc.integer(),
  fc.double({ noNaN: true }),
  fc.array(fc.string()),
  fc.array(fc.boolean()),
  fc.array(fc.integer()),
);
const attributes = fc.array(fc.tuple(fc.string(), attribute)).map((pairs) => {
  const object = Object.create(null);
  for (const [key, value] of pairs) object[key] = value;
  return object;
});
const context = fc.record({
  traceId: hex(32),
  spanId: hex(16),
  traceFlags: fc.nat(255),
  isRemote: fc.constant(false),
});
const time = fc.integer({ min: 1, max: 4_000_000_000_000 }).map((micros) => micros / 8);
const record: fc.Arbitrary<SpanRecord> = fc.record({
  name: fc.string(),
  context,
  parentSpanId: fc.option(hex(16), { nil: undefined }),
  parentIsRemote: fc.boolean(),
  kind: fc.constantFrom('INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'),
  startTime: time,
  endTime: fc.option(time, { nil: undefined }),
  status: fc.constantFrom('UNSET', 'OK', 'ERROR'),
  statusMessage: fc.option(fc.string({ minLength: 1 }), { nil: undefined }),
  attributes,
  events: fc.array(fc.record({ name: fc.string(), time, attributes })),
  links: fc.array(fc.record({ context, attributes })),
  droppedAttributesCount: fc.nat(),
  droppedEventsCount: fc.nat(),
  droppedLinksCount: fc.nat(),
});

describe('readFile', () => {
  it('reads what writeOtlp has written, and nothing is lost', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ record, service: fc.string() }), { minLength: 1, maxLength: 5 }),
        async (spans) => {
          const bySpan = (list: readonly ReadSpan[]) =>
            [...list].sort((a, b) => a.record.context.spanId.localeCompare(b.record.context.spanId));
          // Circles are another test's; one id twice has no order.
          const ids = new Set(spans.map((span) => span.record.context.spanId));
          fc.pre(ids.size === spans.length && !spans.some((span) => ids.has(span.record.parentSpanId ?? '')));
          const after = bySpan(await readText(writeOtlp(spans)));
          bySpan(spans).forEach((span, i) => {
            expect(after[i]?.service).to.equal(span.service);
            expect(membersOf(after[i]?.record)).to.deep.equal(span.record);
          });
        },
      ),
      { numRuns: 60 },
    );
  });

  it('takes OTLP with ids of either case, names of either kind, and 64-bit numbers as text or number', async () => {
    const [span, open] = await read(OTLP);
    expect(span?.service).to.equal('shop');
    expect(plain(membersOf(span?.record))).to.deep.equal({
      name: 'GET /cart',
      context: {
        traceId: '5b8efff798038103d269b633813fc60c',
        spanId: 'eee19b7ec3c1b174',
        traceFlags: 1,
        isRemote: false,
      },
      parentSpanId: 'eee19b7ec3c1b173',
      parentIsRemote: false,
      kind: 'SERVER',
      startTime: 1544712660123.4568,
      endTime: 1544712661000,
      status: 'ERROR',
      statusMessage: 'no cart',
      attributes: JSON.parse(
        '{"big":"9007199254740993","small":7,"list":["a","b"],"tree":"{\\"x\\":1.5}","__proto__":"polluted","host.name":"h1"}',
      ),
      events: [{ name: 'cache miss', time: 1544712660500, attributes: {} }],
      links: [
        {
          context: {
            traceId: '5b8efff798038103d269b633813fc60d',
            spanId: 'eee19b7ec3c1b175',
            traceFlags: 0,
            isRemote: false,
          },
          attributes: {},
        },
      ],
      droppedAttributesCount: 0,
      droppedEventsCount: 0,
      droppedLinksCount: 0,
    });
    expect(open?.record).to.include({
      name: 'open',
      endTime: undefined,
      parentSpanId: 'eee19b7ec3c1b174',
      kind: 'CLIENT',
    });
    expect(({} as Record<string, unknown>)['polluted']).to.equal(undefined);
    expect(Object.getPrototypeOf(span?.record.attributes)).to.equal(null);
  });

  it('takes one OTLP request a line', async () => {
    const line = JSON.stringify(OTLP);
    expect((await readText(`${line}\n\n${line.replaceAll('e7ec3c1b', 'e7ec3c1c')}\r\n`)).length).to.equal(4);
  });

  it('takes Jaeger JSON: short ids, references, logs, processes', async () => {
    const [checkout, sql] = (await read(JAEGER)) as [ReadSpan, ReadSpan];
    expect(checkout.record.context).to.include({ traceId: 'ab12'.padStart(32, '0'), spanId: '1'.padStart(16, '0') });
    expect(checkout.record).to.include({ kind: 'SERVER', status: 'ERROR', endTime: 1544712660002.5 });
    expect(plain(checkout.record.events)).to.deep.equal([{ name: 'retry', time: 1544712660001, attributes: { n: 2 } }]);
    expect(checkout.record.attributes['hostname']).to.equal('h1');
    expect(sql.service).to.equal('db');
    expect(sql.record.parentSpanId).to.equal(checkout.record.context.spanId);
    expect(sql.record.links[0]?.context.traceId).to.equal('ab13'.padStart(32, '0'));
  });

  it('takes Zipkin v2, and tells apart client and server where they share an id', async () => {
    const [client, server, query] = (await read(ZIPKIN)) as [ReadSpan, ReadSpan, ReadSpan];
    expect(client.record).to.include({
      kind: 'CLIENT',
      status: 'ERROR',
      statusMessage: 'timeout',
      endTime: 1458702548853,
    });
    expect(client.record.attributes).to.include({ 'peer.service': 'api', 'network.peer.port': 80 });
    expect(client.record.events[0]).to.include({ name: 'sent' });
    expect(server.record.context.spanId).to.not.equal(client.record.context.spanId);
    expect(server.record.parentSpanId).to.equal(client.record.context.spanId);
    expect(query.record.parentSpanId).to.equal(server.record.context.spanId);
  });

  it('takes Chrome Trace Event: nesting by thread, pairs, instants, also without an end', async () => {
    for (const text of [JSON.stringify(CHROME), JSON.stringify(CHROME.traceEvents).slice(0, -1).concat(',\n')]) {
      const spans = await readText(text);
      const byName = (name: string) => spans.find((span) => span.record.name === name)?.record as SpanRecord;
      expect(spans.map((span) => span.record.name).sort()).to.deep.equal(['async', 'inner', 'later', 'task']);
      const task = byName('task');
      expect(byName('inner').parentSpanId).to.equal(task.context.spanId);
      expect(byName('inner').attributes['done']).to.equal(true);
      expect(byName('inner').events.map((event) => event.name)).to.deep.equal(['mark']);
      expect(byName('later').parentSpanId).to.equal(undefined);
      expect((task.endTime ?? 0) - task.startTime).to.be.closeTo(0.5, 0.001);
      expect(byName('async').endTime).to.equal(undefined);
      expect(byName('async').context.traceId).to.not.equal(task.context.traceId);
      expect(spans[0]?.service).to.equal('Renderer');
      expect(Date.now() - task.startTime).to.be.below(60_000);
    }
  });

  it('makes one link of each circle of parents', async () => {
    const span = (id: string, parent: string) => ({
      traceId: 'a'.repeat(32),
      spanId: id.repeat(16),
      parentSpanId: parent.repeat(16),
      startTimeUnixNano: 1,
    });
    const spans = await read({
      resourceSpans: [
        { scopeSpans: [{ spans: [span('1', '2'), span('2', '3'), span('3', '1'), span('4', '1'), span('5', '5')] }] },
      ],
    });
    const roots = spans.filter(({ record }) => record.parentSpanId === undefined);
    expect(roots.length).to.equal(2);
    expect(roots.map(({ record }) => record.links.length)).to.deep.equal([1, 1]);
  });

  it('says in one error what is wrong, and where', async () => {
    const bad = structuredClone(OTLP) as unknown as {
      resourceSpans: { scopeSpans: { spans: { traceId: unknown }[] }[] }[];
    };
    const span = bad.resourceSpans[0]?.scopeSpans[0]?.spans[1];
    if (span) span.traceId = 'no hex';
    const at = 'resourceSpans[0].scopeSpans[0].spans[1].traceId';
    const said = async (reading: Promise<unknown>) => {
      const error = await fault(reading);
      expect(error).to.be.instanceOf(FileError);
      return error.message;
    };
    const line = JSON.stringify(OTLP);
    expect(await said(read(bad))).to.equal(`${at}: up to 32 hex digits are expected here, not "no hex"`);
    expect(await said(readText(`${line}\n{"resourceSpans":7}`))).to.equal(
      'line 2: resourceSpans: an array is expected here',
    );
    expect(await said(readText(`${line}\n{"resourceSpans":]}`))).to.include('line 2: this is not JSON');
    expect(await said(readText('<html>'))).to.equal('this is not JSON');
    expect(await said(readText(''))).to.equal('the file is empty');
    expect(await said(read([]))).to.equal('there are no spans in it');
    expect(await said(read({ spans: [] }))).to.include('this is none of OTLP JSON');
    expect(await said(read([{ traceId: 'ab', id: 'cd' }]))).to.equal('[0].timestamp: a time is missing');
    expect(await said(read({ traceEvents: [{ ph: 'X', ts: 1 }, { ph: 'X' }] }))).to.equal(
      'traceEvents[1].ts: a time is missing',
    );
    expect(await said(read({ resourceSpans: 7 }))).to.equal('resourceSpans: an array is expected here');
    expect(await said(readText(line.slice(0, 300)))).to.equal('it ends before the first span does');
  });

  it('throws nothing but that error, whatever a file holds, and changes no prototype', async () => {
    const before = Object.getOwnPropertyNames(Object.prototype).join();
    const places = [
      (value: unknown) => ({ resourceSpans: value }),
      (value: unknown) => ({ resourceSpans: [{ resource: value, scopeSpans: [{ spans: value }] }] }),
      (value: unknown) => ({
        resourceSpans: [
          {
            scopeSpans: [
              {
                spans: [
                  {
                    ...OTLP.resourceSpans[0]?.scopeSpans[0]?.spans[0],
                    attributes: value,
                    events: value,
                    status: value,
                  },
                ],
              },
            ],
          },
        ],
      }),
      (value: unknown) => ({ data: [value] }),
      (value: unknown) => ({ data: [{ spans: [value], processes: value }] }),
      (value: unknown) => [value],
      (value: unknown) => [{ ...ZIPKIN[0], tags: value, remoteEndpoint: value, kind: value }],
      (value: unknown) => ({ traceEvents: value }),
      (value: unknown) => ({ traceEvents: [{ ph: 'X', ts: 1, args: value, name: value, pid: value }] }),
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...places),
        fc.oneof(fc.jsonValue(), fc.array(fc.jsonValue())),
        async (place, value) => {
          try {
            await read(place(value));
          } catch (error) {
            expect(error).to.be.instanceOf(FileError);
          }
        },
      ),
      { numRuns: 500 },
    );
    const deep = `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`;
    try {
      await readText(`[{"traceId":"a","id":"b","timestamp":1,"tags":{"x":${deep}}}]`);
    } catch (error) {
      expect(error).to.be.instanceOf(FileError);
    }
    expect(Object.getOwnPropertyNames(Object.prototype).join()).to.equal(before);
  });
});
