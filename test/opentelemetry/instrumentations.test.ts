import { expect } from 'chai';
import type { Span } from '../../src/index.js';
import type { InstrumentedPage } from '../fixtures/opentelemetry.js';
import { openFrame } from '../frame.js';
import { until } from '../until.js';

describe("OpenTelemetry's published instrumentations on zonetrace", () => {
  let frame: HTMLIFrameElement;
  let page: InstrumentedPage;

  before(async () => {
    frame = await openFrame('/test/fixtures/opentelemetry.html');
    ({ page } = frame.contentWindow as unknown as { page: InstrumentedPage });
  });
  after(() => frame.remove());

  const scopeOf = (span: Span): unknown => span.attributes['otel.scope.name'];
  const by = (name: string): Span[] =>
    page.collector.started.filter((span) => String(scopeOf(span)).endsWith(`/instrumentation-${name}`));

  it('a click, its fetch, and after native awaits its XMLHttpRequest are one trace of ours', async () => {
    const [first, second] = await page.click();
    await until(() =>
      [...by('user-interaction'), ...by('fetch'), ...by('xml-http-request')].every((span) => span.endTime),
    );
    const [click] = by('user-interaction') as [Span];
    const [fetched] = by('fetch') as [Span];
    const [requested] = by('xml-http-request') as [Span];
    expect(click.name).to.equal('click');
    expect(click.parent).to.equal(undefined);
    expect(fetched.parent).to.equal(click);
    expect(requested.parent, 'after native awaits').to.equal(click);
    expect([fetched.kind, requested.kind]).to.deep.equal(['CLIENT', 'CLIENT']);
    for (const [headers, span] of [
      [first, fetched],
      [second, requested],
    ] as const) {
      expect(headers?.['traceparent']).to.equal(`00-${click.trace.traceId}-${span.context.spanId}-03`);
      expect(span.endTime).to.be.a('number');
      expect(span.duration).to.be.within(0, 10_000);
      expect(span.startTime).to.be.at.least(click.startTime - 1);
    }
    expect(by('user-interaction')).to.have.length(1);
    expect(page.openInTimer, 'the instrumentation finds its span on the zone and waits for the timer').to.deep.equal([
      true,
    ]);
    expect(click.endTime).to.be.a('number');
  });

  it('the load of the document is a trace with its parts', async () => {
    await until(() => by('document-load').some(({ name, endTime }) => name === 'documentLoad' && endTime));
    const load = by('document-load').find(({ name }) => name === 'documentLoad') as Span;
    const parts = by('document-load').filter(({ parent }) => parent === load);
    expect(parts.map(({ name }) => name)).to.include.members(['documentFetch', 'resourceFetch']);
    expect(load.startTime).to.be.at.least((frame.contentWindow as Window).performance.timeOrigin - 1);
    expect(load.duration).to.be.above(0);
    for (const part of parts) expect(part.startTime).to.be.at.least(load.startTime);
  });

  it('all of it is in the store that the panel draws', () => {
    const { store } = page.tracing;
    const names = store.traces.flatMap(({ rows }) => rows.map((row) => store.record(row)?.name));
    expect(names).to.include.members(['click', 'documentLoad', 'documentFetch']);
    expect(store.size).to.equal(page.collector.started.length);
  });

  it('a second click begins a trace of its own, and taken off nothing is traced any more', async () => {
    await page.click();
    await until(() => by('user-interaction').length === 2);
    const [first, second] = by('user-interaction') as [Span, Span];
    expect(second.trace).not.to.equal(first.trace);
    expect(second.links).to.deep.equal([]);
    page.unregister();
    (frame.contentWindow as unknown as { disableInstrumentations(): void }).disableInstrumentations();
    const before = page.collector.started.length;
    const [headers] = await page.click();
    expect(page.collector.started).to.have.length(before);
    expect(headers).not.to.have.property('traceparent');
    await page.tracing.stop();
  });
});
