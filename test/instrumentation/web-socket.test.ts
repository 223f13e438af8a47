import { expect } from 'chai';
import {
  getCurrentSpan,
  type Span,
  startTracing,
  type Tracing,
  type TracingOptions,
  withSpan,
} from '../../src/index.js';
import { Collector, only, withOptions } from '../collect.js';
import { until } from '../until.js';

const PATH = '/test-server/socket';
const ADDRESS = `ws://${location.host}${PATH}`;

const next = <E extends Event>(target: EventTarget, type: string): Promise<E> =>
  new Promise((resolve) => target.addEventListener(type, (event) => resolve(event as E), { once: true }));

describe('the WebSocket instrumentation', () => {
  const platform = window.WebSocket;
  const { prototype } = platform;
  const originals = { send: prototype.send, close: prototype.close, constructor: prototype.constructor };
  let collector: Collector;
  let tracing: Tracing;
  const sockets: WebSocket[] = [];

  const start = (options: TracingOptions = {}): void => {
    collector = new Collector();
    tracing = startTracing({ processors: [collector], panel: false, instrument: only('webSocket'), ...options });
  };
  const restart = async (options: TracingOptions): Promise<void> => {
    await tracing.stop();
    start(options);
  };
  const connect = (query = '', protocols: string[] = []): WebSocket => {
    const socket = new WebSocket(`${ADDRESS}${query}`, protocols);
    sockets.push(socket);
    return socket;
  };
  const open = async (query = '', protocols: string[] = []): Promise<WebSocket> => {
    const socket = connect(query, protocols);
    await next(socket, 'open');
    return socket;
  };
  const ended = async (name: string): Promise<Span> => {
    await until(() => collector.ended.some((span) => span.name === name), `${name} has ended`);
    return collector.named(name);
  };

  beforeEach(() => start());
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.close();
    await tracing.stop();
  });

  it('makes a client span of connecting, a child of the current one, that ends when the socket is open', async () => {
    const socket = await withSpan('load', () => open('?token=abc&page=2', ['chat']));
    const span = collector.named(`WebSocket ${PATH}`);
    expect(span.parent?.name).to.equal('load');
    expect(span.kind).to.equal('CLIENT');
    expect(span.status).to.equal('OK');
    expect(span.attributes).to.deep.include({
      'url.full': `${ADDRESS}?token=REDACTED&page=2`,
      'server.address': location.hostname,
      'server.port': Number(location.port),
      'websocket.protocol': 'chat',
    });
    expect(socket.readyState).to.equal(WebSocket.OPEN);
  });

  it('holds no trace while it is open', async () => {
    const socket = await withSpan('load', () => open());
    await collector.named('load').trace.settled;
    expect(socket.readyState).to.equal(WebSocket.OPEN);
    expect(collector.named(`WebSocket ${PATH}`).endTime).to.be.a('number');
  });

  it("makes the page's close a child of its cause that links to the connection, with what was moved", async () => {
    const socket = await open();
    socket.send('grüße'); // 7 bytes
    await next(socket, 'message');
    socket.send(new Uint8Array(70_000).subarray(5));
    const { data } = await next<MessageEvent<Blob>>(socket, 'message');
    expect(data.size).to.equal(69_995);
    socket.send(new Blob(['x'.repeat(1_000_000)]));
    await next(socket, 'message');
    socket.send('ä'.repeat(500_000));
    await next(socket, 'message');
    withSpan('leave', () => socket.close(4000, 'done'));
    const span = await ended(`WebSocket close ${PATH}`);
    expect(span.parent?.name).to.equal('leave');
    expect(span.links.map(({ context }) => context)).to.deep.equal([collector.named(`WebSocket ${PATH}`).context]);
    const { 'connection.open_time': openTime, ...attributes } = span.attributes;
    expect(openTime).to.be.greaterThan(0);
    expect(attributes).to.deep.include({
      'connection.messages_sent': 4,
      'connection.messages_received': 4,
      'connection.bytes_sent': 7 + 69_995 + 2_000_000,
      'connection.bytes_received': 7 + 69_995 + 2_000_000,
      'connection.close_code': 4000,
      'connection.close_reason': 'done',
      'connection.clean': true,
    });
    expect(span.status).to.equal('OK');
  });

  for (const [message, code, status] of [
    ['close 1000 bye', 1000, 'OK'],
    ['close 4001 later', 4001, 'OK'],
    ['close 1011 broken', 1011, 'ERROR'],
    ['drop', 1006, 'ERROR'],
  ] as const) {
    it(`makes a trace of its own, with a link, of an end that the server caused: ${message}`, async () => {
      const socket = await withSpan('load', () => open());
      socket.send(message);
      const { code: seen } = await next<CloseEvent>(socket, 'close');
      expect(seen).to.equal(code);
      const span = await ended(`WebSocket close ${PATH}`);
      expect(span.parent).to.equal(undefined);
      expect(span.trace).not.to.equal(collector.named('load').trace);
      expect(span.links).to.have.length(1);
      expect(span.attributes['connection.close_code']).to.equal(code);
      expect(span.attributes['connection.messages_sent']).to.equal(1);
      expect(span.status).to.equal(status);
    });
  }

  it('marks a connection that is refused, once', async () => {
    const refused = [connect('?refuse'), new WebSocket('ws://127.0.0.1:1/nobody')];
    await Promise.all(refused.map((socket) => next(socket, 'close')));
    for (const name of [`WebSocket ${PATH}`, 'WebSocket /nobody']) {
      const span = await ended(name);
      expect(span.status, name).to.equal('ERROR');
      expect(span.attributes['error.type']).to.equal('NetworkError');
    }
    expect(collector.started).to.have.length(2);
  });

  it('does not call it an error when the page gives the attempt up', async () => {
    const socket = connect();
    socket.close();
    await next(socket, 'close');
    const span = await ended(`WebSocket ${PATH}`);
    expect([span.status, span.statusMessage]).to.deep.equal(['UNSET', 'aborted']);
    expect(collector.started).to.have.length(1);
  });

  it('makes no span of messages unless it is asked to', async () => {
    const socket = await open('?greet=3');
    socket.send('x');
    let messages = 0;
    socket.onmessage = () => messages++;
    await until(() => messages > 0, 'the echo is there');
    socket.close();
    await next(socket, 'close');
    expect(collector.started.map(({ name }) => name)).to.deep.equal([`WebSocket ${PATH}`, `WebSocket close ${PATH}`]);
  });

  it('makes a sent message a child of its cause, and what a received one causes its children', async () => {
    await restart({ instrument: withOptions({ webSocket: { messages: true } }) });
    const socket = await withSpan('load', () => open());
    await collector.named('load').trace.settled;
    const seen: (Span | undefined)[] = [];
    const see = async (): Promise<void> => {
      seen.push(getCurrentSpan());
      await null;
      seen.push(getCurrentSpan());
    };
    withSpan('add', () => socket.addEventListener('message', see));
    socket.addEventListener('message', { handleEvent: see });
    socket.onmessage = see;
    withSpan('say', () => socket.send('12345'));
    await until(() => seen.length === 6, 'all have seen it');
    const sent = collector.named(`WebSocket send ${PATH}`);
    expect([sent.parent?.name, sent.kind]).to.deep.equal(['say', 'PRODUCER']);
    const received = collector.named(`WebSocket message ${PATH}`);
    expect(seen).to.deep.equal(new Array(6).fill(received));
    expect([received.parent, received.kind]).to.deep.equal([undefined, 'CONSUMER']);
    expect(received.attributes['messaging.message.body.size']).to.equal(5);
    expect(received.links[0]?.context).to.equal(collector.named(`WebSocket ${PATH}`).context);
    expect(received.trace).not.to.equal(sent.trace);
    await received.trace.settled;
    expect(collector.ended).to.include(received);
  });

  it('bounds the spans of messages by a rate, and says how many were left out', async () => {
    await restart({ instrument: withOptions({ webSocket: { messages: { rate: 2 } } }) });
    const socket = await open();
    for (let i = 0; i < 50; i++) socket.send(`${i}`);
    socket.close();
    const close = await ended(`WebSocket close ${PATH}`);
    const spans = collector.started.filter(({ name }) => /send|message/.test(name));
    const moved = 50 + Number(close.attributes['connection.messages_received'] ?? 0);
    expect(close.attributes['connection.messages_sent']).to.equal(50);
    expect(close.attributes['connection.messages_left_out']).to.equal(moved - spans.length);
    expect(spans.length).to.be.within(2, 20);
  });

  it('does not see ignored URLs, whether they are given as those of pages or of sockets', async () => {
    for (const pattern of [PATH, `ws://${location.host}`, /socket$/]) {
      await restart({ ignoreUrls: [pattern] });
      const socket = await open();
      socket.send('x');
      socket.close();
      await next(socket, 'close');
      expect(collector.started, String(pattern)).to.deep.equal([]);
    }
  });

  it('is the platform’s constructor in every way that a page can ask for', async () => {
    expect(window.WebSocket).not.to.equal(platform);
    expect(window.WebSocket.prototype).to.equal(prototype);
    expect(prototype.constructor).to.equal(window.WebSocket);
    expect(Object.getPrototypeOf(window.WebSocket)).to.equal(EventTarget);
    expect([window.WebSocket.name, window.WebSocket.length]).to.deep.equal([platform.name, platform.length]);
    expect(window.WebSocket.CLOSING).to.equal(2);
    expect(String(window.WebSocket)).to.equal(String(platform));
    expect(Function.prototype.toString.call(window.WebSocket)).to.equal(Function.prototype.toString.call(platform));
    expect(Object.getOwnPropertyNames(window.WebSocket)).to.deep.equal(Object.getOwnPropertyNames(platform));
    const descriptor = { ...Object.getOwnPropertyDescriptor(window, 'WebSocket'), value: undefined };
    expect(descriptor).to.deep.equal({ value: undefined, writable: true, enumerable: false, configurable: true });

    class Chat extends WebSocket {
      said = 0;
      override send(text: string): void {
        this.said++;
        super.send(text);
      }
    }
    const chat = new Chat(ADDRESS);
    sockets.push(chat);
    expect(chat).to.be.instanceOf(Chat).and.instanceOf(WebSocket).and.instanceOf(platform);
    expect(Object.getPrototypeOf(chat)).to.equal(Chat.prototype);
    await next(chat, 'open');
    chat.send('x');
    expect(chat.said).to.equal(1);
    class Other {}
    const other = Reflect.construct(window.WebSocket, [ADDRESS], Other);
    expect(Object.getPrototypeOf(other)).to.equal(Other.prototype);
    prototype.close.call(other);
    const plain = connect();
    expect(Object.getPrototypeOf(plain)).to.equal(prototype);
    expect(plain.constructor).to.equal(window.WebSocket);
    expect(Object.keys(plain)).to.deep.equal([]);
  });

  it('refuses what the platform refuses, with its error', () => {
    const outcome = (run: () => unknown): string => {
      try {
        run();
        return 'none';
      } catch (error) {
        return `${(error as Error).name}: ${(error as Error).message}`;
      }
    };
    const calls: ((type: typeof WebSocket) => unknown)[] = [
      (type) => (type as unknown as (url: string) => unknown)(ADDRESS),
      (type) => new (type as unknown as new () => WebSocket)(),
      (type) => new type('http://'),
      (type) => new type(`${ADDRESS}#x`, ['a', 'a']),
      (type) => new type('ws://localhost/', 'b a d'),
      (type) => new type(Symbol('x') as unknown as string),
      (type) => type.prototype.send.call({} as WebSocket, 'x'),
      (type) => type.prototype.close.call({} as WebSocket),
    ];
    for (const call of calls) {
      const ours = outcome(() => call(window.WebSocket));
      expect(ours).to.equal(outcome(() => call(platform)));
      expect(ours, String(call)).not.to.equal('none');
    }
    const socket = connect();
    expect(() => socket.send('too early'))
      .to.throw()
      .with.property('name', 'InvalidStateError');
    expect(() => socket.close(5))
      .to.throw()
      .with.property('name', 'InvalidAccessError');
    let reads = 0;
    const address = { toString: () => `${ADDRESS}?${++reads}` };
    sockets.push(new WebSocket(address as unknown as string));
    expect(reads).to.equal(1);
  });

  it('says once that it does not understand a rate, and goes on', async () => {
    const { warn } = console;
    const warnings: string[] = [];
    console.warn = (text: string) => warnings.push(text);
    await restart({ instrument: withOptions({ webSocket: { messages: { rate: 'all' } as never } }) });
    console.warn = warn;
    expect(warnings).to.have.length(1);
    expect(warnings[0]).to.match(/^zonetrace: .*; .*/);
    const socket = await open();
    socket.send('x');
    expect(collector.started).to.have.length(1);
  });

  it('puts the identical functions back, and tells nothing more of open sockets', async () => {
    const Sub = class extends WebSocket {};
    const socket = await open();
    await tracing.stop();
    expect(window.WebSocket).to.equal(platform);
    expect({ send: prototype.send, close: prototype.close, constructor: prototype.constructor }).to.deep.equal(
      originals,
    );
    expect(originals.constructor).to.equal(platform);
    socket.close();
    await next(socket, 'close');
    const late = new Sub(ADDRESS);
    await next(late, 'open');
    late.close();
    expect(collector.started).to.have.length(1);
  });
});
