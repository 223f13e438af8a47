import { expect } from 'chai';
import type * as Zonetrace from '../../src/index.js';
import { startTracing, type Tracing, withSpan } from '../../src/index.js';
import { noteAnswer, noteFailure, refusesHeaders } from '../../src/instrumentation/refused-headers.js';
import { remarks } from '../../src/warn.js';
import { Collector, macrotask, only } from '../collect.js';
import { openFrame } from '../frame.js';
import { until } from '../until.js';

const otherOrigin = `http://127.0.0.1:${location.port}`;

interface Seen {
  method: string;
  url: string;
  headers: Record<string, string>;
}

/** A server that sends requests on to another origin, which answers everybody and allows no header that it does not know. */
describe('a request that is redirected to an origin which refuses our header', () => {
  let collector: Collector;
  let tracing: Tracing;
  let serial = 0;

  beforeEach(() => {
    collector = new Collector();
    tracing = startTracing({ processors: [collector], panel: false, instrument: only('fetch', 'xhr') });
  });
  afterEach(() => tracing.stop());

  /** An address that nobody has asked; `status` 307 keeps the method. */
  function redirecting(query = ''): { url: string; seen(): Promise<Seen[]> } {
    const log = `redirect-${Math.random()}`;
    const to = `${otherOrigin}/test-server/http/there?allow=x-known&body=there&log=${log}`;
    return {
      url: `/test-server/http/away-${Date.now()}-${serial++}?${query}&to=${encodeURIComponent(to)}&log=${log}`,
      seen: async () => (await fetch(`/test-server/http-log?log=${log}`)).json(),
    };
  }

  const carried = (seen: Seen[]): boolean[] => seen.map(({ headers }) => 'traceparent' in headers);

  for (const [what, call] of Object.entries<(url: string) => Promise<Response>>({
    'a URL': (url) => fetch(url),
    'a URL object': (url) => fetch(new URL(url, location.href)),
    'a Request': (url) => fetch(new Request(url, { headers: { accept: 'text/plain' } })),
    'an init': (url) => fetch(url, { method: 'get', headers: { accept: 'text/plain' }, cache: 'no-store' }),
    'an init with Headers': (url) => fetch(url, { headers: new Headers({ accept: 'text/plain' }) }),
  })) {
    it(`arrives as without us, asked for by ${what}, and its path gets none from then on`, async () => {
      const { url, seen } = redirecting();
      const text = await withSpan('load', async () => (await call(url)).text());
      expect(text).to.equal('there');
      // With the header, which the other origin is asked about and refuses; then without.
      expect(carried(await seen()).filter((_, i, { length }) => i === 0 || i >= length - 2)).to.deep.equal([
        true,
        false,
        false,
      ]);
      const [, span] = collector.started;
      expect([
        span?.parent?.name,
        span?.status,
        span?.attributes['zonetrace.http.repeated_without_headers'],
      ]).to.deep.equal(['load', 'OK', true]);
      expect(await (await call(url)).text()).to.equal('there');
      expect(carried(await seen())).to.deep.equal([false, false]);
      expect([...remarks].some(({ message }) => message.includes(new URL(url, location.href).pathname))).to.equal(true);
    });
  }

  it('is never repeated where it may change something on the server; the next one arrives', async () => {
    const { url, seen } = redirecting('status=307');
    const post = () => fetch(url, { method: 'POST', body: 'order' });
    const error = await post().catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(TypeError);
    expect((await seen()).filter(({ method }) => method === 'POST')).to.have.length(1);
    expect(await (await post()).text()).to.equal('there');
    expect(await (await post()).text()).to.equal('there');
    expect(carried((await seen()).filter(({ method }) => method === 'POST'))).to.deep.equal([
      false,
      false,
      false,
      false,
    ]);
  });

  it('by XMLHttpRequest arrives from the second on', async () => {
    const { url } = redirecting();
    const send = (): Promise<string> =>
      new Promise((resolve) => {
        const xhr = new XMLHttpRequest();
        xhr.open('GET', url);
        xhr.onloadend = () => resolve(xhr.responseText);
        xhr.send();
      });
    expect([await send(), await send(), await send()]).to.deep.equal(['', 'there', 'there']);
    // What the one has learned, the other knows.
    expect(await (await fetch(url)).text()).to.equal('there');
  });

  it('is told from a server that does not answer, which is asked once more only', async () => {
    const log = `redirect-${Math.random()}`;
    const url = `/test-server/http/dead-${log}?status=200&dead=1&log=${log}`;
    for (let i = 0; i < 3; i++) {
      const error = await fetch(url).catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(TypeError);
    }
    const seen: Seen[] = await (await fetch(`/test-server/http-log?log=${log}`)).json();
    // A browser may ask by itself more than once.
    const changes = carried(seen).filter((each, i, all) => each !== all[i - 1]);
    expect(changes).to.deep.equal([true, false, true]);
    const { status, attributes } = collector.started[0] ?? {};
    expect([status, attributes?.['error.type']]).to.deep.equal(['ERROR', 'TypeError']);
  });

  it('is remembered of a bounded number of paths, the newest', () => {
    const path = (i: number): URL => new URL(`https://many.example/${i}`);
    for (let i = 0; i <= 500; i++) noteFailure(path(i), true);
    expect([0, 1, 500].map((i) => refusesHeaders(path(i)))).to.deep.equal([false, true, true]);
  });

  it('is suspected only of what failed with our header, and what is known stays so', () => {
    const [down, known] = ['down', 'known'].map((name) => new URL(`https://few.example/${name}`)) as [URL, URL];
    expect(noteFailure(down, false), 'without the header').to.equal(false);
    expect(noteFailure(down, true), 'with it, for the first time').to.equal(true);
    noteFailure(known, true);
    noteAnswer(known, 'https://elsewhere.example/');
    expect(noteFailure(known, false)).to.equal(false);
    expect(refusesHeaders(known)).to.equal(true);
  });

  it('leaves an unhandled rejection to the page, once and as it is', async () => {
    const frame = await openFrame('/test/fixtures/page.html'); // nobody else listens there
    const page = frame.contentWindow as Window & typeof globalThis & { zonetrace: typeof Zonetrace };
    await until(() => page.zonetrace);
    const own = page.zonetrace.startTracing({ panel: false, instrument: only('fetch') });
    const reasons: unknown[] = [];
    page.addEventListener('unhandledrejection', ({ reason }) => reasons.push(reason));
    const failing = page.fetch(`/test-server/http/dead-${Math.random()}?dead=1`);
    await until(() => reasons.length > 0);
    await macrotask(50);
    const reason = await failing.catch((error: unknown) => error);
    await own.stop();
    frame.remove();
    expect(reasons).to.deep.equal([reason]);
  });
});
