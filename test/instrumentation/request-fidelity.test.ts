import { expect } from 'chai';
import { openFrame, runIn } from '../frame.js';

type Outcomes = Record<string, string>;

/**
 * Self-contained: its source is evaluated in two realms, one with our tracing and one without. Makes each call and tells
 * what came of it, what was asked of the objects that it was given, and what the server saw.
 */
async function fetchOutcomes(other: string): Promise<Outcomes> {
  let asked: string[] = [];
  let log = '';
  const at = (query = '', origin = '') => `${origin}/test-server/http/x?${query}&log=${log}`;
  const note = <T>(what: string, value: T): T => {
    asked.push(what);
    return value;
  };
  /** An object that tells which of its members are read. */
  const watched = (members: Record<string, unknown>): RequestInit =>
    Object.defineProperties(
      {},
      Object.fromEntries(
        Object.entries(members).map(([name, value]) => [name, { enumerable: true, get: () => note(name, value) }]),
      ),
    );
  const fail = (what: string): never => {
    throw new RangeError(what);
  };
  const text = (value: string) => ({ toString: () => note('toString', value) }) as unknown as string;
  class Init {
    #method = 'PUT';
    get method() {
      return note('method', this.#method);
    }
    get headers() {
      return note('headers', { 'x-mine': '1' });
    }
  }
  class MyRequest extends Request {
    override get url() {
      return 'about:blank';
    }
    override get method() {
      return 'NONSENSE';
    }
  }
  const stream = () =>
    new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('streamed'));
        controller.close();
      },
    });
  const aborted = (reason?: unknown) => {
    const controller = new AbortController();
    controller.abort(reason);
    return controller.signal;
  };
  const f = fetch as (...args: unknown[]) => Promise<Response>;
  /** Resolves when the server has the request: else it would be chance whether what is called off arrives. */
  const arrived = async () => {
    while ((await (await f(`/test-server/http-log?keep&log=${log}`)).text()) === '[]');
  };
  const body = async (query?: string) => (await f(at(query))).body as ReadableStream<Uint8Array>;
  const pass = (): ReadableWritablePair<Uint8Array, Uint8Array> => new TransformStream();
  const used = new Request('/x', { method: 'POST', body: 'x' });
  await used.text();
  const form = new FormData();
  form.append('a', 'b');
  const virtual = (members: Record<string, unknown>) =>
    new Proxy({}, { get: (_, name) => note(String(name), members[name as string]) });

  const calls: Record<string, () => unknown> = {
    'no arguments': () => f(),
    undefined: () => f(undefined),
    null: () => f(null),
    'a number': () => f(5),
    'a symbol': () => f(Symbol('x')),
    'an empty string': () => f('', { method: 'HEAD' }),
    'an invalid URL': () => f('http://'),
    'an unknown scheme': () => f('nonsense:x'),
    'a URL with credentials': () => f(`http://u:p@${location.host}/`),
    'a string': () => f(at()),
    'a string with a fragment': () => f(`${at()}#part`),
    'a URL object': () => f(new URL(at(), location.href)),
    'a URL object with its own toString': () => f(Object.assign(new URL('http://nowhere'), { toString: () => at() })),
    'an object with toString': () => f(text(at())),
    'an object whose toString throws': () => f({ toString: () => fail('mine') }),
    'an object whose toString answers an object': () => f({ toString: () => ({}), valueOf: () => ({}) }),
    'an anchor': () => f(Object.assign(document.createElement('a'), { href: at() })),
    'an array': () => f([at()]),
    'a fake Request': () => f(Object.create(Request.prototype)),
    'this undefined': () => f.call(undefined, at()),
    'this null': () => f.call(null, at()),
    'this an object': () => f.call({}, at()),
    'this a number': () => f.call(5, at()),
    'this a document': () => f.call(document, at()),
    'init null': () => f(at(), null),
    'init a number': () => f(at(), 5),
    'init a string': () => f(at(), 'x'),
    'init a function': () =>
      f(
        at(),
        Object.assign(() => {}, { method: 'POST' }),
      ),
    'init an array': () => f(at(), []),
    'init empty': () => f(at(), {}),
    'init with a null prototype': () => f(at(), Object.assign(Object.create(null), { method: 'PUT' })),
    'init that inherits': () => f(at(), Object.create({ method: 'PUT', headers: { 'x-mine': '1' } })),
    'init of a class with private members': () => f(at(), new Init()),
    'init behind a Proxy': () => f(at(), virtual({ method: 'POST', body: 'x', headers: { 'x-mine': '1' } })),
    'init frozen': () => f(at(), Object.freeze({ method: 'POST', headers: Object.freeze({ 'x-mine': '1' }) })),
    'init with getters': () =>
      f(at(), watched({ method: 'POST', headers: { 'x-mine': '1' }, body: 'x', mode: 'cors', unknown: 1 })),
    'init with getters, elsewhere': () => f(at('', other), watched({ method: 'PUT', headers: { 'x-mine': '1' } })),
    'init with a getter that throws': () =>
      f(at(), {
        get cache() {
          return fail('mine');
        },
      }),
    'init whose headers getter throws': () =>
      f(at(), {
        get headers() {
          return fail('mine');
        },
      }),
    'init whose method getter throws': () =>
      f(at(), {
        get method() {
          return fail('mine');
        },
      }),
    'method an object': () => f(at(), { method: text('put') }),
    'method whose toString throws': () => f(at(), { method: { toString: () => fail('mine') } }),
    'method a symbol': () => f(at(), { method: Symbol('x') }),
    'method null': () => f(at(), { method: null }),
    'method patch in lower case': () => f(at(), { method: 'patch' }),
    'method of the page': () => f(at(), { method: 'Custom' }),
    'method forbidden': () => f(at(), { method: 'TRACE' }),
    'method invalid': () => f(at(), { method: 'b a d' }),
    'GET with a body': () => f(at(), { body: 'x' }),
    'mode invalid': () => f(at(), { mode: 'nonsense' }),
    'mode navigate': () => f(at(), { mode: 'navigate' }),
    'mode same-origin elsewhere': () => f(at('', other), { mode: 'same-origin' }),
    'mode no-cors elsewhere': () => f(at('', other), { mode: 'no-cors', headers: { 'x-mine': '1' } }),
    'mode no-cors by a getter': () => f(at('', other), watched({ mode: 'no-cors' })),
    'mode no-cors and PUT': () => f(at('', other), { mode: 'no-cors', method: 'PUT' }),
    'cache only-if-cached': () => f(at(), { cache: 'only-if-cached' }),
    'cache invalid': () => f(at(), { cache: 'nonsense' }),
    'credentials invalid': () => f(at(), { credentials: 'nonsense' }),
    'redirect invalid': () => f(at(), { redirect: 'nonsense' }),
    'referrer invalid': () => f(at(), { referrer: 'http://' }),
    'referrer none': () => f(at(), { referrer: '' }),
    'priority invalid': () => f(at(), { priority: 'nonsense' }),
    'window invalid': () => f(at(), { window: 5 }),
    'integrity wrong': () => f(at(), { integrity: 'sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=' }),
    'signal invalid': () => f(at(), { signal: 5 }),
    'signal null': () => f(at(), { signal: null }),
    'signal aborted': () => f(at(), { signal: aborted() }),
    'signal aborted with a reason': () => f(at(), { signal: aborted('why') }),
    'signal aborted with undefined getters': () => f(at(), watched({ signal: aborted('why') })),
    'aborted before the headers': () => {
      const controller = new AbortController();
      void arrived().then(() => controller.abort('why'));
      return f(at('delay=60000'), { signal: controller.signal });
    },
    'aborted in the body': async () => {
      const controller = new AbortController();
      const response = await f(at('endless=20'), { signal: controller.signal });
      setTimeout(() => controller.abort(new RangeError('why')), 100);
      return response.text();
    },
    'timed out': () => f(at('delay=2000'), { signal: AbortSignal.timeout(300) }),
    'headers null': () => f(at(), { headers: null }),
    'headers a string': () => f(at(), { headers: 'x: 1' }),
    'headers a number': () => f(at(), { headers: 5 }),
    'headers a record': () => f(at(), { headers: { 'X-Mine': '1', 'x-other': 2 } }),
    'headers a record with getters': () => f(at(), { headers: watched({ 'x-a': '1', 'x-b': '2' }) }),
    'headers a record with symbols': () => f(at(), { headers: { [Symbol('x')]: '1' } }),
    'headers with values to ask': () => f(at(), { headers: { 'x-mine': text('1') } }),
    'headers whose getter throws': () =>
      f(at(), {
        headers: {
          get a() {
            return fail('mine');
          },
        },
      }),
    'headers of pairs': () =>
      f(at(), {
        headers: [
          ['x-mine', '1'],
          ['x-mine', '2'],
        ],
      }),
    'headers of wrong pairs': () => f(at(), { headers: [['x-mine', '1', '2']] }),
    'headers of strings': () => f(at(), { headers: ['ab'] }),
    'headers of a generator': () =>
      f(at(), {
        headers: (function* () {
          yield note('pair', ['x-mine', '1']);
        })(),
      }),
    'headers of a generator that throws': () =>
      f(at(), {
        headers: (function* () {
          yield fail('mine');
        })(),
      }),
    'headers of a Map': () => f(at(), { headers: new Map([['x-mine', '1']]) }),
    'headers of Sets': () => f(at(), { headers: [new Set(['x-mine', '1'])] }),
    'headers with no callable iterator': () => f(at(), { headers: { [Symbol.iterator]: 5 } }),
    'headers a function': () => f(at(), { headers: Object.assign(() => {}, { 'x-mine': '1' }) }),
    'headers invalid by name': () => f(at(), { headers: { 'b a d': '1' } }),
    'headers invalid by value': () => f(at(), { headers: { 'x-mine': 'a\nb' } }),
    'headers not of bytes': () => f(at(), { headers: { 'x-mine': '☃' } }),
    'headers forbidden': () => f(at(), { headers: { Host: 'x', Cookie: 'a=b' } }),
    'headers of a Headers': () => f(at(), { headers: new Headers({ 'x-mine': '1' }) }),
    'traceparent of the page': () => f(at(), { headers: { TraceParent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-00` } }),
    'body text': () => f(at(), { method: 'POST', body: 'text' }),
    'body a form': () => f(at(), { method: 'POST', body: new URLSearchParams({ a: 'b' }) }),
    'body a Blob': () => f(at(), { method: 'POST', body: new Blob(['blob'], { type: 'text/x' }) }),
    'body bytes': () => f(at(), { method: 'POST', body: new Uint8Array([65, 66]) }),
    'body an object': () => f(at(), { method: 'POST', body: text('object') }),
    'body empty': () => f(at(), { method: 'POST', body: '' }),
    'body a stream without duplex': () => f(at(), { method: 'POST', body: stream() }),
    'body a stream': () => f(at(), { method: 'POST', body: stream(), duplex: 'half' }),
    'body a locked stream': () => {
      const body = stream();
      body.getReader();
      return f(at(), { method: 'POST', body, duplex: 'half' });
    },
    keepalive: () => f(at(), { method: 'POST', body: 'x', keepalive: true }),
    'keepalive too large': () => f(at(), { method: 'POST', body: 'x'.repeat(70_000), keepalive: true }),
    'a Request': () => f(new Request(at(), { method: 'POST', body: 'x', headers: { 'x-mine': '1' } })),
    'a Request with a referrer': () => f(new Request(at(), { referrer: '/from', referrerPolicy: 'unsafe-url' })),
    'a Request with a referrer, init empty': () => f(new Request(at(), { referrer: '/from' }), {}),
    'a Request with a referrer, init unset': () => f(new Request(at(), { referrer: '/from' }), { signal: undefined }),
    'a Request with a referrer, init set': () => f(new Request(at(), { referrer: '/from' }), { method: 'POST' }),
    'a Request without a referrer': () => f(new Request(at(), { referrer: '' })),
    'a Request and headers': () => f(new Request(at(), { headers: { 'x-a': '1' } }), { headers: { 'x-b': '2' } }),
    'a Request and a method': () => f(new Request(at(), { headers: { 'x-a': '1' } }), { method: 'PUT' }),
    'a Request elsewhere, no-cors': () => f(new Request(at('', other), { mode: 'no-cors' })),
    'a Request that is used': () => f(used),
    'a Request that is aborted': () => f(new Request(at(), { signal: aborted('why') })),
    'a Request used twice': async () => {
      const request = new Request(at(), { method: 'POST', body: 'x' });
      const first = await f(request);
      return [first.status, request.bodyUsed, await f(request).catch(String)];
    },
    'a subclass of Request': () => f(new MyRequest(at(), { method: 'PUT' })),
    'a reused init elsewhere': async () => {
      const init = { method: 'PUT', headers: { 'x-mine': '1' } };
      await f(at(), init);
      await f(at('', other), init);
      return JSON.stringify(init);
    },
    'a reused Headers elsewhere': async () => {
      const headers = new Headers({ 'x-mine': '1' });
      await f(at(), { headers });
      await f(at('', other), { headers });
      return [...headers];
    },
    'a reused Request': async () => {
      const request = new Request(at());
      await f(request);
      return [...request.headers];
    },
    'a redirect': () => f(at('to=/test-server/http/there')),
    'a redirect refused': () => f(at('to=/test-server/http/there'), { redirect: 'error' }),
    'a redirect not followed': () => f(at('to=/test-server/http/there'), { redirect: 'manual' }),
    'a redirect to an origin without CORS': () =>
      f(at(`to=${encodeURIComponent(`${other}/test-server/http/y?no-cors=1`)}`)),
    'a redirect of another origin': () => f(at('to=/test-server/http/there', other)),
    'an origin without CORS': () => f(at('no-cors=1', other)),
    'a preflight that is refused': () => f(at('allow=none', other), { headers: { 'x-mine': '1' } }),
    'status 204': () => f(at('status=204')),
    'status 304': () => f(at('status=304')),
    'status 404': () => f(at('status=404')),
    'status 500': () => f(at('status=500')),
    HEAD: () => f(at(), { method: 'HEAD' }),
    'a slow answer': () => f(at('delay=100&rest=100')),
    'a body that breaks': async () => (await f(at('break=50'))).text(),
    'a body that breaks, as JSON': async () => (await f(at('break=50'))).json(),
    'a body that is no JSON': async () => (await f(at('body=nonsense'))).json(),
    'a body read twice': async () => {
      const response = await f(at());
      await response.text();
      return response.text();
    },
    'a body of nobody': () => Response.prototype.text.call({} as Response),
    'a body cloned': async () => {
      const response = await f(at('rest=50'));
      return Promise.all([response.clone().text(), response.text()]);
    },
    'a body through a pipe': async () => new Response((await body()).pipeThrough(pass())).text(),
    'a body through a pipe of getters': async () => {
      const { readable, writable } = pass();
      const pair = watched({ writable, readable, unknown: 1 }) as ReadableWritablePair;
      const found = (await body()).pipeThrough(pair, watched({ signal: undefined, preventClose: 0 }) as object);
      return [found === readable, await new Response(found).text()];
    },
    'a body through a pipe that stays open': async () => {
      const source = await body();
      const [locked, pair] = [source.locked, pass()];
      const reader = source.pipeThrough(pair, { preventClose: true, preventCancel: true }).getReader();
      await reader.read();
      while (source.locked) await new Promise((resolve) => setTimeout(resolve));
      return [locked, source.locked, pair.writable.locked];
    },
    'a body through a pipe that is called off': async () => {
      const reader = (await body('endless=20')).pipeThrough(pass(), { signal: AbortSignal.abort('why') }).getReader();
      return [await reader.closed.catch(String), await reader.read().catch(String)];
    },
    'a body that breaks in a pipe, step by step': async () => {
      const source = await body('break=50');
      const pair = pass();
      const reader = source.pipeThrough(pair).getReader();
      const say = (what: string) => () => note(`${what} ${source.locked} ${pair.writable.locked}`, what);
      reader.closed.catch(say('closed'));
      await reader.read();
      await reader.read().catch(say('read'));
      for (let tick = 0; tick < 8; tick++) say(`tick ${await tick}`)();
      await source.getReader().closed.catch(say('source'));
    },
    'a body that breaks in a pipe that keeps its end, step by step': async () => {
      const source = await body('break=50');
      const pair = pass();
      const reader = source.pipeThrough(pair, { preventAbort: true }).getReader();
      await reader.read();
      while (source.locked) await new Promise((resolve) => setTimeout(resolve));
      return [pair.writable.locked, await Promise.race([reader.read(), 'open'])];
    },
    'a body that breaks in two branches, step by step': async () => {
      const source = await body('break=50');
      const say = (what: string) => () => note(what, source.locked);
      const readers = source.tee().map((branch) => branch.getReader());
      for (const [i, reader] of readers.entries()) reader.closed.catch(say(`closed ${i}`));
      await Promise.all(readers.map((reader) => reader.read()));
      await Promise.all(readers.map((reader, i) => reader.read().catch(say(`read ${i}`))));
      return readers.length;
    },
    'a body that breaks in a pipe to a sink, step by step': async () => {
      const source = await body('break=50');
      const say = (what: string) => () => note(`${what} ${source.locked}`, what);
      const piped = source.pipeTo(new WritableStream({ abort: () => void say('abort')() }));
      await piped.then(say('piped'), say('failed'));
      for (let tick = 0; tick < 4; tick++) say(`tick ${await tick}`)();
      return source.getReader().closed.catch(String);
    },
    'a body that goes through no pipe': async () => {
      const source = await body();
      const through = source.pipeThrough as (...args: unknown[]) => unknown;
      const { readable, writable } = pass();
      const [used, fake] = [pass(), Object.create(ReadableStream.prototype) as ReadableStream];
      used.writable.getWriter();
      const wrong: unknown[][] = [[], [null], [5], ['x'], [() => {}], [{}], [{ readable }], [{ writable }]];
      wrong.push([{ readable: {}, writable }], [{ readable, writable: {} }], [{ readable: fake }], [used]);
      wrong.push([{ readable, writable }, 5], [{ readable, writable }, { signal: {} }]);
      wrong.push([{ readable, writable }, { signal: 5 }], [{ readable: 5, writable }]);
      const getter = {
        get signal() {
          return fail('mine');
        },
      };
      wrong.push([{ readable, writable }, getter]);
      const caught = wrong.map((args) => {
        try {
          return typeof through.apply(source, args);
        } catch (error) {
          return String(error);
        }
      });
      const states = [source.locked, readable.locked, writable.locked];
      source.getReader();
      const late = await (async () => source.pipeThrough({ readable, writable }))().catch(String);
      return [...caught, ...states, late, (await (async () => through.call({}, pass()))().catch(String)) as string];
    },
    'what a person can see of the ways to read a body': () =>
      [ReadableStream.prototype, Response.prototype].map((prototype) =>
        Object.entries(Object.getOwnPropertyDescriptors(prototype)).map(([name, { value }]) => [
          name,
          typeof value === 'function' ? [value.name, value.length, String(value)] : typeof value,
        ]),
      ),
    'no server': () => f('http://127.0.0.1:1/'),
    'a data URL': () => f('data:text/plain,hello'),
    'a blob URL': () => f(URL.createObjectURL(new Blob(['blob']))),
    'a file URL': () => f('file:///x'),
  };

  const describe = async (value: unknown): Promise<string> => {
    if (!(value instanceof Response)) return JSON.stringify(value) ?? String(value);
    const { type, status, statusText, redirected, bodyUsed, url } = value;
    const body = type === 'opaque' ? '' : await value.text();
    return JSON.stringify([type, status, statusText, redirected, bodyUsed, url.split('&log')[0], body]);
  };
  const reason = (error: unknown) =>
    error instanceof Error || error instanceof DOMException ? `${error.name}: ${error.message}` : String(error);
  const outcomes: Outcomes = {};
  for (const [name, call] of Object.entries(calls)) {
    asked = [];
    log = `${Math.random()}`;
    let outcome: string;
    try {
      const promise = call() as Promise<unknown>;
      const isPromise = promise instanceof Promise ? 'a promise' : 'no promise';
      outcome = await promise.then(
        async (value) => `${isPromise} of ${await describe(value)}`,
        (error) => `${isPromise}, rejected: ${reason(error)}`,
      );
    } catch (error) {
      outcome = `threw ${reason(error)}`;
    }
    const seen = await (await f(`/test-server/http-log?log=${log}`)).text();
    outcomes[name] = `${outcome.replaceAll(log, 'LOG')} | asked ${asked} | ${seen.replaceAll(log, 'LOG')}`;
  }
  return outcomes;
}

/** Self-contained, likewise: what a page sees of its XMLHttpRequests, events in their order included. */
async function xhrOutcomes(other: string): Promise<Outcomes> {
  let told: string[] = [];
  let log = '';
  const at = (query = '', origin = '') => `${origin}/test-server/http/x?${query}&log=${log}`;
  const say = (what: unknown) => told.push(String(what));
  const attempt = (what: string, run: () => unknown) => {
    try {
      const value = run();
      say(`${what}: ${value === undefined ? 'done' : JSON.stringify(value)}`);
    } catch (error) {
      say(`${what}: ${(error as Error).name}: ${(error as Error).message}`);
    }
  };
  const types = ['readystatechange', 'loadstart', 'load', 'error', 'abort', 'timeout', 'loadend'];
  const watch = (xhr: XMLHttpRequest, name = '') => {
    for (const type of types) {
      xhr.addEventListener(type, () => say(`${name}${type} ${xhr.readyState} ${xhr.status}`));
      // None that captures: zone.js itself calls those after `onload` and its like, whoever uses it.
      xhr[`on${type}` as 'onload'] = () => say(`${name}on${type}`);
    }
    for (const type of ['loadstart', 'load', 'loadend', 'error', 'abort'])
      xhr.upload.addEventListener(type, () => say(`${name}upload ${type}`));
  };
  /** Resolves when the server has the request: else it would be chance whether what is called off arrives. */
  const arrived = async () => {
    while ((await (await fetch(`/test-server/http-log?keep&log=${log}`)).text()) === '[]');
  };
  const end = (xhr: XMLHttpRequest) =>
    new Promise((resolve) => xhr.addEventListener('loadend', resolve, { once: true }));
  const make = (name = '') => {
    const xhr = new XMLHttpRequest();
    watch(xhr, name);
    return xhr;
  };
  const simple = async (
    prepare: (xhr: XMLHttpRequest) => void,
    body?: XMLHttpRequestBodyInit | null,
    url = at(),
    method = 'GET',
  ) => {
    const xhr = make();
    xhr.open(method, url);
    attempt('prepare', () => void prepare(xhr));
    const ended = end(xhr);
    attempt('send', () => xhr.send(body));
    await ended;
    return xhr;
  };
  const open = (...args: unknown[]) => {
    const xhr = make();
    attempt('open', () => (xhr.open as (...args: unknown[]) => void)(...args));
    say(xhr.readyState);
  };
  const asks = (value: string) => ({
    toString: () => {
      say(`asked ${value}`);
      return value;
    },
  });
  const fails = {
    toString: () => {
      throw new RangeError('mine');
    },
  };

  const calls: Record<string, () => unknown> = {
    'a request': () => simple(() => {}),
    'open without arguments': () => open(),
    'open with one argument': () => open(asks('GET')),
    'open an invalid method': () => open('b a d', '/'),
    'open a forbidden method': () => open('TRACE', '/'),
    'open an invalid URL': () => open('GET', 'http://'),
    'open objects': () => open(asks('put'), asks('/x')),
    'open objects that throw': () => open(fails, fails),
    'open a URL': () => open('GET', new URL('/x', location.href)),
    'open undefined async': () => open('GET', '/x', undefined),
    'open symbols': () => open(Symbol('x'), '/'),
    'open with credentials': () => open('GET', '/x', true, 'user', 'secret'),
    'open on something else': () =>
      attempt('open', () => XMLHttpRequest.prototype.open.call({} as XMLHttpRequest, 'GET', '/', true)),
    // `send` on something else fails in the words of zone.js.
    'header on something else': () =>
      attempt('header', () => XMLHttpRequest.prototype.setRequestHeader.call({} as XMLHttpRequest, 'a', 'b')),
    'send before open': () => attempt('send', () => make().send()),
    'header before open': () => attempt('header', () => make().setRequestHeader('a', 'b')),
    'send twice': () => simple((xhr) => queueMicrotask(() => attempt('again', () => xhr.send()))),
    'header after send': () =>
      simple((xhr) => queueMicrotask(() => attempt('header', () => xhr.setRequestHeader('a', 'b')))),
    headers: () =>
      simple((xhr) => {
        xhr.setRequestHeader('X-Mine', '1');
        xhr.setRequestHeader('x-mine', '2');
        attempt('invalid', () => xhr.setRequestHeader('b a d', '1'));
        attempt('value', () => xhr.setRequestHeader('x-a', 'a\nb'));
        attempt('bytes', () => xhr.setRequestHeader('x-a', '☃'));
        attempt('forbidden', () => xhr.setRequestHeader('Host', 'x'));
        attempt('few', () => (xhr.setRequestHeader as (name: string) => void)('x'));
        attempt('objects', () => xhr.setRequestHeader(asks('x-b') as never, asks('3') as never));
        attempt('throws', () => xhr.setRequestHeader(fails as never, fails as never));
      }),
    'traceparent of the page': () =>
      simple((xhr) => xhr.setRequestHeader('TraceParent', `00-${'1'.repeat(32)}-${'2'.repeat(16)}-00`)),
    'an upload': () => simple((xhr) => xhr.setRequestHeader('x-mine', '1'), 'text', at(), 'POST'),
    'an upload of a form': () => simple(() => {}, new URLSearchParams({ a: 'b' }), at(), 'PUT'),
    'an upload of bytes': () => simple(() => {}, new Uint8Array([65, 66]), at(), 'post'),
    'an upload of a Blob': () => simple(() => {}, new Blob(['blob']), at(), 'POST'),
    'an upload of null': () => simple(() => {}, null, at(), 'POST'),
    'an upload called off': () =>
      simple((xhr) => void arrived().then(() => xhr.abort()), new Uint8Array(16 << 20), at('unread'), 'POST'),
    'another origin': () => simple(() => {}, null, at('', other)),
    'another origin with a preflight': () => simple((xhr) => xhr.setRequestHeader('x-mine', '1'), null, at('', other)),
    'another origin without CORS': () => simple(() => {}, null, at('no-cors=1', other)),
    'another origin with credentials': () =>
      simple(
        (xhr) => {
          xhr.withCredentials = true;
        },
        null,
        at('', other),
      ),
    'a redirect': () => simple(() => {}, null, at('to=/test-server/http/there')),
    'status 204': () => simple(() => {}, null, at('status=204')),
    'status 404': () => simple(() => {}, null, at('status=404')),
    'no server': () => simple(() => {}, null, 'http://127.0.0.1:1/'),
    'a body that breaks': () => simple(() => {}, null, at('break=50')),
    'a timeout': () =>
      simple(
        (xhr) => {
          xhr.timeout = 300;
        },
        null,
        at('delay=3000'),
      ),
    'a data URL': () => simple(() => {}, null, 'data:text/plain,hello'),
    'abort before send': () => {
      const xhr = make();
      xhr.open('GET', at());
      attempt('abort', () => xhr.abort());
      say(xhr.readyState);
    },
    'abort before the headers': () => simple((xhr) => void arrived().then(() => xhr.abort()), null, at('delay=60000')),
    // One chunk, which the browser need not guess the type of: of several it would be chance how many come before `progress`.
    'abort in the body': () =>
      simple(
        (xhr) => xhr.addEventListener('progress', () => xhr.abort()),
        null,
        at('endless=60000&header=X-Content-Type-Options:%20nosniff'),
      ),
    'abort at the end': () => simple((xhr) => xhr.addEventListener('load', () => xhr.abort())),
    'open again while it waits': async () => {
      const xhr = make();
      xhr.open('GET', at('delay=60000'));
      xhr.send();
      await arrived();
      attempt('wrong', () => xhr.open('b a d', '/'));
      xhr.open('PUT', at('body=second'));
      const ended = end(xhr);
      xhr.send();
      await ended;
      return xhr;
    },
    'open again when it has loaded': async () => {
      const xhr = make();
      xhr.open('GET', at());
      const again = new Promise<void>((resolve) => {
        xhr.addEventListener(
          'load',
          () => {
            xhr.open('GET', at('body=second'));
            // That of the first comes, too.
            xhr.addEventListener('loadend', () => xhr.readyState === XMLHttpRequest.DONE && resolve());
            xhr.send();
          },
          { once: true },
        );
      });
      xhr.send();
      await again;
      return xhr;
    },
    'a synchronous request': () => {
      const xhr = make();
      attempt('open', () => xhr.open('GET', at(), false));
      attempt('timeout', () => {
        xhr.timeout = 5;
      });
      attempt('type', () => {
        xhr.responseType = 'json';
      });
      attempt('send', () => xhr.send());
      return xhr;
    },
    'a synchronous request to nobody': () => {
      const xhr = make();
      xhr.open('GET', 'http://127.0.0.1:1/', false);
      attempt('send', () => xhr.send());
      return xhr;
    },
    'a subclass': async () => {
      class Mine extends XMLHttpRequest {
        override open(method: string, url: string | URL): void {
          say('mine');
          super.open(method, url, true, null, null);
        }
      }
      const xhr = new Mine();
      watch(xhr);
      xhr.open('GET', at());
      const ended = end(xhr);
      xhr.send();
      await ended;
      return xhr;
    },
    'what a person can see of it': () => {
      const xhr = new XMLHttpRequest();
      say(Object.getOwnPropertyNames(xhr).filter((name) => !name.startsWith('__zone_symbol__')));
      // The names of the others are lost to zone.js.
      const { value } = Object.getOwnPropertyDescriptor(
        xhr.constructor.prototype,
        'setRequestHeader',
      ) as PropertyDescriptor;
      say([value.name, value.length, String(value)]);
    },
  };
  for (const type of ['', 'text', 'json', 'arraybuffer', 'blob', 'document', 'nonsense'])
    calls[`responseType ${type}`] = async () => {
      const body = encodeURIComponent('{"a":1}');
      const xhr = await simple(
        (each) => {
          each.responseType = type as XMLHttpRequestResponseType;
        },
        null,
        at(`body=${body}`),
      );
      say(Object.prototype.toString.call(xhr.response));
      attempt('text', () => xhr.responseText);
    };

  const outcomes: Outcomes = {};
  for (const [name, call] of Object.entries(calls)) {
    told = [];
    log = `${Math.random()}`;
    const xhr = await call();
    if (xhr instanceof XMLHttpRequest) {
      say([
        xhr.readyState,
        xhr.status,
        xhr.statusText,
        xhr.responseURL.split('&log')[0],
        xhr.response,
        xhr.withCredentials,
      ]);
      say(xhr.getAllResponseHeaders().replace(/(date|keep-alive): .*\r\n/g, ''));
    }
    const seen = await (await fetch(`/test-server/http-log?log=${log}`)).text();
    outcomes[name] = `${told.join('\n  ')}\n  ${seen}`.replaceAll(log, 'LOG');
  }
  return outcomes;
}

/** The same but for the header that we add, which no comparison can tell apart from one of the page. */
function withoutOurs(outcome: string): string {
  return outcome
    .replace(/"traceparent":"00-(?!1{32})[^"]*",?/g, '')
    .replace(/,}/g, '}')
    .replace(/fixtures\/\w+.html/g, 'PAGE')
    .replace(/blob:[^"]*/g, 'BLOB')
    .replace(/----\w*boundary\w*/gi, 'BOUNDARY');
}

describe('a page finds requests as on the bare platform', () => {
  const other = `http://127.0.0.1:${location.port}`;
  let bare: HTMLIFrameElement;
  let traced: HTMLIFrameElement;

  before(async () => {
    [bare, traced] = await Promise.all([
      openFrame('/test/fixtures/bare.html'),
      openFrame('/test/fixtures/tracing.html'),
    ]);
    expect(traced.contentWindow).to.have.property('tracing');
  });
  after(() => {
    bare.remove();
    traced.remove();
  });

  /**
   * What each call comes to, bare and traced, and what differs in each of three runs: whether a request that is called off
   * has reached the server by then, for one, is chance.
   */
  async function compare(outcomes: typeof fetchOutcomes) {
    let differing: Set<string> | undefined;
    for (let run = 1; ; run++) {
      const [expected, found] = await Promise.all([runIn(bare, outcomes, other), runIn(traced, outcomes, other)]);
      const now = Object.keys(expected).filter(
        (name) => withoutOurs(found[name] as string) !== withoutOurs(expected[name] as string),
      );
      differing = new Set(now.filter((name) => differing?.has(name) ?? true));
      if (differing.size > 0 && run < 3) continue;
      const text = [...differing].map((name) => `${name}:\n  ${found[name]}\n  --\n  ${expected[name]}`).join('\n');
      return { expected, found, differing: text };
    }
  }

  it('by fetch, call by call', async function () {
    this.timeout(150_000);
    const { expected, found, differing } = await compare(fetchOutcomes);
    expect(Object.keys(expected).length).to.be.greaterThan(120);
    expect(differing).to.equal('');
    // The table sees headers at all, ours in the same origin and none elsewhere.
    expect(found['a string']).to.match(/"traceparent":"00-/);
    expect(found['a Request']).to.match(/"traceparent":"00-/);
    for (const name of Object.keys(found).filter((name) => /elsewhere|another origin|CORS/.test(name)))
      for (const seen of (found[name] as string).split('"method"').slice(1))
        if (seen.includes(other)) expect(seen, name).not.to.include('traceparent');
  });

  it('by XMLHttpRequest, call by call, event by event', async function () {
    this.timeout(150_000);
    const { expected, found, differing } = await compare(xhrOutcomes);
    expect(Object.keys(expected).length).to.be.greaterThan(50);
    expect(differing).to.equal('');
    expect(found['a request']).to.match(/"traceparent":"00-/);
    expect(found['another origin with a preflight']).not.to.include('traceparent');
  });
});
