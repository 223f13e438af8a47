import { expect } from 'chai';
import { getCurrentSpan, startTracing, type Tracing, withSpan } from '../../src/index.js';
import { Collector, collectWarnings, only } from '../collect.js';

const otherOrigin = `http://127.0.0.1:${location.port}`;

function send(url: string, prepare: (xhr: XMLHttpRequest) => void = () => {}, method = 'GET'): Promise<XMLHttpRequest> {
  return new Promise((resolve) => {
    const xhr = new XMLHttpRequest();
    xhr.open(method, url);
    prepare(xhr);
    xhr.addEventListener('loadend', () => resolve(xhr));
    xhr.send();
  });
}

const headersOf = (xhr: XMLHttpRequest) => JSON.parse(xhr.responseText) as Record<string, string>;

describe('the XMLHttpRequest instrumentation', () => {
  const { open, send: platformSend, setRequestHeader } = XMLHttpRequest.prototype;
  let collector: Collector;
  let tracing: Tracing;

  beforeEach(() => {
    collector = new Collector();
    const instrument = only('xhr');
    tracing = startTracing({ processors: [collector], panel: false, instrument, ignoreUrls: ['/test-server/ignored'] });
  });
  afterEach(() => tracing.stop());

  it('makes a child of the current span and sends its traceparent to the same origin', async () => {
    await withSpan('load', async (span) => {
      const xhr = await send('/test-server/headers?key=1');
      expect(getCurrentSpan()).to.equal(span);
      const request = collector.named('GET /test-server/headers');
      expect(request.parent).to.equal(span);
      expect(headersOf(xhr)['traceparent']).to.equal(`00-${span.trace.traceId}-${request.context.spanId}-03`);
      expect(request.attributes['http.response.status_code']).to.equal(200);
      expect(request.attributes['url.full']).to.equal(`${location.origin}/test-server/headers?key=REDACTED`);
      expect(request.status).to.equal('OK');
    });
  });

  it('sends no header to another origin, over one of the page, or for an ignored URL', async () => {
    expect(headersOf(await send(`${otherOrigin}/test-server/headers`))).not.to.have.property('traceparent');
    const own = `00-${'1'.repeat(32)}-${'2'.repeat(16)}-00`;
    const kept = await send('/test-server/headers', (xhr) => xhr.setRequestHeader('TraceParent', own));
    expect(headersOf(kept)['traceparent']).to.equal(own);
    const before = collector.started.length;
    await send('/test-server/ignored/x');
    expect(collector.started.length).to.equal(before);
  });

  it('marks an HTTP error, a failed connection, a timeout, and what the page called off', async () => {
    await send('/test-server/status?code=500');
    await send('http://127.0.0.1:1/nobody');
    await send('/test-server/http/endless?endless=50', (xhr) => {
      xhr.timeout = 20;
    });
    await send('/test-server/http/endless?endless=50', (xhr) => setTimeout(() => xhr.abort()), 'POST');
    const told = collector.ended.map(({ name, status, attributes }) => [name, status, attributes['error.type']]);
    expect(told).to.deep.equal([
      ['GET /test-server/status', 'ERROR', '500'],
      ['GET /nobody', 'ERROR', 'NetworkError'],
      ['GET /test-server/http/endless', 'ERROR', 'TimeoutError'],
      ['POST /test-server/http/endless', 'UNSET', 'AbortError'],
    ]);
  });

  it('works for synchronous requests, and for an object that is opened again', async () => {
    const xhr = new XMLHttpRequest();
    xhr.open('GET', '/test-server/headers', false);
    xhr.send();
    expect(headersOf(xhr)).to.have.property('traceparent');
    expect(collector.ended).to.have.length(1);
    xhr.open('GET', '/test-server/gate');
    xhr.send();
    xhr.open('GET', '/test-server/headers?again');
    const done = new Promise((resolve) => xhr.addEventListener('loadend', resolve));
    xhr.send();
    const warnings = await collectWarnings(() => done);
    expect(warnings).to.deep.equal([]);
    expect(collector.ended.map(({ name, status }) => `${name} ${status}`)).to.deep.equal([
      'GET /test-server/headers OK',
      'GET /test-server/gate UNSET',
      'GET /test-server/headers OK',
    ]);
  });

  it('throws what the platform throws', () => {
    const xhr = new XMLHttpRequest();
    expect(() => xhr.send()).to.throw(DOMException);
    expect(() => xhr.open('b a d', '/')).to.throw(DOMException);
    expect(() => xhr.open('GET', 'http://')).to.throw(DOMException);
    expect(() => (xhr.open as () => void)()).to.throw(TypeError);
    expect(collector.started).to.deep.equal([]);
  });

  it('puts the identical functions back', async () => {
    expect(XMLHttpRequest.prototype.open).not.to.equal(open);
    expect(XMLHttpRequest.prototype.send.name).to.equal(platformSend.name);
    await tracing.stop();
    expect(XMLHttpRequest.prototype.open).to.equal(open);
    expect(XMLHttpRequest.prototype.send).to.equal(platformSend);
    expect(XMLHttpRequest.prototype.setRequestHeader).to.equal(setRequestHeader);
  });
});
