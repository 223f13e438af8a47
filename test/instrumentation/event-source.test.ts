import { expect } from 'chai';
import {
  getCurrentSpan,
  type Span,
  startTracing,
  type Tracing,
  type TracingOptions,
  withSpan,
} from '../../src/index.js';
import { Connection } from '../../src/instrumentation/connection.js';
import { Collector, only, stopClock, withOptions } from '../collect.js';
import { until } from '../until.js';

const PATH = '/test-server/events';

const next = (target: EventTarget, type: string): Promise<Event> =>
  new Promise((resolve) => target.addEventListener(type, resolve, { once: true }));

describe('the EventSource instrumentation', () => {
  const platform = window.EventSource;
  const { close } = platform.prototype;
  let collector: Collector;
  let tracing: Tracing;
  const sources: EventSource[] = [];

  const start = (options: TracingOptions = {}): void => {
    collector = new Collector();
    tracing = startTracing({ processors: [collector], panel: false, instrument: only('eventSource'), ...options });
  };
  const restart = async (options: TracingOptions): Promise<void> => {
    await tracing.stop();
    start(options);
  };
  const connect = (query = '', path = PATH): EventSource => {
    const source = new EventSource(`${path}${query}`);
    sources.push(source);
    return source;
  };
  const named = (name: string): Span[] => collector.ended.filter((span) => span.name === name);

  beforeEach(() => start());
  afterEach(async () => {
    for (const source of sources.splice(0)) source.close();
    await tracing.stop();
  });

  it('makes a client span of connecting that ends when the stream is open, which holds no trace', async () => {
    const source = await withSpan('load', async () => {
      const made = connect('?key=1');
      await next(made, 'open');
      return made;
    });
    const span = collector.named(`EventSource ${PATH}`);
    expect([span.parent?.name, span.kind, span.status]).to.deep.equal(['load', 'CLIENT', 'OK']);
    expect(span.attributes['url.full']).to.equal(`${location.origin}${PATH}?key=REDACTED`);
    await span.trace.settled;
    expect(source.readyState).to.equal(EventSource.OPEN);
  });

  it("counts messages of any type once, and tells them with the page's close", async () => {
    const source = connect();
    for (const _ of [1, 2]) source.addEventListener('tick', () => {});
    await next(source, 'tick');
    withSpan('leave', () => source.close());
    const [span] = named(`EventSource close ${PATH}`);
    expect(span?.parent?.name).to.equal('leave');
    expect(span?.links[0]?.context).to.equal(collector.named(`EventSource ${PATH}`).context);
    expect(span?.attributes).to.deep.include({
      'connection.messages_received': 2,
      'connection.bytes_received': 'première'.length + 1 + 1,
    });
    source.close();
    expect(named(`EventSource close ${PATH}`)).to.have.length(1);
  });

  it('counts the attempts of each loss anew', () => {
    const connection = new Connection('EventSource', new URL(PATH, location.href), 0);
    connection.opened();
    for (const attempts of [3, 1]) {
      connection.closed({}, 'connection lost');
      for (let i = 1; i < attempts; i++) connection.closed();
      connection.opened();
    }
    const told = named(`EventSource reconnect ${PATH}`).map(({ attributes }) => attributes['connection.attempts']);
    expect(told).to.deep.equal([3, 1]);
  });

  it('makes spans of so many messages a second, and says how many it left out', () => {
    const connection = new Connection('EventSource', new URL(PATH, location.href), 1);
    const goOn = stopClock();
    for (let i = 0; i < 3; i++) connection.sent('first second');
    goOn();
    const { now } = performance;
    performance.now = () => now.call(performance) + 1000;
    connection.sent('next second');
    performance.now = now;
    const told = named(`EventSource send ${PATH}`).map(({ attributes }) => attributes['connection.messages_left_out']);
    expect(told).to.deep.equal([undefined, 2]);
  });

  it('tells a loss at once, and the attempts that found the connection again as one span', async () => {
    const source = connect(`?lost=${Math.random()}`);
    await until(() => named(`EventSource reconnect ${PATH}`).length > 0, 'it has come back');
    expect(source.readyState).to.equal(EventSource.OPEN);
    const [lost] = named(`EventSource close ${PATH}`);
    const [found] = named(`EventSource reconnect ${PATH}`) as [Span];
    expect([lost?.status, lost?.statusMessage]).to.deep.equal(['ERROR', 'connection lost']);
    expect(lost?.attributes['connection.messages_received']).to.equal(1);
    expect(found.attributes['connection.attempts']).to.be.within(2, 30);
    // Each trace has its own reading of the clock.
    expect(found.startTime).to.be.closeTo(lost?.endTime as number, 250);
    expect(found.duration).to.be.greaterThan(20);
    expect(found.status).to.equal('OK');
    for (const span of [lost, found]) {
      expect(span?.parent).to.equal(undefined);
      expect(span?.links[0]?.context).to.equal(collector.named(`EventSource ${PATH}`).context);
    }
    source.close();
    const [, closed] = named(`EventSource close ${PATH}`);
    expect(closed?.status).to.equal('OK');
    expect(closed?.attributes['connection.messages_received'] ?? 0).to.be.lessThan(2); // of this connection only
  });

  it('marks an answer that is no event stream', async () => {
    const source = connect('?code=500', '/test-server/status');
    await next(source, 'error');
    expect(source.readyState).to.equal(EventSource.CLOSED);
    const [span] = named('EventSource /test-server/status');
    expect([span?.status, span?.attributes['error.type']]).to.deep.equal(['ERROR', 'NetworkError']);
    source.close();
    expect(collector.started).to.have.length(1);
  });

  it('says once that a server is not there, whatever the browser tries, and what the page gives up', async () => {
    const source = connect('', 'http://127.0.0.1:1/nobody');
    await next(source, 'error');
    const [span] = named('EventSource /nobody');
    expect(span?.status).to.equal('ERROR');
    source.close();
    const early = connect();
    early.close();
    const [aborted] = named(`EventSource ${PATH}`);
    expect([aborted?.status, aborted?.statusMessage]).to.deep.equal(['UNSET', 'aborted']);
  });

  it('runs what a message causes in its span where messages are asked for', async () => {
    await restart({ instrument: withOptions({ eventSource: { messages: true } }) });
    const seen: Record<string, Span | undefined> = {};
    const source = withSpan('load', () => connect());
    const see = async (event: Event): Promise<void> => {
      await null;
      seen[event.type] = getCurrentSpan();
    };
    source.onmessage = see;
    withSpan('listen', () => source.addEventListener('tick', see));
    await until(() => 'tick' in seen && 'message' in seen, 'both came');
    const spans = collector.started.filter(({ name }) => name === `EventSource message ${PATH}`);
    expect([seen['message'], seen['tick']]).to.deep.equal(spans);
    expect(source.onmessage).to.equal(see);
    for (const span of spans) expect([span.kind, span.parent]).to.deep.equal(['CONSUMER', undefined]);
  });

  it('runs listeners where they were added while messages are not asked for', async () => {
    const source = connect();
    let seen: Span | undefined;
    const listen = withSpan('listen', (span) => {
      source.addEventListener('tick', () => {
        seen = getCurrentSpan();
      });
      return span;
    });
    await next(source, 'tick');
    expect(seen === listen || listen.trace.state === 'settled').to.equal(true);
  });

  it('does not see ignored URLs', async () => {
    await restart({ ignoreUrls: [PATH] });
    const source = connect();
    await next(source, 'open');
    source.close();
    expect(collector.started).to.deep.equal([]);
  });

  it('is the platform’s constructor, and is put back', async () => {
    expect(window.EventSource).not.to.equal(platform);
    expect(window.EventSource.prototype.constructor).to.equal(window.EventSource);
    expect(window.EventSource.CLOSED).to.equal(2);
    expect(String(window.EventSource)).to.equal(String(platform));
    expect(() => new EventSource('http://'))
      .to.throw()
      .with.property('name', 'SyntaxError');
    expect(() => (window.EventSource as unknown as () => void)()).to.throw(TypeError);
    const source = connect();
    expect(source).to.be.instanceOf(platform).and.instanceOf(window.EventSource);
    await next(source, 'open');
    await tracing.stop();
    expect(window.EventSource).to.equal(platform);
    expect(platform.prototype.constructor).to.equal(platform);
    expect(platform.prototype.close).to.equal(close);
    source.close();
    expect(named(`EventSource close ${PATH}`)).to.deep.equal([]);
  });
});
