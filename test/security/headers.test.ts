import { expect } from 'chai';
import { startTracing, type Tracing, withBaggage, withSpan } from '../../src/index.js';
import { remarks } from '../../src/warn.js';
import { withOptions } from '../collect.js';

const OTHER = `http://127.0.0.1:${location.port}`;

const OURS = /^(traceparent|tracestate|baggage|b3|x-b3-.*)$/;

let logs = 0;

/** An address that keeps what it was asked for. */
function logged(origin: string, query = ''): { url: string; read(): Promise<string[]> } {
  const log = `security-${Date.now()}-${logs++}`;
  return {
    url: `${origin}/test-server/http/x?${query}log=${log}`,
    /** The names of our headers that the server has seen; empty where there were none. */
    async read() {
      const entries = (await (await fetch(`/test-server/http-log?log=${log}`)).json()) as { headers: object }[];
      expect(entries.length, 'requests that arrived').to.be.at.least(1);
      return entries.flatMap(({ headers }) => Object.keys(headers)).filter((name) => OURS.test(name));
    },
  };
}

class SubRequest extends Request {
  override get url(): string {
    return `${location.origin}/pretends`;
  }
}

/** Each way to say where a request goes. */
const INPUTS: Record<string, (url: string) => unknown> = {
  text: (url) => url,
  'text with blanks around it': (url) => ` \n${url}\t`,
  'text in upper case': (url) => url.replace('http:', 'HTTP:'),
  'text without a scheme': (url) => url.replace('http:', ''),
  'text with backslashes': (url) => url.replace('http://', 'http:\\\\'),
  'a URL': (url) => new URL(url),
  'a Request': (url) => new Request(url),
  'a Request of a subclass that gives another address': (url) => new SubRequest(url),
  'a Request of a Request': (url) => new Request(new Request(url)),
  'an object that changes its mind': (url) => {
    let asked = 0;
    return { toString: () => (asked++ === 0 ? url : `${location.origin}/test-server/headers`) };
  },
  'an object that first names this origin': (url) => {
    let asked = 0;
    return { toString: () => (asked++ > 0 ? url : url) };
  },
};

const shared = new Headers({ 'x-mine': '1' });
const sharedInit: RequestInit = { headers: { 'x-mine': '1' } };

/** Each way to say how. */
const INITS: Record<string, () => unknown> = {
  none: () => undefined,
  empty: () => ({}),
  'headers as an object': () => ({ headers: { 'x-mine': '1' } }),
  'headers as pairs': () => ({ headers: [['x-mine', '1']] }),
  'headers as Headers': () => ({ headers: shared }),
  'an init that a request to this origin has used': () => sharedInit,
  'an init that inherits its headers': () => Object.create({ headers: { 'x-mine': '1' } }),
  'an init with getters': () => ({
    get headers() {
      return { 'x-mine': '1' };
    },
  }),
  'a proxy': () => new Proxy({ headers: { 'x-mine': '1' } }, {}),
  'a POST': () => ({ method: 'POST', body: 'x' }),
  'no-cors': () => ({ mode: 'no-cors' }),
  keepalive: () => ({ keepalive: true }),
};

describe('security: headers', () => {
  let tracing: Tracing;

  before(() => {
    tracing = startTracing({
      panel: false,
      instrument: withOptions({ fetch: true, xhr: true, beacon: true }),
      propagators: ['tracecontext', 'baggage', 'b3', 'b3multi'],
      // Near misses: none of them means the other origin.
      propagateTo: [
        `${OTHER}0`,
        OTHER.replace('http:', 'https:'),
        'http://127.0.0.1',
        `http://localhost:${location.port}`,
        /^https:/,
        '127.0.0.1',
        '//elsewhere.example',
        `${OTHER}/test-server/htt`,
        null as never,
        {} as never,
        () => {
          throw new Error('no');
        },
      ],
    });
  });
  after(() => tracing.stop());

  const inSpan = <R>(fn: () => R): R => withBaggage({ secret: 'x' }, () => withSpan('work', fn));

  for (const [input, make] of Object.entries(INPUTS)) {
    it(`none of ours goes to an origin that is not listed, asked for by ${input}, with any init`, async () => {
      for (const [init, makeInit] of Object.entries(INITS)) {
        await inSpan(() => fetch('/test-server/headers', sharedInit)); // what is reused has been used here
        const { url, read } = logged(OTHER);
        await inSpan(() => fetch(make(url) as string, makeInit() as RequestInit).catch(() => {}));
        expect(await read(), init).to.deep.equal([]);
      }
      expect([...shared.keys()]).to.deep.equal(['x-mine']);
      expect(sharedInit).to.deep.equal({ headers: { 'x-mine': '1' } });
    });
  }

  it('none goes there by XMLHttpRequest, whatever names the address, nor by an object that went here before', async () => {
    const xhr = new XMLHttpRequest();
    const send = (address: unknown, async = true) =>
      new Promise((resolve) => {
        xhr.onloadend = resolve;
        xhr.open('GET', address as string, async);
        xhr.send();
        if (!async) resolve(undefined);
      });
    for (const make of [INPUTS['text'], INPUTS['a URL'], INPUTS['an object that changes its mind']]) {
      for (const async of [true, false]) {
        await inSpan(() => send('/test-server/headers'));
        const { url, read } = logged(OTHER);
        await inSpan(() => send(make?.(url), async));
        expect(await read()).to.deep.equal([]);
      }
    }
  });

  it('none goes along with a beacon', async () => {
    const { url, read } = logged(OTHER);
    inSpan(() => navigator.sendBeacon(url, 'x'));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await read()).to.deep.equal([]);
  });

  it('none comes to this origin by a redirect from one that is not listed', async () => {
    const end = logged(location.origin);
    await inSpan(() => fetch(logged(OTHER, `to=${encodeURIComponent(end.url)}&`).url));
    expect(await end.read()).to.deep.equal([]);
  });

  it('each goes along where this origin redirects to one that lets it: the platform repeats them and asks nobody, as SECURITY.md says', async () => {
    const end = logged(OTHER);
    await inSpan(() => fetch(logged(location.origin, `to=${encodeURIComponent(end.url)}&`).url));
    expect(await end.read()).to.include.members(['traceparent', 'baggage']);
  });

  it('the diagnostics say of whom none was sent to, and what to do', () => {
    const told = [...remarks].map(({ message }) => message);
    expect(told).to.include(
      `requests to ${OTHER} carry no traceparent; list it in propagateTo if its server may have one`,
    );
    expect(told.some((message) => message.startsWith(`requests to ${location.origin} `))).to.equal(false);
  });

  it('each goes to this origin: the others are not missing by accident', async () => {
    const { url, read } = logged(location.origin);
    await inSpan(() => fetch(url));
    expect(await read()).to.have.members([
      'traceparent',
      'baggage',
      'b3',
      'x-b3-traceid',
      'x-b3-spanid',
      'x-b3-sampled',
    ]);
  });
});
