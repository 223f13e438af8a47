import { expect } from 'chai';
import * as fc from 'fast-check';
import {
  extract,
  inject,
  type Propagator,
  type SpanContext,
  startTracing,
  type Tracing,
  withBaggage,
  withSpan,
} from '../../src/index.js';
import { formatB3, parseB3 } from '../../src/propagation/b3.js';
import { Collector, collectWarnings, only } from '../collect.js';

const CONTEXT: SpanContext = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  traceFlags: 3,
  traceState: 'vendor=1',
  isRemote: true,
};
const TRACEPARENT = `00-${CONTEXT.traceId}-${CONTEXT.spanId}-03`;

describe('inject and extract', () => {
  let tracing: Tracing;
  const start = (propagators?: readonly Propagator[]): void => {
    tracing = startTracing({ panel: false, instrument: false, ...(propagators ? { propagators } : {}) });
  };
  beforeEach(() => start());
  afterEach(() => tracing.stop());

  const carriers: [string, () => object][] = [
    ['Headers', () => new Headers()],
    ['a plain object', () => ({})],
    ['a Map', () => new Map()],
    ['an array of pairs', () => []],
    ['URLSearchParams', () => new URLSearchParams()],
  ];
  for (const [name, make] of carriers) {
    it(`carry context, state and baggage through ${name}`, () => {
      const carrier = make() as Record<string, string>;
      withBaggage({ plan: 'gold & more' }, () => {
        expect(inject(carrier, { span: CONTEXT })).to.equal(carrier);
      });
      const { parent, baggage, droppedBaggage } = extract(carrier);
      expect(parent).to.deep.equal(CONTEXT);
      expect([...baggage]).to.deep.equal([['plan', { value: 'gold & more' }]]);
      expect(droppedBaggage).to.equal(0);
    });
  }

  it('replace what a carrier has of their names, in any case', () => {
    const pairs: [string, string][] = [
      ['TraceParent', 'old'],
      ['x', '1'],
      ['traceparent', 'older'],
    ];
    expect(inject(pairs, { span: CONTEXT })).to.deep.equal([
      ['x', '1'],
      ['traceparent', TRACEPARENT],
      ['tracestate', 'vendor=1'],
    ]);
    expect(inject({ TRACEPARENT: 'old' }, { span: CONTEXT })).to.deep.equal({
      traceparent: TRACEPARENT,
      tracestate: 'vendor=1',
    });
    expect([...inject(new Map([['Traceparent', 'old']]), { span: CONTEXT }).keys()]).to.deep.equal([
      'traceparent',
      'tracestate',
    ]);
  });

  it('use functions of the caller for carriers of another shape, as OpenTelemetry has them', () => {
    const lines: string[] = [];
    inject(lines, { span: CONTEXT, set: (carrier, key, value) => carrier.push(`${key}: ${value}`) });
    expect(lines).to.deep.equal([`traceparent: ${TRACEPARENT}`, 'tracestate: vendor=1']);
    const getter = {
      keys: () => [],
      get: (carrier: string[], key: string) =>
        carrier.filter((line) => line.startsWith(`${key}: `)).map((line) => line.slice(key.length + 2)),
    };
    expect(extract(lines, getter).parent).to.deep.equal(CONTEXT);
  });

  it('take the current span, and nothing where there is none', () => {
    expect(inject({})).to.deep.equal({});
    withSpan('work', (span) => {
      const { traceparent } = inject({}) as { traceparent?: string };
      expect(traceparent).to.equal(`00-${span.context.traceId}-${span.context.spanId}-03`);
    });
  });

  it('let a span continue what was extracted, with its state', () => {
    const { parent } = extract(new Map(Object.entries({ traceparent: TRACEPARENT, tracestate: 'vendor=1' })));
    withSpan('receive', { parent }, (span) => {
      expect(span.parentSpanId).to.equal(CONTEXT.spanId);
      expect(span.trace.traceId).to.equal(CONTEXT.traceId);
      expect(inject({})).to.include({ tracestate: 'vendor=1' });
    });
  });

  it('never throw: a frozen carrier, none, one that throws', async () => {
    const said = await collectWarnings(() => {
      inject(Object.freeze({}), { span: CONTEXT });
      inject(null as never, { span: CONTEXT });
      const thrower = {
        get() {
          throw new Error('on purpose');
        },
      };
      for (const odd of [null, undefined, 5, thrower, [null], [['traceparent']], { traceparent: {} }]) {
        expect(extract(odd as never).parent).to.equal(undefined);
      }
    });
    expect(said.join()).to.match(/inject could not write/);
  });

  it('send no state that no header can hold', () => {
    const span = { ...CONTEXT, traceState: 'a=1\r\nx: y' };
    expect(inject({}, { span })).to.deep.equal({ traceparent: TRACEPARENT });
  });

  it('write and read B3 in one header, in several, and beside W3C', async () => {
    await tracing.stop();
    start(['b3']);
    const ids = { traceId: CONTEXT.traceId, spanId: CONTEXT.spanId, traceFlags: 1, isRemote: true };
    expect(inject({}, { span: CONTEXT })).to.deep.equal({ b3: `${CONTEXT.traceId}-${CONTEXT.spanId}-1` });
    expect(extract({ B3: `${CONTEXT.traceId}-${CONTEXT.spanId}-1` }).parent).to.deep.equal(ids);
    expect(extract({ traceparent: TRACEPARENT }).parent).to.equal(undefined);
    await tracing.stop();
    start(['b3multi']);
    const several = inject({}, { span: { ...CONTEXT, traceFlags: 2 } });
    expect(several).to.deep.equal({
      'x-b3-traceid': CONTEXT.traceId,
      'x-b3-spanid': CONTEXT.spanId,
      'x-b3-sampled': '0',
    });
    expect(extract(several).parent).to.deep.equal({ ...ids, traceFlags: 0 });
    expect(extract({ ...several, 'X-B3-Flags': '1' }).parent).to.deep.equal(ids);
    expect(extract({ ...several, 'x-b3-sampled': 'true' }).parent).to.deep.equal(ids);
    await tracing.stop();
    start(['tracecontext', 'b3']);
    expect(Object.keys(inject({}, { span: CONTEXT }))).to.deep.equal(['traceparent', 'tracestate', 'b3']);
    expect(extract({ traceparent: 'bad', b3: `${CONTEXT.traceId}-${CONTEXT.spanId}-1` }).parent).to.deep.equal(ids);
  });

  const b3: [string, number | undefined][] = [
    [`${CONTEXT.traceId}-${CONTEXT.spanId}-0`, 0],
    [`${CONTEXT.traceId}-${CONTEXT.spanId}-d`, 1],
    [`${CONTEXT.traceId}-${CONTEXT.spanId}`, 1],
    [`${CONTEXT.traceId}-${CONTEXT.spanId}-1-${CONTEXT.spanId}`, 1],
    [`${CONTEXT.traceId.slice(16)}-${CONTEXT.spanId}-1`, 1],
    ['0', undefined],
    [`${CONTEXT.traceId}-${CONTEXT.spanId}-2`, undefined],
    [`${'0'.repeat(32)}-${CONTEXT.spanId}-1`, undefined],
    [`${CONTEXT.traceId.slice(1)}-${CONTEXT.spanId}-1`, undefined],
  ];
  for (const [header, flags] of b3) {
    it(`read b3: ${header}`, () => {
      const read = parseB3(header);
      expect(read?.traceFlags).to.equal(flags);
      if (read)
        expect(read.traceId)
          .to.have.length(32)
          .and.to.match(/8448eb211c80319c$/);
    });
  }

  it('read back what they write of B3, and answer to any text', () => {
    const hex = (length: number) =>
      fc
        .string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length })
        .map((id) => `1${id.slice(1)}`);
    fc.assert(
      fc.property(hex(32), hex(16), fc.constantFrom(0, 1), (traceId, spanId, traceFlags) => {
        const context = { traceId, spanId, traceFlags, isRemote: true };
        expect(parseB3(formatB3(context))).to.deep.equal(context);
      }),
    );
    fc.assert(fc.property(fc.string(), (text) => parseB3(text) === undefined));
  });
});

describe('what requests carry', () => {
  let tracing: Tracing;
  const start = (options = {}): void => {
    tracing = startTracing({
      panel: false,
      processors: [new Collector()],
      instrument: only('fetch', 'xhr'),
      ...options,
    });
  };
  beforeEach(() => start());
  afterEach(() => tracing.stop());

  const otherOrigin = `http://127.0.0.1:${location.port}`;
  const viaFetch = async (url: string, headers: Record<string, string>) => (await fetch(url, { headers })).json();
  const viaXhr = (url: string, headers: Record<string, string>) =>
    new Promise<Record<string, string>>((resolve) => {
      const xhr = new XMLHttpRequest();
      xhr.open('GET', url);
      for (const [name, value] of Object.entries(headers)) xhr.setRequestHeader(name, value);
      xhr.onload = () => resolve(JSON.parse(xhr.responseText));
      xhr.send();
    });

  for (const [name, send] of [
    ['fetch', viaFetch],
    ['XMLHttpRequest', viaXhr],
  ] as const) {
    const sent = (headers: Record<string, string> = {}, url = '/test-server/headers') =>
      withBaggage({ plan: 'gold' }, () => withSpan('call', { parent: CONTEXT }, () => send(url, headers)));

    it(`${name}: traceparent, tracestate and baggage to the same origin`, async () => {
      const headers = await sent();
      expect(headers.traceparent).to.match(new RegExp(`^00-${CONTEXT.traceId}-[0-9a-f]{16}-03$`));
      expect(headers).to.include({ tracestate: 'vendor=1', baggage: 'plan=gold' });
    });

    it(`${name}: no tracestate and no baggage where there is none`, async () => {
      const headers = await withSpan('call', () => send('/test-server/headers', {}));
      expect(headers).to.have.property('traceparent');
      expect(headers).not.to.have.any.keys('tracestate', 'baggage');
    });

    it(`${name}: never over the caller's, nor a state beside the caller's parent`, async () => {
      const own = `00-${'1'.repeat(32)}-${'2'.repeat(16)}-00`;
      const withParent = await sent({ TraceParent: own });
      expect(withParent).to.include({ traceparent: own, baggage: 'plan=gold' });
      expect(withParent).not.to.have.property('tracestate');
      const withOthers = await sent({ baggage: 'mine=1', tracestate: 'own=1' });
      expect(withOthers).to.include({ baggage: 'mine=1', tracestate: 'own=1' });
      expect(withOthers.traceparent).to.match(new RegExp(CONTEXT.traceId));
    });

    it(`${name}: to another origin only where it is listed`, async () => {
      const keys = ['traceparent', 'tracestate', 'baggage'];
      expect(await sent({}, `${otherOrigin}/test-server/headers`)).not.to.have.any.keys(...keys);
      await tracing.stop();
      start({ propagateTo: [otherOrigin] });
      expect(await sent({}, `${otherOrigin}/test-server/headers`)).to.include.keys(...keys);
    });

    it(`${name}: B3 where it is asked for`, async () => {
      await tracing.stop();
      start({ propagators: ['b3', 'b3multi'] });
      const headers = await sent();
      expect(headers.b3).to.match(new RegExp(`^${CONTEXT.traceId}-[0-9a-f]{16}-1$`));
      expect(headers).to.include({ 'x-b3-traceid': CONTEXT.traceId, 'x-b3-sampled': '1' });
      expect(headers).not.to.have.any.keys('traceparent', 'baggage');
      expect((await sent({ b3: '0' })).b3).to.equal('0');
    });
  }

  it('name what is wrong with the propagators option, and use its default', async () => {
    await tracing.stop();
    const said = await collectWarnings(() => start({ propagators: ['w3c'] }));
    expect(said.join()).to.match(/propagators .* give an array of tracecontext,baggage,b3,b3multi/);
    expect(await withSpan('call', () => viaFetch('/test-server/headers', {}))).to.have.property('traceparent');
  });
});
