import {
  type Context,
  context,
  createContextKey,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import type { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import type {
  BatchSpanProcessor,
  InMemorySpanExporter,
  ReadableSpan as SdkReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { expect } from 'chai';
import { type Span, startTracing, type Tracing, withSpan } from '../../src/index.js';
import {
  adaptSpanExporter,
  adaptSpanProcessor,
  type ReadableSpan,
  registerOpenTelemetry,
} from '../../src/opentelemetry.js';
import { collectWarnings } from '../collect.js';

/** The published packages, bundled as a page has them. */
interface Sdk {
  BatchSpanProcessor: typeof BatchSpanProcessor;
  InMemorySpanExporter: typeof InMemorySpanExporter;
  OTLPTraceExporter: typeof OTLPTraceExporter;
  SimpleSpanProcessor: typeof SimpleSpanProcessor;
}

interface OtlpSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  attributes: { key: string; value: Record<string, unknown> }[];
  events: { name: string }[];
  links: { spanId: string }[];
  status: { code: number; message?: string };
  startTimeUnixNano: string;
  endTimeUnixNano: string;
}

interface OtlpDocument {
  resourceSpans: {
    resource: { attributes: { key: string; value: { stringValue?: string } }[] };
    scopeSpans: { scope: { name: string; version?: string }; spans: OtlpSpan[] }[];
  }[];
}

const LINKED = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1, isRemote: true };

describe("exporters and processors of OpenTelemetry's SDK on zonetrace", () => {
  let sdk: Sdk;
  let tracing: Tracing;

  before(async () => {
    const address = '/test-server/bundle/opentelemetry-sdk.js';
    sdk = (await import(address)) as Sdk;
  });
  afterEach(() => tracing.stop());

  const start = (options: object): void => {
    const service = { name: 'shop', version: '1.2.3' };
    tracing = startTracing({ panel: false, instrument: false, service, ...options });
  };

  /** A trace with everything in it. */
  function work(): Span {
    return withSpan('parent', { parent: LINKED }, (parent) => {
      const failing = withSpan('child', { kind: 'CLIENT', links: [{ context: LINKED }] }, (child) => {
        child.setAttributes({ text: 'a', number: 1.5, list: [1, 2] }).addEvent('event', { x: true });
        child.recordException(new Error('on purpose'));
        return child;
      });
      expect(failing.endTime).to.be.a('number');
      return parent;
    });
  }

  it('InMemorySpanExporter behind SimpleSpanProcessor has them as ReadableSpans', async () => {
    const exporter = new sdk.InMemorySpanExporter();
    start({ processors: [adaptSpanProcessor(new sdk.SimpleSpanProcessor(exporter))] });
    const parent = work();
    await tracing.flush();
    const finished = exporter.getFinishedSpans() as (SdkReadableSpan & ReadableSpan)[];
    expect(finished.map(({ name }) => name)).to.deep.equal(['child', 'parent']);
    const [child, above] = finished as [SdkReadableSpan & ReadableSpan, SdkReadableSpan & ReadableSpan];
    const own = parent.trace.spans[1] as Span;
    const { traceId, traceFlags } = parent.context;
    expect(child.spanContext()).to.deep.equal({ traceId, traceFlags, spanId: own.context.spanId });
    expect(child.parentSpanContext).to.deep.equal({ traceId, traceFlags, spanId: parent.context.spanId });
    expect(child.parentSpanId).to.equal(parent.context.spanId);
    expect(above.parentSpanContext).to.deep.equal(LINKED);
    expect(child.kind).to.equal(SpanKind.CLIENT);
    expect(child.status).to.deep.equal({ code: SpanStatusCode.ERROR, message: 'on purpose' });
    expect(above.status).to.deep.equal({ code: SpanStatusCode.OK });
    expect(child.attributes).to.deep.equal({ text: 'a', number: 1.5, list: [1, 2] });
    expect(child.events.map(({ name }) => name)).to.deep.equal(['event', 'exception']);
    expect(child.events[0]).to.deep.include({ attributes: { x: true }, droppedAttributesCount: 0 });
    expect(child.links).to.deep.equal([{ context: LINKED, attributes: {}, droppedAttributesCount: 0 }]);
    const ms = ([seconds, nanoseconds]: readonly [number, number]) => seconds * 1000 + nanoseconds / 1e6;
    expect(ms(child.startTime)).to.be.closeTo(own.startTime, 0.001);
    expect(ms(child.endTime)).to.be.closeTo(own.endTime ?? 0, 0.001);
    expect(ms(child.duration)).to.be.closeTo(own.duration ?? 0, 0.001);
    expect(child.ended).to.equal(true);
    expect([child.droppedAttributesCount, child.droppedEventsCount, child.droppedLinksCount]).to.deep.equal([0, 0, 0]);
    expect(child.resource).to.equal(above.resource);
    expect(child.resource.attributes).to.include({ 'service.name': 'shop', 'service.version': '1.2.3' });
    const merged = child.resource.merge({ attributes: { more: 1 } } as never);
    expect(merged.attributes).to.include({ 'service.name': 'shop', more: 1 });
    expect(child.resource.getRawAttributes()).to.deep.include(['service.name', 'shop']);
    expect(child.instrumentationScope.name).to.equal('zonetrace');
    expect(child.instrumentationLibrary).to.equal(child.instrumentationScope);
  });

  it('a processor sees the start with its context, may set attributes, and sees the same object at the end', async () => {
    const key = createContextKey('of a processor');
    const seen: [string, unknown, unknown][] = [];
    const started = new Map<string, ReadableSpan>();
    const undo = registerOpenTelemetry();
    start({
      processors: [
        adaptSpanProcessor({
          onStart(span: ReadableSpan & { setAttribute(key: string, value: string): unknown }, parent: Context) {
            started.set(span.name, span);
            span.setAttribute('by.processor', 'yes');
            seen.push([span.name, parent.getValue(key), trace.getSpanContext(parent)?.spanId]);
            expect(span.ended).to.equal(false);
          },
          onEnd(span: ReadableSpan) {
            expect(started.get(span.name)).to.equal(span);
            expect(span.ended).to.equal(true);
          },
          async forceFlush() {},
          async shutdown() {},
        }),
      ],
    });
    const ids: Record<string, string> = {};
    context.with(ROOT_CONTEXT.setValue(key, 'value'), () => {
      withSpan('ours', (ours) => {
        ids['ours'] = ours.context.spanId;
        expect(ours.attributes).to.deep.equal({ 'by.processor': 'yes' });
        trace.getTracer('scope', '2').startActiveSpan('theirs', (span) => {
          ids['theirs'] = span.spanContext().spanId;
          withSpan('inner', () => {});
          span.end();
        });
      });
      trace.getTracer('scope').startSpan('elsewhere', {}, ROOT_CONTEXT).end();
      withSpan('root', { root: true }, () => {});
    });
    undo();
    expect(seen).to.deep.equal([
      ['ours', 'value', undefined],
      ['theirs', 'value', ids['ours']],
      ['inner', 'value', ids['theirs']],
      ['elsewhere', undefined, undefined],
      ['root', 'value', undefined],
    ]);
    expect(started.get('theirs')?.instrumentationScope).to.deep.equal({ name: 'scope', version: '2' });
    expect(started.get('theirs')?.attributes).to.deep.equal({ 'by.processor': 'yes' });
  });

  const received = async (): Promise<OtlpDocument[]> => {
    const { requests } = (await (await fetch('/test-server/otlp')).json()) as { requests: { body: OtlpDocument }[] };
    return requests.map(({ body }) => body);
  };

  const ways: [string, () => object][] = [
    [
      'as an exporter',
      () => ({ exporters: [adaptSpanExporter(new sdk.OTLPTraceExporter({ url: '/test-server/otlp' }))] }),
    ],
    [
      'behind its BatchSpanProcessor',
      () => {
        const exporter = new sdk.OTLPTraceExporter({ url: '/test-server/otlp' });
        return { processors: [adaptSpanProcessor(new sdk.BatchSpanProcessor(exporter))] };
      },
    ],
  ];
  for (const [name, options] of ways) {
    it(`the OTLP exporter sends them, ${name}, and its own requests make no spans`, async () => {
      await fetch('/test-server/otlp', { method: 'DELETE' });
      const undo = registerOpenTelemetry();
      start({ ...options(), instrument: { interaction: false } });
      tracing.store.clear();
      const parent = work();
      trace.getTracer('scope', '2').startSpan('of the api').end();
      await parent.trace.settled;
      await tracing.flush();
      undo();
      await tracing.stop();
      const ownRequests = tracing.store.traces.flatMap(({ rows }) =>
        rows.map((row) => tracing.store.record(row)?.name),
      );
      expect(ownRequests).to.include('of the api').and.not.to.include('POST /test-server/otlp');
      const documents = await received();
      const scopes = documents.flatMap(({ resourceSpans }) => resourceSpans.flatMap(({ scopeSpans }) => scopeSpans));
      const named = (name: string) => scopes.find(({ spans }) => spans.some((span) => span.name === name));
      expect(named('of the api')?.scope).to.deep.include({ name: 'scope', version: '2' });
      expect(named('child')?.scope.name).to.equal('zonetrace');
      expect(named('parent')).to.equal(named('child'));
      const child = named('child')?.spans.find(({ name: each }) => each === 'child') as OtlpSpan;
      expect(child).to.deep.include({ traceId: parent.trace.traceId, parentSpanId: parent.context.spanId, kind: 3 });
      expect(child.status).to.deep.equal({ code: 2, message: 'on purpose' });
      expect(child.links[0]?.spanId).to.equal(LINKED.spanId);
      expect(Number(child.endTimeUnixNano) >= Number(child.startTimeUnixNano)).to.equal(true);
      const { attributes } = (documents[0] as OtlpDocument).resourceSpans[0]?.resource ?? { attributes: [] };
      expect(attributes).to.deep.include({ key: 'service.name', value: { stringValue: 'shop' } });
    });
  }

  it('what an exporter sends and fails to send is in the counts, as of one of ours', async () => {
    class Fickle {
      fails = false;
      export(_spans: unknown, done: (result: { code: number; error?: Error }) => void): void {
        done(this.fails ? { code: 1, error: new Error('on purpose') } : { code: 0 });
      }
      async shutdown(): Promise<void> {}
    }
    const fickle = new Fickle();
    start({ exporters: [adaptSpanExporter(fickle)] });
    work();
    await tracing.flush();
    fickle.fails = true;
    work();
    const said = await collectWarnings(() => tracing.flush());
    expect(said.join()).to.match(/2 spans could not be exported/);
    expect(tracing.stats.destinations).to.have.length(1);
    expect(tracing.stats.destinations[0]).to.deep.include({
      name: 'Fickle',
      accepted: 4,
      exported: 2,
      dropped: { failed: 2 },
    });
  });
});
