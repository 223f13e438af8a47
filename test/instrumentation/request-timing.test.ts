import { expect } from 'chai';
import { type Span, startTracing, type Tracing, withSpan } from '../../src/index.js';
import { Collector, macrotask, only as switches } from '../collect.js';
import { until } from '../until.js';

const otherOrigin = `http://127.0.0.1:${location.port}`;

let serial = 0;
/** An address of the test server that nobody has asked before. */
const address = (query: string, origin = location.origin): string =>
  `${origin}/test-server/http/${++serial}?${query}&${Math.random()}`;

/** Waits until Resource Timing has completed a span. */
async function completed(span: Span): Promise<Span> {
  await until(() => 'browser.resource.duration' in span.attributes, `${span.attributes['url.full']} to be completed`);
  return span;
}

type Get = (url: string, init?: { method?: string }) => Promise<unknown>;

const byFetch: Get = async (url, init) => (await fetch(url, init)).text();
const byXhr: Get = (url, init) =>
  new Promise((resolve) => {
    const xhr = new XMLHttpRequest();
    xhr.open(init?.method ?? 'GET', url);
    xhr.addEventListener('loadend', () => resolve(xhr.responseText));
    xhr.send();
  });

/** As they are before tracing begins: what is called by them is not traced. */
const untracedFetch = window.fetch;
const { open: untracedOpen, send: untracedSend } = XMLHttpRequest.prototype;

const untraced: Record<string, (url: string) => unknown> = {
  fetch: async (url) => (await untracedFetch(url, { method: 'POST' })).text(),
  XMLHttpRequest(url) {
    const xhr = new XMLHttpRequest();
    untracedOpen.call(xhr, 'POST', url, true);
    untracedSend.call(xhr);
  },
};

describe('spans of requests are completed from Resource Timing', () => {
  let collector: Collector;
  let tracing: Tracing;

  const start = (options = {}): void => {
    collector = new Collector();
    const instrument = switches('fetch', 'xhr');
    tracing = startTracing({ processors: [collector], panel: false, instrument, ...options });
  };
  const only = (): Span => {
    expect(collector.started.map(({ name }) => name)).to.have.length(1);
    return collector.started[0] as Span;
  };

  beforeEach(() => start());
  afterEach(() => tracing.stop());

  for (const [source, get] of [
    ['fetch', byFetch],
    ['XMLHttpRequest', byXhr],
  ] as const) {
    it(`${source}: phases in ms, sizes, protocol and Server-Timing`, async () => {
      const body = 'compress me '.repeat(500);
      const timing = 'Server-Timing: db;dur=12.5;desc="two queries", cache;desc=miss, empty';
      await get(address(`delay=60&gzip=1&body=${body}&header=${encodeURIComponent(timing)}`));
      const { attributes, startTime, endTime } = await completed(only());
      expect(attributes['http.phase.request']).to.be.greaterThan(50);
      expect(attributes['browser.resource.duration']).to.be.greaterThan(50);
      expect(attributes['http.response.body.size']).to.be.within(30, 400);
      expect(attributes['http.response.size']).to.equal(Number(attributes['http.response.body.size']) + 300);
      expect(attributes['http.response.body.decoded_size']).to.equal(body.length);
      expect(attributes['network.protocol.name']).to.equal('http');
      expect(attributes['network.protocol.version']).to.equal('1.1');
      expect(attributes['http.server_timing']).to.deep.equal([
        'db;dur=12.5;desc="two queries"',
        'cache;desc="miss"',
        'empty',
      ]);
      expect(attributes).not.to.have.property('browser.resource.cache_hit');
      expect((endTime as number) - startTime).to.be.greaterThan(50);
    });

    it(`${source}: a traceparent in Server-Timing is a link to the server's span, an invalid one is nothing`, async () => {
      const context = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
      const timing = `Server-Timing: traceparent;desc="${context}", traceparent;desc="00-nonsense"`;
      await get(address(`header=${encodeURIComponent(timing)}`));
      const { links } = await completed(only());
      expect(links.map(({ context: { traceId, spanId, isRemote } }) => [traceId, spanId, isRemote])).to.deep.equal([
        ['a'.repeat(32), 'b'.repeat(16), true],
      ]);
    });

    it(`${source}: of a long Server-Timing the first sixteen entries are kept`, async () => {
      const entries = Array.from({ length: 20 }, (_, i) => `step${i}`);
      await get(address(`header=${encodeURIComponent(`Server-Timing: ${entries.join(', ')}`)}`));
      const { attributes } = await completed(only());
      expect(attributes['http.server_timing']).to.deep.equal(entries.slice(0, 16));
    });

    it(`${source}: an answer from the cache says so`, async () => {
      const cached = address(`header=${encodeURIComponent('Cache-Control: max-age=600')}`);
      await get(cached);
      await get(cached);
      const [first, second] = collector.started as [Span, Span];
      expect((await completed(first)).attributes).not.to.have.property('browser.resource.cache_hit');
      expect((await completed(second)).attributes['browser.resource.cache_hit']).to.equal(true);
    });

    it(`${source}: of an origin without Timing-Allow-Origin only the duration is known`, async () => {
      await get(address('delay=40&no-timing=1', otherOrigin));
      const { attributes } = await completed(only());
      expect(attributes['browser.resource.duration']).to.be.greaterThan(30);
      const phases = Object.keys(attributes).filter((name) => /^http\.phase|cache_hit/.test(name));
      expect(phases).to.deep.equal([]);
    });

    it(`${source}: requests for one URL at once keep their own timings, and a stranger's is nobody's`, async () => {
      const url = address('count=40');
      const answers: Promise<unknown>[] = [];
      for (const hash of ['', '#1', '#2', '', '#4']) {
        answers.push(get(url + hash));
        const stranger = new Image();
        stranger.src = url;
        await macrotask(10);
      }
      const counts = await Promise.all(answers);
      const spans = await Promise.all((collector.started as Span[]).map(completed));
      // The server answers out of order, and says which request an answer and its timing belong to.
      const timed = spans.map(({ attributes }) => attributes['http.server_timing']);
      expect(timed).to.deep.equal(counts.map((count) => [`count;dur=${count}`]));
    });

    it(`${source}: an untraced request for the same URL keeps its timing, though it is answered first`, async () => {
      const url = address('count=100');
      // One that may be cached would wait for the other.
      const answer = get(url, { method: 'POST' });
      await macrotask(5);
      untraced[source]?.(url);
      const count = await answer;
      // The later one is answered a tenth of a second earlier, unless it is slow to be sent.
      expect((await completed(only())).attributes['http.server_timing']).to.deep.equal([`count;dur=${count}`]);
      await until(() => performance.getEntriesByName(url).length === 2, 'both are over');
    });

    it(`${source}: of requests for one URL in one moment each has its own timing or none`, async () => {
      for (const count of [0, 20]) {
        const url = address(`count=${count}`);
        const from = collector.started.length;
        const counts = await Promise.all(Array.from({ length: 5 }, () => get(url, { method: 'POST' })));
        await until(() => performance.getEntriesByName(url).length === 5, 'all are over');
        await macrotask();
        const told = collector.started.slice(from).map(({ attributes }) => attributes['http.server_timing']);
        told.forEach((timing, i) => {
          expect(timing ?? [`count;dur=${counts[i]}`]).to.deep.equal([`count;dur=${counts[i]}`]);
        });
      }
    });

    it(`${source}: a redirect is a phase, and where it led is told`, async () => {
      const target = address('body=there');
      await get(address(`delay=30&to=${encodeURIComponent(target)}`));
      const { attributes } = await completed(only());
      expect(attributes['http.phase.redirect']).to.be.greaterThan(20);
      expect(attributes['zonetrace.http.redirected_to']).to.equal(target);
    });

    it(`${source}: a completed span is told to the store, and exported once it is complete`, async () => {
      await tracing.stop();
      const exported: [string, boolean][] = [];
      const note = (span: Span) => exported.push([span.name, 'browser.resource.duration' in span.attributes]);
      const exporter = { export: (spans: readonly Span[]) => void spans.map(note), async shutdown() {} };
      start({ exporters: [exporter] });
      const { version } = tracing.store;
      await get(address('rest=1500'));
      await until(() => exported.length > 0, 'the export');
      expect(exported).to.deep.equal([[only().name, true]]);
      expect(tracing.store.version).to.be.greaterThan(version + 2);
    });
  }

  it('a flush hands on what is not complete yet', async () => {
    await tracing.stop();
    const exported: string[] = [];
    const exporter = {
      export: (spans: readonly Span[]) => void spans.map(({ name }) => exported.push(name)),
      async shutdown() {},
    };
    start({ exporters: [exporter] });
    const response = await fetch(address('rest=300'));
    await tracing.flush();
    expect(exported).to.deep.equal([only().name]);
    await response.text();
    await completed(only());
    await tracing.flush();
    expect(exported).to.have.length(1);
  });

  it('answers without a body, opaque ones and streamed ones are completed too, and their bodies are left alone', async () => {
    const init: [string, RequestInit][] = [
      ['HEAD', { method: 'HEAD' }],
      ['204', {}],
      ['opaque', { mode: 'no-cors' }],
      ['manual', { redirect: 'manual' }],
      ['keepalive', { keepalive: true }],
    ];
    for (const [name, options] of init) {
      const status = name === '204' ? 204 : 200;
      const to = name === 'manual' ? `&to=${encodeURIComponent('/test-server/http/x')}` : `&status=${status}`;
      const response = await fetch(
        address(`kind=${name}&body=${'x'.repeat(9)}${to}`, name === 'opaque' ? otherOrigin : undefined),
        options,
      );
      expect(response.bodyUsed, name).to.equal(false);
      await response.text();
      // Of an opaque answer, and of a redirect that is not followed, Chromium tells nothing.
      if (name !== 'manual' && name !== 'opaque') await completed(collector.started.at(-1) as Span);
    }
    const statuses = collector.started.map(({ attributes }) => attributes['http.response.status_code']);
    expect(statuses).to.deep.equal([200, 204, undefined, undefined, 200]);
    expect(collector.started.every(({ status }) => status === 'OK')).to.equal(true);

    const streamed = await fetch(address('rest=1000'));
    const reader = (streamed.body as ReadableStream<Uint8Array>).getReader();
    let bytes = 0;
    for (let read = await reader.read(); !read.done; read = await reader.read()) bytes += read.value.length;
    expect(bytes).to.equal(5);
    const span = await completed(collector.started.at(-1) as Span);
    expect(span.attributes['http.phase.response']).to.be.greaterThan(300);
    expect(span.duration).to.be.lessThan(Number(span.attributes['browser.resource.duration']));
  });

  it('leaves the buffer of entries and its size as they are', async () => {
    const calls: string[] = [];
    const { clearResourceTimings, setResourceTimingBufferSize } = performance;
    performance.clearResourceTimings = () => calls.push('clear');
    performance.setResourceTimingBufferSize = () => calls.push('size');
    const url = address('x');
    await byFetch(url);
    await completed(only());
    await tracing.stop();
    Object.assign(performance, { clearResourceTimings, setResourceTimingBufferSize });
    expect(calls).to.deep.equal([]);
    await until(() => performance.getEntriesByName(url, 'resource').length === 1, 'the entry');
  });

  it('an endless body and an event stream hold their trace only for a bounded time', async () => {
    const stop = new AbortController();
    const traces = await Promise.all(
      [`header=${encodeURIComponent('Content-Type: text/event-stream')}`, 'x=1'].map((kind) =>
        withSpan(kind, async ({ trace }) => {
          await fetch(address(`endless=50&${kind}`), { signal: stop.signal });
          return trace;
        }),
      ),
    );
    const [eventStream, endless] = traces as [(typeof traces)[0], (typeof traces)[0]];
    await eventStream.settled;
    expect(endless.state).to.equal('live');
    await endless.settled; // after ten seconds
    const root = endless.rootSpan as Span;
    expect(root.attributes).not.to.have.property('zonetrace.max_duration_exceeded');
    expect(root.duration).to.be.lessThan(5000); // waiting was no activity
    stop.abort();
  });

  it('a body that breaks in the middle is an exception of its span, whatever the page reads it with', async () => {
    for (const read of ['text', 'json', 'blob', 'arrayBuffer'] as const) {
      const response = await fetch(address('break=40'));
      const span = collector.started.at(-1) as Span;
      expect(span.status).to.equal('OK');
      const errorsBefore = tracing.store.errors;
      const error = await response[read]().catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(TypeError);
      expect(span.status, read).to.equal('ERROR');
      expect(span.attributes['error.type']).to.equal('TypeError');
      expect(span.events.map(({ name }) => name)).to.deep.equal(['exception']);
      expect(tracing.store.errors).to.equal(errorsBefore + 1);
    }
  });

  it('a body that breaks while the page streams it is one too, and one that the page lets go is none', async () => {
    const drain = async (body: ReadableStream<Uint8Array>): Promise<void> => {
      const reader = body.getReader();
      while (!(await reader.read()).done);
    };
    const pipe = (body: ReadableStream<Uint8Array>): Promise<void> => body.pipeTo(new WritableStream());
    const iterate = async (body: ReadableStream<Uint8Array>): Promise<void> => {
      for await (const _ of body);
    };
    const { prototype } = ReadableStream;
    expect(prototype[Symbol.asyncIterator], 'one function for both').to.equal(prototype.values);
    // Safari has none of them.
    for (const read of [drain, pipe, ...('values' in prototype ? [iterate] : [])]) {
      const { body } = await fetch(address('break=40'));
      const error = await read(body as ReadableStream<Uint8Array>).catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(TypeError);
      const span = collector.started.at(-1) as Span;
      await until(() => span.status === 'ERROR');
      expect(span.events.map(({ name }) => name)).to.deep.equal(['exception']);
    }
    const { body } = await fetch(address('rest=100'));
    const reader = (body as ReadableStream<Uint8Array>).getReader();
    await reader.read();
    reader.releaseLock();
    const again = (body as ReadableStream<Uint8Array>).getReader();
    while (!(await again.read()).done);
    const cancelled = (await fetch(address('endless=50'))).body?.getReader();
    await cancelled?.cancel();
    await macrotask(50);
    expect(collector.started.slice(-2).map(({ status, events }) => [status, events.length])).to.deep.equal([
      ['OK', 0],
      ['OK', 0],
    ]);
  });

  it('a body that breaks behind a pipe, in a branch or in a copy is one, once', async () => {
    type Body = ReadableStream<Uint8Array>;
    const drain = async (body: Body): Promise<void> => {
      const reader = body.getReader();
      while (!(await reader.read()).done);
    };
    const pass = (): ReadableWritablePair<Uint8Array, Uint8Array> => new TransformStream();
    const ways: Record<string, (response: Response) => Promise<unknown>> = {
      pipe: ({ body }) => drain((body as Body).pipeThrough(pass())),
      'pipe of text': async ({ body }) => {
        const reader = (body as ReadableStream<BufferSource>).pipeThrough(new TextDecoderStream()).getReader();
        while (!(await reader.read()).done);
      },
      'pipe of pipes': ({ body }) => drain((body as Body).pipeThrough(pass()).pipeThrough(pass())),
      'pipe into an answer': ({ body }) => new Response((body as Body).pipeThrough(pass())).text(),
      'pipe with options': ({ body }) => drain((body as Body).pipeThrough(pass(), { preventCancel: true })),
      'pipe by pipeTo': ({ body }) => (body as Body).pipeTo(new WritableStream()),
      'one branch': ({ body }) => {
        const [one, other] = (body as Body).tee();
        return Promise.all([other.cancel(), drain(one)]);
      },
      'two branches': async ({ body }) => {
        const [one, other] = await Promise.allSettled((body as Body).tee().map(drain));
        expect((one as PromiseRejectedResult).reason).to.equal((other as PromiseRejectedResult).reason);
        return one?.status === 'rejected' && Promise.reject(one.reason);
      },
      'a pipe of a branch': ({ body }) => drain(((body as Body).tee()[1] as Body).pipeThrough(pass())),
      'a copy': (response) => response.clone().text(),
      'a copy of a copy': (response) => drain(response.clone().clone().body as Body),
      'both copies': async (response) => {
        const [one] = await Promise.allSettled([response.clone().json(), response.arrayBuffer()]);
        return one.status === 'rejected' && Promise.reject(one.reason);
      },
    };
    for (const [name, read] of Object.entries(ways)) {
      const response = await fetch(address('break=40'));
      const error = await read(response).catch((reason: unknown) => reason);
      // Firefox rejects with another one, which says less, where a stream made by a page is read as an answer.
      expect(error, name).to.be.instanceOf(name === 'pipe into an answer' ? Error : TypeError);
      const span = collector.started.at(-1) as Span;
      await until(() => span.status === 'ERROR', name);
      await macrotask(10);
      expect(
        span.events.map((event) => event.attributes?.['exception.type']),
        name,
      ).to.deep.equal(['TypeError']);
    }
  });

  it('a page that replaced pipeTo before us has it called by itself alone', async () => {
    await tracing.stop();
    const { pipeTo } = ReadableStream.prototype;
    let calls = 0;
    ReadableStream.prototype.pipeTo = function (...args) {
      calls++;
      return pipeTo.apply(this, args);
    };
    start();
    const { body } = await fetch(address('x'));
    expect(await new Response(body?.pipeThrough(new TransformStream())).text()).to.equal('hello');
    expect(calls).to.equal(0);
    const again = await fetch(address('break=40'));
    expect(await again.body?.pipeTo(new WritableStream()).catch(String)).to.match(/^TypeError/);
    await until(() => collector.started[1]?.status === 'ERROR');
    expect(calls).to.equal(1);
    await tracing.stop();
    ReadableStream.prototype.pipeTo = pipeTo;
    start();
  });

  it('a pipe that its other end breaks, and copies that are let go, are no failures of the network', async () => {
    const fail = (): never => {
      throw new TypeError('of the page');
    };
    const body = async (query: string) => (await fetch(address(query))).body as ReadableStream<Uint8Array>;
    const errors = [
      await (await body('rest=10')).pipeTo(new WritableStream({ write: fail })).catch(String),
      await (await body('rest=10')).pipeTo(new WritableStream({ write: fail }), { preventCancel: true }).catch(String),
      await (await body('rest=10'))
        .pipeThrough(new TransformStream({ transform: fail }))
        .getReader()
        .read()
        .catch(String),
      await (await body('endless=10')).pipeTo(new WritableStream(), { signal: AbortSignal.timeout(30) }).catch(String),
    ];
    expect(errors.slice(0, 3)).to.deep.equal(Array(3).fill('TypeError: of the page'));
    await (await body('endless=10')).pipeThrough(new TransformStream()).cancel(new TypeError('enough'));
    for (const branch of (await body('endless=10')).tee()) void branch.cancel();
    const response = await fetch(address('x'));
    await Promise.all([response.clone().text(), response.text()]);
    await macrotask(50);
    expect(collector.started).to.have.length(7);
    for (const { status, events } of collector.started) expect([status, events.length]).to.deep.equal(['OK', 0]);
  });

  it('a body that is asked for twice is no failure of the network, and one that is given up for a copy may still be', async () => {
    const refused: unknown[] = [];
    const note = (error: unknown) => refused.push(error);
    const [read, locked, released, copied] = await Promise.all(
      ['x', 'x', 'rest=50', 'break=40'].map((query) => fetch(address(query))),
    );
    await read?.text();
    await read?.text().catch(note);
    locked?.body?.getReader();
    await locked?.text().catch(note);
    const reader = released?.body?.getReader();
    await reader?.read();
    reader?.releaseLock();
    await released?.text().catch(note);
    expect(refused.map((error) => (error as Error).name)).to.deep.equal(Array(3).fill('TypeError'));
    expect(copied?.body?.locked).to.equal(false);
    copied?.clone();
    await copied?.text().catch(note);
    const outcomes = collector.started.map(({ status, events }) => [status, events.length]);
    expect(outcomes).to.deep.equal([...Array(3).fill(['OK', 0]), ['ERROR', 1]]);
  });

  it('text that is no JSON, and a body that is called off, are no failures of the network', async () => {
    await (await fetch(address('x'))).json().catch(() => {});
    const abort = new AbortController();
    const response = await fetch(address('endless=50'), { signal: abort.signal });
    const reading = response.text().catch((reason: Error) => reason.name);
    abort.abort();
    expect(await reading).to.equal('AbortError');
    const [whole, called] = collector.started as [Span, Span];
    expect([whole.status, whole.events.length, whole.attributes['error.type']]).to.deep.equal(['OK', 0, undefined]);
    expect([called.status, called.events.length, called.attributes['error.type']]).to.deep.equal([
      'OK',
      0,
      'AbortError',
    ]);
  });
});
