import { expect } from 'chai';
import { startTracing, type Tracing, withSpan } from '../../src/index.js';
import { Collector, only } from '../collect.js';
import { skip } from '../skip.js';

const ADDRESS = '/test-server/headers';

describe('the sendBeacon instrumentation', () => {
  const { sendBeacon } = Navigator.prototype;
  let collector: Collector;
  let tracing: Tracing;

  beforeEach(() => {
    collector = new Collector();
    tracing = startTracing({
      processors: [collector],
      panel: false,
      instrument: only('beacon'),
      ignoreUrls: ['/test-server/ignored'],
    });
  });
  afterEach(() => tracing.stop());

  it('makes a client span of what is handed over, with its bytes and whether it was taken', () => {
    const bodies: [BodyInit | undefined, number | undefined][] = [
      [undefined, 0],
      ['grüße', 7],
      [new Blob(['12345']), 5],
      [new Uint8Array([1, 2, 3]), 3],
      [new ArrayBuffer(4), 4],
      [new URLSearchParams({ a: 'ä' }), 8],
      [new FormData(), undefined],
    ];
    withSpan('leave', () => {
      for (const [body] of bodies) expect(navigator.sendBeacon(`${ADDRESS}?token=x`, body)).to.equal(true);
    });
    const spans = collector.ended.filter(({ name }) => name === `POST ${ADDRESS}`);
    expect(spans.map(({ attributes }) => attributes['http.request.body.size'])).to.deep.equal(
      bodies.map(([, size]) => size),
    );
    for (const { attributes, kind, parent, status } of spans) {
      expect([attributes['beacon.queued'], kind, parent?.name, status]).to.deep.equal([true, 'CLIENT', 'leave', 'OK']);
      expect(attributes['url.full']).to.equal(`${location.origin}${ADDRESS}?token=REDACTED`);
    }
  });

  it('marks what the browser does not take', function () {
    const large = 'x'.repeat(70_000);
    if (sendBeacon.call(navigator, ADDRESS, large)) skip(this, 'the browser takes any size');
    expect(navigator.sendBeacon(ADDRESS, large)).to.equal(false);
    const span = collector.named(`POST ${ADDRESS}`);
    expect([span.status, span.attributes['beacon.queued']]).to.deep.equal(['ERROR', false]);
  });

  it('throws what the platform throws, the URL read once', () => {
    const outcome = (send: typeof sendBeacon, args: unknown[], self: unknown = navigator): unknown => {
      try {
        return send.apply(self as Navigator, args as [string]);
      } catch (error) {
        return `${(error as Error).name}: ${(error as Error).message}`;
      }
    };
    for (const args of [[], ['http://'], ['data:,x'], [Symbol('x')], [ADDRESS, new ReadableStream()]]) {
      expect(outcome(navigator.sendBeacon, args)).to.equal(outcome(sendBeacon, args));
    }
    expect(outcome(navigator.sendBeacon, [ADDRESS], {})).to.equal(outcome(sendBeacon, [ADDRESS], {}));
    let reads = 0;
    navigator.sendBeacon({ toString: () => `${ADDRESS}?${++reads}` } as unknown as string);
    expect(reads).to.equal(1);
  });

  it('does not see ignored URLs, and is put back', async () => {
    navigator.sendBeacon('/test-server/ignored');
    expect(collector.started).to.deep.equal([]);
    expect(String(navigator.sendBeacon)).to.equal(String(sendBeacon));
    await tracing.stop();
    expect(navigator.sendBeacon).to.equal(sendBeacon);
  });
});
