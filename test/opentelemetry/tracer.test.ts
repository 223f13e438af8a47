import { context, propagation, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { expect } from 'chai';
import * as fc from 'fast-check';
import { startTracing, type Tracing, withSpan } from '../../src/index.js';
import { toHrTime, toMilliseconds } from '../../src/opentelemetry/time.js';
import { registerOpenTelemetry, toOpenTelemetrySpan } from '../../src/opentelemetry.js';
import { Collector, collectWarnings } from '../collect.js';

const LINKED = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 };

describe("OpenTelemetry's tracers", () => {
  let undo: () => void;
  let tracing: Tracing;
  let collector: Collector;

  beforeEach(() => {
    collector = new Collector();
    tracing = startTracing({ panel: false, instrument: false, processors: [collector] });
    undo = registerOpenTelemetry();
  });
  afterEach(async () => {
    undo();
    await tracing.stop();
  });

  const tracer = () => trace.getTracer('shop', '1.2.3');

  it('make spans of ours with kind, attributes, links, times and the name of the scope', () => {
    const startTime = Date.now() - 1000;
    const span = tracer().startSpan('call', {
      kind: SpanKind.PRODUCER,
      attributes: { list: ['a', 'b'], count: 2, nothing: undefined },
      links: [{ context: LINKED, attributes: { why: 'test' } }],
      startTime,
    });
    const own = collector.named('call');
    expect(own.kind).to.equal('PRODUCER');
    expect(own.attributes).to.deep.equal({
      'otel.scope.name': 'shop',
      'otel.scope.version': '1.2.3',
      list: ['a', 'b'],
      count: 2,
    });
    expect(own.links).to.deep.equal([{ context: { ...LINKED, isRemote: false }, attributes: { why: 'test' } }]);
    expect(own.startTime).to.equal(startTime);
    span.end(new Date(startTime + 500));
    expect(own.duration).to.equal(500);
    expect(own.status).to.equal('UNSET');
    const { traceId, spanId, traceFlags } = own.context;
    expect(span.spanContext()).to.deep.equal({ traceId, spanId, traceFlags });
  });

  for (const [kind, name] of [
    [undefined, 'INTERNAL'],
    [SpanKind.INTERNAL, 'INTERNAL'],
    [SpanKind.SERVER, 'SERVER'],
    [SpanKind.CLIENT, 'CLIENT'],
    [SpanKind.PRODUCER, 'PRODUCER'],
    [SpanKind.CONSUMER, 'CONSUMER'],
  ] as const) {
    it(`know the kind ${kind} as ${name}`, () => {
      tracer()
        .startSpan('kind', kind === undefined ? {} : { kind })
        .end();
      expect(collector.named('kind').kind).to.equal(name);
    });
  }

  it('take everything that a span can do, and nothing after its end', async () => {
    const span = tracer().startSpan('work');
    const own = collector.named('work');
    const at = Date.now();
    const said = await collectWarnings(() => {
      expect(span.setAttribute('a', 1).setAttributes({ b: true, c: undefined }).updateName('renamed')).to.equal(span);
      span
        .addEvent('plain')
        .addEvent('with', { x: 1 })
        .addEvent('at', [Math.floor(at / 1000), 5e8]);
      span.addEvent('both', { y: 2 }, new Date(at));
      span.addLink({ context: LINKED }).addLinks([{ context: { ...LINKED, isRemote: true }, attributes: { z: 3 } }]);
      expect(span.isRecording()).to.equal(true);
      span.end();
      span.end();
      expect(span.isRecording()).to.equal(false);
      span.setAttribute('late', 1).addEvent('late').addLink({ context: LINKED }).updateName('late');
      span.setStatus({ code: SpanStatusCode.ERROR }).recordException('late');
    });
    expect(said).to.deep.equal([]);
    expect(own.name).to.equal('renamed');
    expect(own.attributes).to.include({ a: 1, b: true }).and.not.to.have.any.keys('c', 'late');
    expect(own.events.map(({ name, attributes }) => [name, attributes])).to.deep.equal([
      ['plain', {}],
      ['with', { x: 1 }],
      ['at', {}],
      ['both', { y: 2 }],
    ]);
    expect(own.events[2]?.time).to.equal(Math.floor(at / 1000) * 1000 + 500);
    expect(own.events[3]?.time).to.equal(at);
    expect(own.links.map(({ context: { isRemote }, attributes }) => [isRemote, attributes])).to.deep.equal([
      [false, {}],
      [true, { z: 3 }],
    ]);
    expect(own.status).to.equal('UNSET');
  });

  const { UNSET, OK, ERROR } = SpanStatusCode;
  const statuses: [string, { code: SpanStatusCode; message?: string }[], string, string | undefined][] = [
    ['nothing', [], 'UNSET', undefined],
    ['an error', [{ code: ERROR, message: 'why' }], 'ERROR', 'why'],
    [
      'an error that turns out well',
      [
        { code: ERROR, message: 'why' },
        { code: OK, message: 'no' },
      ],
      'OK',
      undefined,
    ],
    ['OK is final', [{ code: OK }, { code: ERROR, message: 'why' }], 'OK', undefined],
    ['nothing becomes unset', [{ code: ERROR, message: 'why' }, { code: UNSET }], 'ERROR', 'why'],
    ['a later error counts', [{ code: ERROR, message: 'a' }, { code: ERROR }], 'ERROR', undefined],
  ];
  for (const [name, given, status, message] of statuses) {
    it(`status: ${name}`, () => {
      const span = tracer().startSpan('status');
      for (const each of given) span.setStatus(each);
      span.end();
      expect([collector.named('status').status, collector.named('status').statusMessage]).to.deep.equal([
        status,
        message,
      ]);
    });
  }

  it('record exceptions as events, and leave the status alone', () => {
    const span = tracer().startSpan('fails');
    const error = new RangeError('too far');
    span.recordException(error, 1_700_000_000_000);
    span.recordException('only text');
    span.recordException({ code: 404, message: 'gone' });
    span.recordException(null as never);
    span.end();
    const { events, status } = collector.named('fails');
    expect(status).to.equal('UNSET');
    expect(events[0]).to.deep.equal({
      name: 'exception',
      time: 1_700_000_000_000,
      attributes: {
        'exception.type': 'RangeError',
        'exception.message': 'too far',
        'exception.stacktrace': error.stack,
      },
    });
    expect(events.slice(1).map(({ attributes }) => attributes)).to.deep.equal([
      { 'exception.message': 'only text' },
      { 'exception.type': '404', 'exception.message': 'gone' },
      { 'exception.message': 'null' },
    ]);
  });

  it('show every text to the redact option before it is stored', async () => {
    await tracing.stop();
    const redact = (_name: string, value: unknown) =>
      typeof value === 'string' ? value.replace('secret', '***') : value;
    collector = new Collector();
    tracing = startTracing({ panel: false, instrument: false, processors: [collector], redact: redact as never });
    const span = tracer().startSpan('secret name', { attributes: { a: 'secret 1' } });
    span.setStatus({ code: ERROR, message: 'secret message' }).addEvent('secret event', { b: 'secret 2' });
    const own = collector.started[0];
    expect(own?.statusMessage, 'while it is open').to.equal('*** message');
    span.recordException({ message: 'secret exception' });
    span.end();
    const texts = [own?.name, own?.statusMessage, own?.attributes['a'], own?.events];
    expect(JSON.stringify(texts)).not.to.contain('secret');
  });

  it('find their parent in the given context, then in the active one; a root has none', () => {
    const parent = tracer().startSpan('parent');
    const given = trace.setSpan(ROOT_CONTEXT, parent);
    tracer().startSpan('given', {}, given).end();
    context.with(given, () => {
      tracer().startSpan('active').end();
      tracer().startSpan('root', { root: true }).end();
      tracer().startSpan('none', {}, ROOT_CONTEXT).end();
    });
    withSpan('ours', () => tracer().startSpan('in ours').end());
    parent.end();
    const parentOf = (name: string) => collector.named(name).parent?.name;
    expect(['given', 'active', 'root', 'none', 'in ours'].map(parentOf)).to.deep.equal([
      'parent',
      'parent',
      undefined,
      undefined,
      'ours',
    ]);
    expect(collector.named('root').trace).not.to.equal(collector.named('parent').trace);
  });

  it('continue the trace of another process, with its state', () => {
    const carrier = {
      traceparent: `00-${LINKED.traceId}-${LINKED.spanId}-01`,
      tracestate: 'a=1,b=2',
      baggage: 'k=v%20w',
    };
    const extracted = propagation.extract(ROOT_CONTEXT, carrier);
    expect(propagation.getBaggage(extracted)?.getEntry('k')?.value).to.equal('v w');
    const state = trace.getSpanContext(extracted)?.traceState;
    expect([state?.get('b'), state?.set('b', '3').serialize(), state?.unset('a').serialize()]).to.deep.equal([
      '2',
      'b=3,a=1',
      'b=2',
    ]);
    expect(state?.serialize()).to.equal('a=1,b=2');
    const span = tracer().startSpan('receive', {}, extracted);
    const own = collector.named('receive');
    expect([own.trace.traceId, own.parentSpanId, own.parentIsRemote]).to.deep.equal([
      LINKED.traceId,
      LINKED.spanId,
      true,
    ]);
    const sent: Record<string, string> = {};
    propagation.inject(trace.setSpan(extracted, span), sent);
    expect(sent).to.deep.equal({
      traceparent: `00-${LINKED.traceId}-${own.context.spanId}-01`,
      tracestate: 'a=1,b=2',
      baggage: 'k=v%20w',
    });
    span.end();
    expect(propagation.fields()).to.deep.equal(['traceparent', 'tracestate', 'baggage']);
    expect(propagation.extract(ROOT_CONTEXT, { traceparent: 'bad' })).to.equal(ROOT_CONTEXT);
  });

  it('startActiveSpan: options and a context are optional, its result is the function’s, and it does not end the span', () => {
    const result = {};
    const base = trace.setSpanContext(ROOT_CONTEXT, { ...LINKED, isRemote: true });
    const answers = [
      tracer().startActiveSpan('one', (span) => [result, span === trace.getActiveSpan()]),
      tracer().startActiveSpan('two', { kind: SpanKind.CLIENT }, (span) => [result, span === trace.getActiveSpan()]),
      tracer().startActiveSpan('three', {}, base, (span) => [result, span === trace.getActiveSpan()]),
    ];
    for (const answer of answers) expect(answer).to.deep.equal([result, true]);
    expect(collector.named('two').kind).to.equal('CLIENT');
    expect(collector.named('three').parentSpanId).to.equal(LINKED.spanId);
    expect(collector.ended).to.deep.equal([]);
    const error = new Error('on purpose');
    const thrower = () => {
      throw error;
    };
    expect(() => tracer().startActiveSpan('throws', thrower)).to.throw(error);
    expect(trace.getActiveSpan()).to.equal(undefined);
    for (const span of collector.started) span.finish();
  });

  it('show our own spans, the same object each time', () => {
    withSpan('ours', (span) => {
      const active = trace.getActiveSpan();
      expect(active).to.equal(trace.getActiveSpan());
      expect(active).to.equal(toOpenTelemetrySpan(span));
      active?.setAttribute('from', 'the api');
      expect(span.attributes).to.deep.equal({ from: 'the api' });
    });
  });

  it('end late spans, beyond the life of their trace', async () => {
    await tracing.stop();
    collector = new Collector();
    tracing = startTracing({ panel: false, instrument: false, processors: [collector], maxTraceDuration: 20 });
    const span = tracer().startSpan('long');
    await collector.named('long').trace.settled;
    span.setAttribute('late', true).end();
    expect(collector.ended.map(({ name, attributes }) => [name, attributes['late']])).to.deep.equal([['long', true]]);
  });

  describe('time', () => {
    it('may be seconds and nanoseconds, a date, ms since the epoch, or a time of the page', () => {
      const now = Date.now();
      expect(toMilliseconds([1_700_000_000, 250_000_000])).to.equal(1_700_000_000_250);
      expect(toMilliseconds(new Date(now))).to.equal(now);
      expect(toMilliseconds(now)).to.equal(now);
      expect(Math.abs((toMilliseconds(performance.now()) ?? 0) - now)).to.be.below(1000);
      expect(toMilliseconds(undefined)).to.equal(undefined);
    });

    it('goes to seconds and nanoseconds and back', () => {
      fc.assert(
        fc.property(fc.double({ min: 0, max: 4e12, noNaN: true }), (ms) => {
          const [seconds, nanoseconds] = toHrTime(ms);
          expect(Number.isInteger(seconds) && Number.isInteger(nanoseconds)).to.equal(true);
          expect(nanoseconds).to.be.within(0, 999_999_999);
          expect(Math.abs((toMilliseconds([seconds, nanoseconds]) ?? 0) - ms)).to.be.below(0.001);
        }),
      );
    });
  });
});

describe('registerOpenTelemetry', () => {
  const globals = (): object | undefined =>
    (globalThis as unknown as Record<symbol, object | undefined>)[Symbol.for('opentelemetry.js.api.1')];
  const registered = (): string[] => Object.keys(globals() ?? {}).filter((name) => name !== 'version');

  it("is taken off again: the API's globals are as before, tracers that were kept record nothing", () => {
    const collector = new Collector();
    const tracing = startTracing({ panel: false, instrument: false, processors: [collector] });
    expect(registered()).to.deep.equal([]);
    const undo = registerOpenTelemetry();
    expect(registered().sort()).to.deep.equal(['context', 'propagation', 'trace']);
    const kept = trace.getTracer('kept');
    kept.startSpan('before').end();
    undo();
    expect(registered()).to.deep.equal([]);
    const span = kept.startSpan('after');
    expect(span.isRecording()).to.equal(false);
    span.end();
    expect(trace.getTracer('new').startSpan('after').isRecording()).to.equal(false);
    context.with(ROOT_CONTEXT.setValue(Symbol.for('x'), 1), () => expect(context.active()).to.equal(ROOT_CONTEXT));
    expect(collector.started.map(({ name }) => name)).to.deep.equal(['before']);
    const again = registerOpenTelemetry();
    expect(trace.getTracer('again').startSpan('again').isRecording()).to.equal(true);
    again();
    return tracing.stop();
  });

  it('says so when it is called twice, and leaves what others have registered, before and after', async () => {
    const said = await collectWarnings(() => {
      const undo = registerOpenTelemetry();
      expect(registerOpenTelemetry()).to.equal(undo);
      undo();
      const theirs = { getTracer: () => trace.getTracer('none') };
      trace.setGlobalTracerProvider(theirs);
      const second = registerOpenTelemetry();
      second();
      expect((trace.getTracerProvider() as { getDelegate?(): unknown }).getDelegate?.()).to.equal(theirs);
      trace.disable();
      const third = registerOpenTelemetry();
      propagation.disable();
      const propagator = { inject() {}, extract: () => ROOT_CONTEXT, fields: () => ['theirs'] };
      propagation.setGlobalPropagator(propagator);
      third();
      expect(propagation.fields()).to.deep.equal(['theirs']);
      propagation.disable();
    });
    expect(said).to.have.length(2);
    expect(said[0]).to.match(/called twice/);
    expect(said[1]).to.match(/has a tracer provider of somebody else/);
    expect(registered()).to.deep.equal([]);
  });
});
