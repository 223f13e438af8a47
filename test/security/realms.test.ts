import { expect } from 'chai';
import type * as Zonetrace from '../../src/index.js';
import { startTracing, type Tracing, withBaggage, withSpan } from '../../src/index.js';
import { Collector, only } from '../collect.js';
import { openFrame } from '../frame.js';
import { until } from '../until.js';

const OWN = location.origin;
const OTHER = `http://127.0.0.1:${location.port}`;

const OURS = /^(traceparent|tracestate|baggage|b3|x-b3-.*)$/;

/** Digits that look like an id of ours. */
const ID = /[0-9a-f]{16}/;

let logs = 0;

interface Seen {
  method: string;
  url: string;
  headers: Record<string, string>;
}

/** An address that keeps what it was asked for. */
function logged(origin: string, query = ''): { url: string; read(): Promise<Seen[]> } {
  const log = `realm-${Date.now()}-${logs++}`;
  return {
    url: `${origin}/test-server/http/x?${query}&log=${log}`,
    read: async () => (await fetch(`/test-server/http-log?log=${log}`)).json(),
  };
}

/** By each way to send one; text, so that nobody has to ask first for what is not ours. */
const SENDERS = `{
  get: (url) => fetch(url),
  post: (url) => fetch(url, { method: 'POST', body: 'x' }),
  xhr: (url) => new Promise((resolve) => {
    const xhr = new XMLHttpRequest();
    xhr.onloadend = resolve;
    xhr.open('POST', url);
    xhr.send('x');
  }),
}`;

/** The text of a page that traces, sends requests to each of the addresses, and says so. */
function requesting(urls: string[]): string {
  return `import('${OWN}/test-server/page/traced-page.js').then(async () => {
    const { withSpan } = window.zonetrace;
    const senders = Object.values(${SENDERS});
    for (const url of ${JSON.stringify(urls)})
      for (const send of senders) await withSpan('work', () => send(url)).catch(() => {});
    parent.postMessage('requested', '*');
  });`;
}

const html = (script: string): string => `<!doctype html><title>a frame</title><script>${script}</script>`;
const served = (origin: string, script: string, policy = ''): string =>
  `${origin}/test-server/http/page?${new URLSearchParams([
    ['header', 'Content-Type: text/html'],
    ...(policy ? [['header', `Content-Security-Policy: ${policy}`]] : []),
    ['body', html(script)],
  ])}`;

type MakeFrame = (frame: HTMLIFrameElement, script: string) => void;

/** Each kind of frame, and the origin that the platform knows it by. */
const FRAMES: Record<string, [origin: string, make: MakeFrame]> = {
  'a page of this origin': [OWN, (frame, script) => Object.assign(frame, { src: served(OWN, script) })],
  'a page of this origin that has a variable named origin': [
    OWN,
    (frame, script) => Object.assign(frame, { src: served(OWN, `var origin = '${OTHER}'; ${script}`) }),
  ],
  'a page of another origin': [OTHER, (frame, script) => Object.assign(frame, { src: served(OTHER, script) })],
  srcdoc: [OWN, (frame, script) => Object.assign(frame, { srcdoc: html(script) })],
  'about:blank': [
    OWN,
    (frame, script) =>
      setTimeout(() => {
        const text = frame.contentDocument as Document;
        text.body.append(Object.assign(text.createElement('script'), { textContent: script }));
      }, 50),
  ],
  'blob:': [
    OWN,
    (frame, script) =>
      Object.assign(frame, { src: URL.createObjectURL(new Blob([html(script)], { type: 'text/html' })) }),
  ],
  'data:': [
    'null',
    (frame, script) => Object.assign(frame, { src: `data:text/html,${encodeURIComponent(html(script))}` }),
  ],
  'a sandboxed page of this origin': [
    'null',
    (frame, script) => Object.assign(frame, { sandbox: 'allow-scripts', src: served(OWN, script) }),
  ],
  'a page of this origin that is sandboxed by its policy': [
    'null',
    (frame, script) => Object.assign(frame, { src: served(OWN, script, 'sandbox allow-scripts') }),
  ],
  'sandboxed srcdoc': [
    'null',
    (frame, script) => Object.assign(frame, { sandbox: 'allow-scripts', srcdoc: html(script) }),
  ],
};

const frames: HTMLIFrameElement[] = [];

function open(make: MakeFrame, script: string): HTMLIFrameElement {
  const frame = document.createElement('iframe');
  frames.push(frame);
  if (make !== FRAMES['about:blank']?.[1]) make(frame, script);
  document.body.append(frame);
  if (make === FRAMES['about:blank']?.[1]) make(frame, script);
  return frame;
}

function told<T>(frame: HTMLIFrameElement, isIt: (data: unknown) => boolean): Promise<T> {
  return new Promise((resolve) => {
    const hear = ({ data, source }: MessageEvent): void => {
      if (source !== frame.contentWindow || !isIt(data)) return;
      removeEventListener('message', hear);
      resolve(data);
    };
    addEventListener('message', hear);
  });
}

/** Says what it got, when it is asked. */
const LISTENING = `
  const events = [];
  addEventListener('message', ({ data, ports, source }) => {
    if (data === 'report') return source.postMessage({ events }, '*');
    events.push([data, ports.length]);
    for (const port of ports) port.onmessage = ({ data, ports }) => {
      events.push(['port', data, ports.length]);
      port.postMessage('heard');
    };
  });
  parent.postMessage('listening', '*');`;

describe('security: other realms', () => {
  let tracing: Tracing | undefined;
  let spans: Collector;

  function start(): void {
    spans = new Collector();
    tracing = startTracing({
      panel: false,
      processors: [spans],
      propagators: ['tracecontext', 'baggage', 'b3', 'b3multi'],
      instrument: only('fetch', 'xhr', 'worker', 'frame', 'broadcastChannel', 'webSocket', 'eventSource'),
    });
  }
  afterEach(async () => {
    for (const frame of frames.splice(0)) frame.remove();
    await tracing?.stop();
    tracing = undefined;
  });

  const inSpan = <R>(fn: () => R): R => withBaggage({ secret: 'x' }, () => withSpan('work', fn));

  for (const [kind, [origin, make]] of Object.entries(FRAMES)) {
    it(`${kind}: requests carry a traceparent to the frame’s own origin and to no other`, async () => {
      const [own, other] = [logged(OWN), logged(OTHER)];
      const frame = open(make, requesting([own.url, other.url]));
      await told(frame, (data) => data === 'requested');
      for (const [target, { read }] of [
        [OWN, own],
        [OTHER, other],
      ] as const) {
        const seen = await read();
        // Nobody was asked whether a header may come: without us, nobody would be.
        expect(seen.map(({ method }) => method)).to.deep.equal(['GET', 'POST', 'POST']);
        expect(seen.map(({ headers }) => Object.keys(headers).some((name) => OURS.test(name)))).to.deep.equal(
          Array(3).fill(target === origin),
        );
      }
    });
  }

  for (const [kind, origin] of [
    ['blob:', OWN],
    ['data:', 'null'],
  ] as const) {
    it(`a worker of ${kind}: requests carry a traceparent to its own origin and to no other`, async () => {
      const text = await (await fetch('/test-server/page/traced-worker.js')).text();
      const url =
        kind === 'data:'
          ? `data:text/javascript,${encodeURIComponent(text)}`
          : URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));
      const worker = new Worker(url, { type: 'module' });
      try {
        for (const target of [OWN, OTHER]) {
          const { url: address, read } = logged(target);
          const done = new Promise((resolve, reject) => {
            worker.onmessage = resolve;
            worker.onerror = ({ message }) => reject(new Error(message));
          });
          worker.postMessage({ name: 'job', fetch: address });
          await done;
          const seen = await read();
          expect(seen.map(({ method, headers }) => [method, 'traceparent' in headers])).to.deep.equal([
            ['GET', target === origin],
          ]);
        }
      } finally {
        worker.terminate();
      }
    });
  }

  for (const kind of ['a page of another origin', 'data:', 'a sandboxed page of this origin', 'sandboxed srcdoc']) {
    it(`${kind}: gets the messages of spans as they were sent, and nothing besides`, async () => {
      start();
      const [, make] = FRAMES[kind] as [string, MakeFrame];
      const frame = open(make, LISTENING);
      await told(frame, (data) => data === 'listening');
      const target = frame.contentWindow as Window;
      const { port1, port2 } = new MessageChannel();
      const { port1: more, port2: moreOut } = new MessageChannel();
      let heard = 0;
      more.onmessage = () => heard++;
      port1.onmessage = () => heard++;
      inSpan(() => {
        target.postMessage('text', '*');
        target.postMessage({ text: 1 }, { targetOrigin: '*', transfer: [port2] });
        port1.postMessage('through the port', [moreOut]);
        port1.postMessage('again');
        more.postMessage('not listened to');
      });
      await until(() => heard === 2, 'both answers');
      const { events } = await Promise.all([
        told<{ events: unknown[] }>(frame, (data) => Object(data).events !== undefined),
        inSpan(() => target.postMessage('report', '*')),
      ]).then(([report]) => report);
      expect(events).to.deep.equal([
        ['text', 0],
        [{ text: 1 }, 1],
        ['port', 'through the port', 1],
        ['port', 'again', 0],
      ]);
    });
  }

  it('a worker of data: gets the messages of spans as they were sent, and nothing besides', async () => {
    start();
    const text = await (await fetch('/test/fixtures/worker/untraced.js')).text();
    const worker = new Worker(`data:text/javascript,${encodeURIComponent(text)}`);
    const { port1, port2 } = new MessageChannel();
    let events: string[] = [];
    worker.onmessage = ({ data }) => {
      events = data;
    };
    inSpan(() => {
      worker.postMessage('text');
      worker.postMessage('with a port', [port2]);
      port1.postMessage('through it');
    });
    await until(() => {
      worker.postMessage('report');
      return events.some((event) => event.startsWith('port'));
    }, 'the message through the port');
    const asked = 'message "report" 0';
    expect(events.filter((event) => event !== asked)).to.deep.equal([
      'message "text" 0',
      'message "with a port" 1',
      'port "through it" 0',
    ]);
    worker.terminate();
  });

  it('what another origin posts in a span of its own is nobody’s child here', async () => {
    start();
    const script = `import('${OWN}/test-server/page/traced-page.js').then(() => {
      window.zonetrace.withSpan('theirs', ({ context }) => {
        parent.postMessage(['zonetrace', 'greeting', 'x', 0], '*');
        parent.postMessage(['zonetrace', 'sender', 0, '00-' + context.traceId + '-' + context.spanId + '-01'], '*');
        parent.postMessage('theirs', '*');
      });
    });`;
    const frame = open(FRAMES['a page of another origin']?.[1] as MakeFrame, script);
    const seen: unknown[] = [];
    const hear = ({ data, source }: MessageEvent): void => {
      if (source !== frame.contentWindow) return;
      seen.push(data);
      withSpan('ours', () => {});
    };
    addEventListener('message', hear);
    await until(() => seen.includes('theirs'), 'their message');
    removeEventListener('message', hear);
    expect(seen).to.have.length(3);
    const ours = spans.started.filter(({ name }) => name === 'ours');
    expect(ours.map(({ parentSpanId }) => parentSpanId)).to.deep.equal([undefined, undefined, undefined]);
  });

  it('an EventSource takes no id to another origin, in its address or its headers', async () => {
    start();
    const { url, read } = logged(OTHER, 'header=content-type: text/event-stream&endless=1000');
    const source = inSpan(() => new EventSource(url));
    await new Promise((resolve) => {
      source.onopen = resolve;
    });
    source.close();
    const [seen] = await read();
    expect(seen?.url).to.equal(encodeURI(url.slice(OTHER.length).replace(/&log=.*/, '')));
    expect(Object.keys(seen?.headers ?? {}).filter((name) => OURS.test(name))).to.deep.equal([]);
  });

  it('a WebSocket takes no id to another origin, in its address, its headers, or a message', async () => {
    start();
    const socket = inSpan(() => new WebSocket(`${OTHER.replace('http', 'ws')}/test-server/socket?tell`));
    const messages: string[] = [];
    socket.onmessage = ({ data }) => messages.push(data);
    await new Promise((resolve) => {
      socket.onopen = resolve;
    });
    inSpan(() => socket.send('first'));
    await until(() => messages.includes('first'), 'the echo');
    socket.close();
    const [told = '', ...rest] = messages;
    const { url, headers } = JSON.parse(told) as { url: string; headers: Record<string, string> };
    expect(url).to.equal('/test-server/socket?tell');
    expect(rest).to.deep.equal(['first']);
    expect(Object.keys(headers).filter((name) => OURS.test(name))).to.deep.equal([]);
    expect(headers['sec-websocket-protocol']).to.equal(undefined);
    expect(headers['cookie'] ?? '').not.to.match(ID);
  });

  it('a service worker sees the traceparent of the page’s own origin, which arrives, and none for another', async () => {
    const scope = '/test/fixtures/page.html?controlled';
    const registration = await navigator.serviceWorker.register('/test/fixtures/service-worker.js', { scope });
    try {
      await until(() => registration.active?.state === 'activated', 'the service worker');
      const frame = await openFrame(scope);
      frames.push(frame);
      const page = frame.contentWindow as Window & typeof globalThis & { zonetrace: typeof Zonetrace };
      await until(() => page.zonetrace, 'the page');
      expect(page.navigator.serviceWorker.controller, 'controlled').not.to.equal(null);
      const own = page.zonetrace.startTracing({ panel: false, instrument: only('fetch', 'xhr') });
      const arrived: string[] = [];
      const addresses: string[] = [];
      for (const target of [OWN, OTHER]) {
        const { url, read } = logged(target);
        addresses.push(url);
        await page.zonetrace.withSpan('work', () => page.fetch(url));
        for (const { headers } of await read()) arrived.push(`${target} ${'traceparent' in headers}`);
      }
      await own.stop();
      expect(arrived).to.deep.equal([`${OWN} true`, `${OTHER} false`]);
      const { port1, port2 } = new MessageChannel();
      registration.active?.postMessage('', [port2]);
      const seen = await new Promise<{ url: string; headers: string[] }[]>((resolve) => {
        port1.onmessage = ({ data }) => resolve(data);
      });
      const carrying = seen.filter(({ headers }) => headers.includes('traceparent')).map(({ url }) => url);
      expect(carrying).to.deep.equal(addresses.slice(0, 1));
      expect(seen.map(({ url }) => url)).to.include(addresses[1]);
    } finally {
      await registration.unregister();
    }
  });
});
