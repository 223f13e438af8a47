import { expect } from 'chai';
import * as fc from 'fast-check';
import { startTracing, type Tracing, withSpan } from '../../src/index.js';
import type { UrlPattern } from '../../src/propagation/targets.js';
import { withOptions } from '../collect.js';

/** What a request that got as far as the platform asked for, as the platform understands it. */
interface Asked {
  url: URL;
  carries: boolean;
}

let asked: Asked | undefined;
const carrying = new WeakSet<XMLHttpRequest>();
const { fetch: platformFetch } = globalThis;
const { send, setRequestHeader } = XMLHttpRequest.prototype;

/** Nothing of this leaves the browser: the hosts are somebody's. What would leave is read by the platform's own Request. */
function catchRequests(): () => void {
  globalThis.fetch = async (...args) => {
    const { url, headers } = new Request(...args);
    asked = { url: new URL(url), carries: headers.has('traceparent') };
    return new Response();
  };
  XMLHttpRequest.prototype.send = () => {};
  XMLHttpRequest.prototype.setRequestHeader = function (name, value) {
    if (name === 'traceparent') carrying.add(this);
    setRequestHeader.call(this, name, value);
  };
  return () => {
    globalThis.fetch = platformFetch;
    Object.assign(XMLHttpRequest.prototype, { send, setRequestHeader });
  };
}

const parse = (text: string): URL | undefined =>
  URL.canParse(text, document.baseURI) ? new URL(text, document.baseURI) : undefined;

async function byFetch(input: unknown): Promise<Asked | undefined> {
  asked = undefined;
  await withSpan('work', () => fetch(input as string)).catch(() => {});
  return asked;
}

/** Where it goes is what the platform makes of the address, which it does not tell. */
function byXhr(address: string): Asked | undefined {
  const xhr = new XMLHttpRequest();
  try {
    xhr.open('GET', address);
  } catch {
    return undefined;
  }
  withSpan('work', () => xhr.send());
  const url = parse(address);
  return url && { url, carries: carrying.has(xhr) };
}

/** Each way to name an address; those that the platform refuses are no requests. */
const FORMS: Record<string, (text: string) => unknown> = {
  text: (text) => text,
  'a URL': (text) => parse(text) ?? text,
  'a Request': (text) => {
    try {
      return new Request(text);
    } catch {
      return text;
    }
  },
  'an object that says another address each time': (text) => {
    const texts = [text, 'https://listed.example/', `${location.origin}/`];
    return { toString: () => texts.shift() };
  },
  'an object that first says a listed one': (text) => {
    const texts = ['https://listed.example/', text];
    return { toString: () => texts.shift() };
  },
};

const LISTED: UrlPattern[] = ['https://listed.example', 'https://api.example:8443/v1', 'https://bücher.example'];

/** The same by origins alone, without looking into our code. */
function isListed({ protocol, origin, pathname }: URL): boolean {
  if (protocol !== 'https:' && protocol !== 'http:') return false;
  if ([location.origin, 'https://listed.example', 'https://xn--bcher-kva.example'].includes(origin)) return true;
  return origin === 'https://api.example:8443' && /^\/v1(\/|$)/.test(pathname);
}

const CORPUS = [
  'https://listed.example@evil.example/',
  'https://listed.example:443@evil.example/',
  'https://listed.example%2f@evil.example/',
  'https://listed.example\\@evil.example/',
  'https://user:pw@listed.example/',
  'https://evil.example\\.listed.example/',
  'https://evil.example#@listed.example/',
  'https://evil.example?@listed.example/',
  'https://listed.example./',
  'https://listed.example.evil.example/',
  'https://evil-listed.example/',
  'https://LISTED.eXample/',
  'https://listed。example/',
  'https://listed%2eexample/',
  'https://lіsted.example/',
  'https://ⓛisted.example/',
  'https://BÜCHER.example/',
  'https://xn--bcher-kva.example/',
  'https://xn--bucher-kva.example/',
  'https://bücher.example.evil.example/',
  'https://listed.example:8443/',
  'https://listed.example:443/',
  'https://listed.example:0443/',
  'http://listed.example/',
  'http://listed.example:443/',
  'https://api.example:8443/v1/../v2',
  'https://api.example:8443/v1/%2e%2e/v2',
  'https://api.example:8443/v1x',
  'https://api.example:8443/v1',
  'https://api.example/v1',
  '//listed.example/',
  '//evil.example/',
  '\\\\listed.example\\x',
  '\\/evil.example',
  '/\\evil.example',
  '///evil.example',
  'https:evil.example',
  'https:/evil.example',
  'https:\\evil.example',
  'ht\ntps://evil.example/',
  ' https://listed.example/ ',
  'data:text/plain,https://listed.example/',
  'blob:https://listed.example/2d6a6e0c-0d0c-4cbd-9b2c-0f4f0f4f0f4f',
  `blob:${location.origin}/2d6a6e0c-0d0c-4cbd-9b2c-0f4f0f4f0f4f`,
  'about:blank',
  'javascript:0//https://listed.example/',
  'file://listed.example/',
  'ftp://listed.example/',
  'wss://listed.example/',
  'filesystem:https://listed.example/x',
  '',
  '?listed.example',
  '#https://listed.example/',
  'x',
  '/x',
];

const pick = fc.constantFrom;
const url = fc.oneof(
  pick(...CORPUS),
  fc
    .tuple(
      pick(
        'https:',
        'http:',
        'HTTPS:',
        'ht\ttps:',
        '',
        'data:',
        'blob:',
        'about:',
        'javascript:',
        'blob:https:',
        'ws:',
      ),
      pick('//', '//', '//', '/', '\\\\', '\\/', '', '///', '/\n/'),
      pick('', '', 'listed.example@', 'listed.example:443@', 'user:pw@', '@', 'a@b@'),
      fc.oneof(
        pick('listed.example', 'LISTED.example', 'listed.example.', 'evil.example', 'listed.example.evil.example'),
        pick('bücher.example', 'xn--bcher-kva.example', 'listed。example', 'lіsted.example', 'listed%2eexample'),
        pick('api.example', '2130706433', '0x7f.1', '[::1]', '127.0.0.1', 'localhost', location.hostname),
        fc.domain(),
      ),
      pick('', '', ':443', ':80', ':8443', ':0443', ':', `:${location.port}`, ':99999'),
      fc.oneof(
        pick('', '/', '/v1', '/v1/x', '/v1x', '/v1/..', '\\v1', '?@listed.example', '#@listed.example'),
        fc.webPath(),
      ),
    )
    .map((parts) => parts.join('')),
  fc.webUrl({ withQueryParameters: true, withFragments: true }),
  fc.string({ unit: 'binary', maxLength: 40 }),
);

describe('security: the origin that a request goes to', () => {
  let tracing: Tracing;
  let undo: () => void;

  function start(propagateTo: UrlPattern[], ignoreUrls: UrlPattern[] = []): void {
    undo = catchRequests();
    const instrument = withOptions({ fetch: true, xhr: true });
    tracing = startTracing({ panel: false, instrument, propagateTo, ignoreUrls });
  }
  afterEach(async () => {
    for (const base of document.querySelectorAll('base')) base.remove();
    await tracing.stop();
    undo();
  });

  /** Both ways, by any form; answers how many requests carried ours and how many did not. */
  async function check(text: string): Promise<[carried: number, bare: number]> {
    const counts: [number, number] = [0, 0];
    for (const [form, make] of [...Object.entries(FORMS), ['XMLHttpRequest', undefined] as const]) {
      const request = make ? await byFetch(make(text)) : byXhr(text);
      if (!request) continue;
      expect(request.carries, `${form} ${JSON.stringify(text)} to ${request.url.href}`).to.equal(isListed(request.url));
      counts[request.carries ? 0 : 1]++;
    }
    return counts;
  }

  for (const [base, href] of [
    ['', ''],
    [', below a base at a stranger’s', 'https://evil.example/v1/'],
    [', below a base at a listed one', 'https://listed.example/'],
  ] as const) {
    it(`decides whether it carries a traceparent, however the address is written${base}`, async function () {
      this.timeout(30_000);
      start(LISTED);
      if (href) document.head.append(Object.assign(document.createElement('base'), { href }));
      const all: [number, number] = [0, 0];
      const count = async (text: string) => {
        const [carried, bare] = await check(text);
        all[0] += carried;
        all[1] += bare;
      };
      for (const text of CORPUS) await count(text);
      await fc.assert(fc.asyncProperty(url, count), { numRuns: 200 });
      expect(Math.min(...all), 'of both kinds').to.be.greaterThan(50);
    });
  }

  it('is asked of patterns as they are: a RegExp with a place to go on, functions that lie, throw, or change the address', async () => {
    start(
      [
        /^https:\/\/[^/]+\.regexp\.example[/:]/g,
        ((address: URL) => (address.host === 'evil.example' ? 'yes' : false)) as never,
        (address) => {
          address.href = 'https://listed.example/';
          return false;
        },
        () => {
          throw new Error('no');
        },
        'https://listed.example',
      ],
      [
        (address) => {
          address.href = 'https://listed.example/';
          return false;
        },
      ],
    );
    for (const form of [byFetch, byXhr]) {
      const carries = async (text: string) => (await form(text))?.carries;
      for (let i = 0; i < 3; i++) expect(await carries('https://a.regexp.example/'), `${i}`).to.equal(true);
      expect(await carries('https://evil.example/')).to.equal(false);
      expect(await carries('https://evil.example/https://a.regexp.example/')).to.equal(false);
    }
    // A name and password are no host; fetch refuses such addresses.
    expect(byXhr('https://a.regexp.example:x@evil.example/')?.carries).to.equal(false);
    expect(byXhr('https://listed.example@evil.example/')?.carries).to.equal(false);
    expect(byXhr('https://x:y@a.regexp.example/')?.carries).to.equal(true);
  });

  it('is not listed by a pattern without an origin, wherever a base has put it', async () => {
    start(['/', '/api', 'x']);
    document.head.append(Object.assign(document.createElement('base'), { href: 'https://evil.example/' }));
    for (const text of ['/', '/api/x', 'x']) {
      expect(await byFetch(text)).to.deep.include({ carries: false });
      expect(byXhr(text)).to.deep.include({ carries: false });
    }
    expect(await byFetch(`${location.origin}/api`)).to.deep.include({ carries: true });
  });
});
