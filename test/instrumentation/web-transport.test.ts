import { expect } from 'chai';
import { startTracing, type Tracing, withSpan } from '../../src/index.js';
import { Collector, only } from '../collect.js';
import { skip } from '../skip.js';
import { until } from '../until.js';

/** Nothing speaks HTTP/3 here: what is tested is the constructor and an attempt that fails. */
const ADDRESS = 'https://127.0.0.1:1/transport?token=x';

describe('the WebTransport instrumentation', () => {
  const platform = window.WebTransport;
  let collector: Collector;
  let tracing: Tracing;

  before(function () {
    if (!platform) skip(this, 'the browser has none');
  });
  beforeEach(() => {
    collector = new Collector();
    tracing = startTracing({ processors: [collector], panel: false, instrument: only('webTransport') });
  });
  afterEach(() => tracing.stop());

  it('marks an attempt that fails, and leaves its promises to the page', async () => {
    const transport = withSpan('load', () => new WebTransport(ADDRESS));
    const [ready, closed] = await Promise.allSettled([transport.ready, transport.closed]);
    const reasons = [ready, closed].map((outcome) => (outcome as PromiseRejectedResult).reason as Error);
    for (const reason of reasons) expect(reason).to.be.instanceOf(WebTransportError);
    await until(() => collector.ended.some(({ name }) => name === 'WebTransport /transport'), 'the span has ended');
    const span = collector.named('WebTransport /transport');
    expect([span.parent?.name, span.kind, span.status]).to.deep.equal(['load', 'CLIENT', 'ERROR']);
    expect(span.attributes['url.full']).to.equal('https://127.0.0.1:1/transport?token=REDACTED');
    expect(span.events[0]?.attributes['exception.message']).to.equal(reasons[1]?.message);
    expect(collector.started).to.have.length(2);
  });

  it('does not call it an error when the page gives the attempt up', async () => {
    const transport = new WebTransport(new URL(ADDRESS) as unknown as string);
    transport.ready.catch(() => {});
    transport.close();
    await transport.closed.catch(() => {});
    await until(() => collector.ended.length > 0, 'the span has ended');
    expect(collector.ended[0]?.statusMessage).to.equal('aborted');
  });

  it('is the platform’s constructor, and is put back', async () => {
    expect(window.WebTransport).not.to.equal(platform);
    expect(platform.prototype.constructor).to.equal(window.WebTransport);
    for (const args of [['http://127.0.0.1/'], ['https://127.0.0.1/#x'], [], [Symbol('x')]] as [string][]) {
      const outcome = (type: typeof WebTransport): string => {
        try {
          new type(...args);
          return 'none';
        } catch (error) {
          return `${(error as Error).name}: ${(error as Error).message}`;
        }
      };
      expect(outcome(window.WebTransport)).to.equal(outcome(platform));
    }
    expect(collector.started.every(({ status }) => status === 'ERROR')).to.equal(true);
    await tracing.stop();
    expect(window.WebTransport).to.equal(platform);
    expect(platform.prototype.constructor).to.equal(platform);
  });
});
