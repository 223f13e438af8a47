import { expect } from 'chai';
import { getCurrentSpan, startSpan, startTracing, type Tracing, withSpan } from '../../src/index.js';
import { Collector, macrotask, only } from '../collect.js';

type Headers = Record<string, string>;

const otherOrigin = `http://127.0.0.1:${location.port}`;
const readHeaders = async (response: Response) => (await response.json()) as Headers;

describe('the fetch instrumentation', () => {
  const platformFetch = window.fetch;
  let collector: Collector;
  let tracing: Tracing;

  const start = (options = {}): void => {
    collector = new Collector();
    tracing = startTracing({ processors: [collector], panel: false, instrument: only('fetch'), ...options });
  };

  beforeEach(() => start());
  afterEach(() => tracing.stop());

  it('makes a child of the current span and sends its traceparent to the same origin', async () => {
    await withSpan('load', async (span) => {
      const headers = await readHeaders(await fetch('/test-server/headers?token=abc&page=2'));
      expect(getCurrentSpan()).to.equal(span);
      const request = collector.named('GET /test-server/headers');
      expect(request.parent).to.equal(span);
      expect(headers['traceparent']).to.equal(`00-${span.trace.traceId}-${request.context.spanId}-03`);
      expect(request.attributes['http.response.status_code']).to.equal(200);
      expect(request.attributes['url.full']).to.equal(`${location.origin}/test-server/headers?token=REDACTED&page=2`);
      expect(request.kind).to.equal('CLIENT');
      expect(request.status).to.equal('OK');
    });
  });

  it('gives each request of a Promise.all its own span under the same parent', async () => {
    await withSpan('parallel', (span) =>
      Promise.all(
        ['a', 'b', 'c'].map(async (name) => {
          await fetch(`/test-server/headers?${name}`);
          expect(getCurrentSpan()).to.equal(span);
        }),
      ),
    );
    const parents = collector.started.filter(({ kind }) => kind === 'CLIENT').map(({ parent }) => parent?.name);
    expect(parents).to.deep.equal(['parallel', 'parallel', 'parallel']);
  });

  it('never sends a header to another origin, whatever the form of the arguments', async () => {
    const url = `${otherOrigin}/test-server/headers`;
    const init = { headers: { 'x-mine': '1' } };
    for (const args of [[url], [new URL(url)], [new Request(url)], [url, init], [new Request(url), init]] as const) {
      const headers = await readHeaders(await fetch(...(args as [string])));
      expect(headers['traceparent'], String(args)).to.equal(undefined);
    }
    expect(init).to.deep.equal({ headers: { 'x-mine': '1' } });
  });

  it('sends it to an origin that is listed, and does not mistake a longer name for it', async () => {
    await tracing.stop();
    start({ propagateTo: [otherOrigin] });
    expect(await readHeaders(await fetch(`${otherOrigin}/test-server/headers`))).to.have.property('traceparent');
    await tracing.stop();
    start({ propagateTo: [`${otherOrigin}9`, 'http://127.0.0.1', `${otherOrigin}/test-server/head`] });
    expect(await readHeaders(await fetch(`${otherOrigin}/test-server/headers`))).not.to.have.property('traceparent');
  });

  it("leaves the caller's init, headers and header of that name alone", async () => {
    const headers = new Headers({ 'x-mine': '1' });
    const init = Object.freeze({ method: 'POST', headers, body: 'text' });
    const seen = await readHeaders(await fetch('/test-server/headers', init));
    expect(seen['x-mine']).to.equal('1');
    expect(seen).to.have.property('traceparent');
    expect([...headers.keys()]).to.deep.equal(['x-mine']);

    const own = `00-${'1'.repeat(32)}-${'2'.repeat(16)}-00`;
    const kept = await readHeaders(await fetch('/test-server/headers', { headers: { traceparent: own } }));
    expect(kept['traceparent']).to.equal(own);

    const request = new Request('/test-server/headers', { headers: { 'x-mine': '2' } });
    const fromRequest = await readHeaders(await fetch(request));
    expect(fromRequest['x-mine']).to.equal('2');
    expect(fromRequest).to.have.property('traceparent');
    expect(request.headers.has('traceparent')).to.equal(false);
  });

  it('reads an init whose members are accessors of a class', async () => {
    class Init {
      get method() {
        return 'PUT';
      }
      get headers() {
        return [['x-mine', '3']] as [string, string][];
      }
    }
    const seen = await readHeaders(await fetch('/test-server/headers', new Init()));
    expect(seen['x-mine']).to.equal('3');
    expect(collector.named('PUT /test-server/headers').attributes['http.request.method']).to.equal('PUT');
  });

  it('marks an HTTP error, and a failed connection with its exception', async () => {
    await fetch('/test-server/status?code=503');
    const refused = collector.named('GET /test-server/status');
    expect(refused.status).to.equal('ERROR');
    expect(refused.attributes['error.type']).to.equal('503');
    expect(refused.statusMessage).to.match(/^HTTP 503/);

    let error: unknown;
    await fetch('http://127.0.0.1:1/nobody').catch((reason: unknown) => {
      error = reason;
    });
    expect(error).to.be.instanceOf(TypeError);
    const failed = collector.named('GET /nobody');
    expect(failed.status).to.equal('ERROR');
    expect(failed.events[0]?.name).to.equal('exception');
  });

  it('rejects as the platform does, and throws nothing of its own', async () => {
    const calls: unknown[][] = [
      [],
      ['http://'],
      [Symbol('x')],
      ['/', { method: 'b a d' }],
      ['/', { headers: { 'b a d': '1' } }],
      ['/', { body: 'x' }],
      ['/', 5],
      ['/', { signal: AbortSignal.abort('why') }],
    ];
    const outcome = async (fn: typeof fetch, args: unknown[]) => {
      try {
        const promise = fn(...(args as [string]));
        return promise.then(
          ({ status }) => ['resolved', status],
          (reason: unknown) => ['rejected', (reason as Error)?.name ?? reason],
        );
      } catch (error) {
        return ['threw', (error as Error).name];
      }
    };
    for (const args of calls) {
      expect(await outcome(window.fetch, args), JSON.stringify(args.map(String))).to.deep.equal(
        await outcome(platformFetch, args),
      );
    }
  });

  it('keeps the trace live until the body is there', async () => {
    const root = startSpan('root');
    const gate = `/test-server/gate?${Math.random()}`;
    let headersAreThere = (): void => {};
    const headers = new Promise<void>((resolve) => {
      headersAreThere = resolve;
    });
    const work = (async () => {
      const response = await fetch(gate);
      headersAreThere();
      const text = await response.text();
      return withSpan('render', (span) => ({ span, text }));
    })();
    root.end();
    await headers;
    await macrotask(150); // longer than a trace without work lives
    // Under another address: of two requests for one, an entry of Resource Timing could be either's.
    await platformFetch(`${gate}&open`, { method: 'POST' });
    const { span, text } = await work;
    expect(text).to.equal('first,last');
    expect(span.trace).to.equal(root.trace);
    expect(span.parent).to.equal(root);
    const request = collector.named('GET /test-server/gate');
    expect(request.endTime).to.be.lessThan(span.startTime - 100);
  });

  it('does not see ignored URLs', async () => {
    await tracing.stop();
    start({ ignoreUrls: ['/test-server/headers'] });
    const headers = await readHeaders(await fetch('/test-server/headers'));
    expect(headers).not.to.have.property('traceparent');
    expect(collector.started).to.deep.equal([]);
  });

  it('puts the identical function back', async () => {
    expect(window.fetch).not.to.equal(platformFetch);
    expect(window.fetch.name).to.equal('fetch');
    expect(String(window.fetch)).to.equal(String(platformFetch));
    await tracing.stop();
    expect(window.fetch).to.equal(platformFetch);
  });
});
