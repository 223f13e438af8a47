import { expect } from 'chai';
import type { Span } from '../../src/index.js';
import type { TracedPage } from '../fixtures/traced-page.js';
import { skip } from '../skip.js';
import { gc, survivors } from '../survivors.js';
import { closePages, ended, openPage, openTraced } from '../traced-page.js';
import { until } from '../until.js';

const LOAD = 'load /test-server/page/document';
const PARENT = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;

const resource = (query: string) => encodeURIComponent(`resource.js?${query}`);
const options = (value: object) => `options=${encodeURIComponent(JSON.stringify(value))}`;
const childrenOf = (page: TracedPage, parent: Span) => page.collector.started.filter((span) => span.parent === parent);
const names = (spans: readonly Span[]) => spans.map(({ name }) => name);

function navigationOf(page: Window): PerformanceNavigationTiming {
  return page.performance.getEntriesByType('navigation')[0] as PerformanceNavigationTiming;
}

describe('the document load', () => {
  afterEach(closePages);

  it('is a trace from the start of the navigation to the end of the load event, with its phases and resources', async () => {
    const timing = encodeURIComponent('db;dur=5;desc="two rows"');
    const page = await openTraced(`document?traced&resource=${resource(`delay=400&timing=${timing}`)}`);
    const root = await ended(page, LOAD);
    const navigation = navigationOf(page);
    expect(root.parentSpanId).to.equal(undefined);
    expect(root.trace.rootSpan).to.equal(root);
    expect(root.startTime).to.equal(root.trace.fromPageTime(0));
    expect(root.endTime).to.be.closeTo(root.trace.fromPageTime(navigation.loadEventEnd), 0.01);
    expect(root.attributes['url.full']).to.equal(page.location.href);
    expect(root.attributes['zonetrace.navigation.type']).to.equal(navigation.type);
    expect(page.pageContext()).to.equal(root.context);
    const children = childrenOf(page, root);
    expect(names(children)).to.include.members([
      'document request',
      'GET /test-server/page/traced-page.js',
      'DOM interactive',
    ]);
    // The clock of Firefox is coarse.
    const isLong = navigation.domComplete > navigation.domContentLoadedEventEnd;
    expect(names(children).includes('DOM complete')).to.equal(isLong);
    const [request] = children as [Span];
    const isSlow = navigation.responseStart > navigation.requestStart;
    expect(names(childrenOf(page, request)).includes('request')).to.equal(isSlow);
    expect(request.attributes['http.response.status_code'] ?? 200).to.equal(200);
    const image = page.collector.named('GET /test-server/page/resource.js');
    expect(image.kind).to.equal('CLIENT');
    expect(image.duration).to.be.at.least(250);
    expect(image.attributes).to.include({
      'http.request.method': 'GET',
      'http.response.body.size': 1003,
      'network.protocol.version': '1.1',
      'browser.resource.initiator_type': 'img',
      'server.address': 'localhost',
      'server.port': Number(location.port),
    });
    expect(image.attributes['http.server_timing']).to.deep.equal(['db;dur=5;desc="two rows"']);
    expect(image.attributes['http.phase.request']).to.be.at.least(250);
    for (const span of root.trace.spans) {
      expect(span.startTime, span.name).to.be.at.least(root.startTime);
      expect(span.endTime, span.name).to.be.at.most((root.endTime as number) + 0.01);
      expect(span.endTime, span.name).to.be.at.least(span.startTime);
    }
    const starts = children.slice(1).map(({ startTime }) => startTime);
    expect(starts).to.deep.equal([...starts].sort((a, b) => a - b));
    expect((await root.trace.settled).state).to.equal('settled');
  });

  it('is told in the same way where tracing starts long after it', async () => {
    const frame = openPage(`document?resource=${resource('i=1')}&fetch`);
    await new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }));
    const page = frame.contentWindow as unknown as TracedPage;
    await until(() => navigationOf(page).loadEventEnd > 0, 'the end of the load event');
    await page.eval<Promise<unknown>>(`fetch('/test-server/headers?after').then((answer) => answer.text())`);
    await page.eval<Promise<unknown>>(`import('/test-server/page/traced-page.js')`);
    const root = await ended(page, LOAD);
    expect(root.startTime).to.equal(root.trace.fromPageTime(0));
    expect(root.endTime).to.be.closeTo(root.trace.fromPageTime(navigationOf(page).loadEventEnd), 0.01);
    const children = names(childrenOf(page, root));
    expect(children).to.include.members(['document request', 'GET /test-server/page/resource.js']);
    expect(children.filter((name) => /headers|traced/.test(name))).to.deep.equal([]);
  });

  it('tells requests of scripts before tracing, and leaves those to their own source that it sees', async () => {
    const before = await openTraced(`document?traced&fetch-before&fetch&resource=${resource('delay=2000')}`);
    const root = await ended(before, LOAD);
    const requests = before.collector.started.filter(({ name }) => name.endsWith('/test-server/headers'));
    expect(requests.map(({ name, parent }) => [name, parent?.name])).to.have.deep.members([
      ['GET /test-server/headers', undefined],
      ['fetch /test-server/headers', LOAD],
    ]);
    expect(root.attributes['zonetrace.load.resources']).to.equal(
      childrenOf(before, root).filter(({ kind }) => kind === 'CLIENT').length - 1,
    );
    const without = await openTraced(
      `document?traced&fetch&resource=${resource('delay=1900')}&${options({ instrument: { fetch: false } })}`,
    );
    await ended(without, LOAD);
    expect(without.collector.named('fetch /test-server/headers').attributes['url.full']).to.match(/\?during$/);
  });

  it('continues the trace of the server, by the meta element or else by Server-Timing', async () => {
    const other = PARENT.replaceAll('a', 'c');
    const byMeta = await openTraced(
      `document?traced&meta=${PARENT}&timing=${encodeURIComponent(`traceparent;desc="${other}"`)}`,
    );
    const root = byMeta.collector.named(LOAD);
    expect([root.context.traceId, root.parentSpanId, root.parentIsRemote]).to.deep.equal([
      'a'.repeat(32),
      'b'.repeat(16),
      true,
    ]);
    expect(root.context.traceFlags).to.equal(1);
    const byTiming = await openTraced(`document?traced&timing=${encodeURIComponent(`traceparent;desc="${other}"`)}`);
    expect((await ended(byTiming, LOAD)).context.traceId).to.equal('c'.repeat(32));
    const request = byTiming.collector.named('document request');
    expect([request.links, request.attributes['http.server_timing']]).to.deep.equal([[], undefined]);
    expect([...byMeta.warnings, ...byTiming.warnings]).to.deep.equal([]);
  });

  it('ignores an invalid parent, and one that comes too late, and says so', async () => {
    const invalid = await openTraced(`document?traced&meta=${PARENT}-x`);
    expect(invalid.collector.named(LOAD).parentSpanId).to.equal(undefined);
    expect(invalid.warnings).to.have.length(1);
    expect(invalid.warnings[0]).to.match(/^zonetrace: the page's traceparent "00-a+-b+-01-x" is invalid and ignored; /);
    const late = openPage(`document?late-meta=${PARENT}`);
    const page = late.contentWindow as unknown as TracedPage;
    // A module runs when the document is parsed: so it is taken out of the document, and put in while the load ends.
    await new Promise((resolve) => late.addEventListener('load', resolve, { once: true }));
    const meta = page.document.querySelector('meta') as Element;
    meta.remove();
    await page.eval<Promise<unknown>>(`import('/test-server/page/traced-page.js').then(() => {})`);
    page.document.head.append(meta);
    await ended(page, LOAD);
    expect(page.warnings.filter((each) => each.includes('stands behind the script'))).to.have.length(1);
  });

  it('links a resource to the span of its server', async () => {
    const timing = encodeURIComponent(`traceparent;desc="${PARENT}"`);
    const page = await openTraced(`document?traced&resource=${resource(`timing=${timing}`)}`);
    await ended(page, LOAD);
    const { links, attributes } = page.collector.named('GET /test-server/page/resource.js');
    expect(links.map(({ context }) => context.spanId)).to.deep.equal(['b'.repeat(16)]);
    expect(attributes).not.to.have.property('http.server_timing');
  });

  it('marks resources that failed, and those of the cache', async () => {
    const path = `document?traced&resource=${resource('status=404')}&resource=${resource('cached&delay=20')}`;
    await ended(await openTraced(path), LOAD);
    const tell = async (visit: number): Promise<unknown[][]> => {
      const page = await openTraced(`${path}&visit=${visit}`);
      await ended(page, LOAD);
      const images = page.collector.started.filter(({ name }) => name === 'GET /test-server/page/resource.js');
      return images.map(({ attributes, status }) => [
        String(attributes['url.full']).split('?')[1],
        status,
        attributes['error.type'],
        status === 'OK' && attributes['browser.resource.cache_hit'],
      ]);
    };
    let told = await tell(1);
    // The browser may take its time to write into its cache.
    for (let visit = 2; visit < 6 && !told.some((each) => each.includes(true)); visit++) told = await tell(visit);
    expect(told).to.have.deep.members([
      ['status=404', 'ERROR', '404', false],
      ['cached&delay=20', 'OK', undefined, true],
    ]);
  });

  it('has redirects as a phase of the document', async () => {
    const page = await openTraced('redirect?traced');
    await ended(page, LOAD);
    expect(page.collector.named('redirect').parent?.name).to.equal('document request');
    const { startTime } = page.collector.named('document request');
    expect(page.collector.named('redirect').startTime).to.equal(startTime);
  });

  it('keeps 200 resources and counts the others', async () => {
    const page = await openTraced('document?traced&many=230');
    const root = await ended(page, LOAD);
    const resources = childrenOf(page, root).filter(({ name }) => name.startsWith('GET /'));
    expect(resources).to.have.length(200);
    const all = root.attributes['zonetrace.load.resources'] as number;
    expect(all).to.be.at.least(230);
    expect(root.attributes['zonetrace.load.dropped_resources']).to.equal(all - 200);
  });

  it('leaves out what the page wants to be ignored', async () => {
    const ignored = options({ ignoreUrls: ['/test-server/page/resource.js'] });
    const page = await openTraced(`document?traced&resource=${resource('i=1')}&${ignored}`);
    await ended(page, LOAD);
    expect(page.collector.started.filter(({ name }) => name.includes('resource.js'))).to.deep.equal([]);
  });

  it('ends before its trace has to, where a resource never comes', async () => {
    const page = await openTraced(
      `document?traced&resource=${resource('endless')}&${options({ maxTraceDuration: 3000 })}`,
    );
    expect(page.collector.named(LOAD).recording).to.equal(true);
    const root = await ended(page, LOAD);
    expect(page.document.readyState).to.equal('interactive');
    expect(root.attributes['zonetrace.load.unfinished']).to.equal(true);
    expect(root.attributes).not.to.have.property('zonetrace.max_duration_exceeded');
    expect(names(childrenOf(page, root))).to.include.members(['document request', 'DOM interactive']);
    expect(names(childrenOf(page, root))).not.to.include('load event');
  });

  it('ends with tracing, and is told once', async () => {
    const page = await openTraced(`document?traced&resource=${resource('endless')}`);
    await page.tracing.stop();
    const root = await ended(page, LOAD);
    expect(root.attributes['zonetrace.load.unfinished']).to.equal(true);
    expect(page.pageContext()).to.equal(undefined);
    const before = page.collector.started.length;
    const again = page.zonetrace.startTracing({ processors: [page.collector], panel: false });
    await again.stop();
    expect(page.collector.started).to.have.length(before);
  });

  it('is kept by nothing but the store', async function () {
    if (!gc) skip(this, 'only Chromium lets a test collect garbage');
    const page = await openTraced(`document?traced&resource=${resource('i=7')}`);
    await ended(page, LOAD).then(({ trace }) => trace.settled);
    const refs = page.collector.started.map((span) => new WeakRef(span));
    expect(refs.length).to.be.greaterThan(3);
    page.collector.started.length = 0;
    page.collector.ended.length = 0;
    page.tracing.store.clear();
    expect(await survivors(refs)).to.equal(0);
  });

  it('can be switched off', async () => {
    const page = await openTraced(`document?traced&${options({ instrument: { documentLoad: false } })}`);
    await until(() => page.document.readyState === 'complete', 'the load');
    await page.tracing.stop();
    expect(page.collector.started).to.deep.equal([]);
  });
});
