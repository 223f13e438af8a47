import { expect } from 'chai';
import fc from 'fast-check';
import {
  HttpDelivery,
  OtlpHttpExporter,
  type Span,
  startSpan,
  startTracing,
  type Tracing,
  withSpan,
} from '../../src/index.js';
import { whenLeaving } from '../../src/pipeline/leaving.js';
import { collectWarnings } from '../collect.js';
import { until } from '../until.js';
import { allAccounted, hurry, newReceiver, type Received, trace } from './receiver.js';

/** Records spans, and answers their ids. */
function record(count = 3): string[] {
  return Array.from({ length: count }, (_, i) => withSpan(`span ${i}`, ({ context }) => context.spanId));
}

const dropped = ({ stats }: Tracing): number => Object.values(stats.dropped).reduce((sum, count) => sum + count, 0);

/** Every span was taken once, or is counted as dropped. */
function expectAccounts(ids: readonly string[], { taken }: Received, tracing: Tracing): void {
  const times = ids.map((id) => taken.filter(({ spanId }) => spanId === id).length);
  expect(Math.max(...times), 'times that a span was taken').to.be.at.most(1);
  expect(times.filter((count) => count === 0).length, 'spans that were not taken').to.equal(dropped(tracing));
  expect(tracing.stats).to.deep.include({ recorded: ids.length, exported: ids.length - dropped(tracing), queued: 0 });
}

describe('the delivery of spans', () => {
  let tracing: Tracing;
  let undo: () => void;
  let quiet: typeof console.warn;

  beforeEach(() => {
    undo = hurry();
    quiet = console.warn;
    console.warn = () => {};
  });
  afterEach(async () => {
    await tracing.stop();
    console.warn = quiet;
    undo();
  });

  const CASES: [faults: string[], dropped: object, requests: number][] = [
    [['ok'], {}, 1],
    [['slow'], {}, 1],
    [['half'], {}, 1],
    [['partial'], { rejected: 1 }, 1],
    [['400'], { refused: 3 }, 1],
    [['401'], { refused: 3 }, 1],
    [['404'], { refused: 3 }, 1],
    [['413'], { refused: 3 }, 1],
    [['500'], { refused: 3 }, 1],
    [['502', 'ok'], {}, 2],
    [['503', '504', 'ok'], {}, 3],
    [['hang', 'ok'], {}, 2],
    [['reset', 'ok'], {}, 2],
    [['429-seconds', 'ok'], {}, 2],
    [['429-date', 'ok'], {}, 2],
    [['503', 'partial'], { rejected: 1 }, 2],
    [['reset', '400'], { refused: 3 }, 2],
  ];
  for (const [faults, lost, requests] of CASES) {
    it(`accounts for every span of a receiver that answers ${faults.join(', then ')}`, async () => {
      const receiver = await newReceiver(...faults);
      // Long enough for a slow machine: what is taken, and answered too late, is sent again.
      tracing = trace(receiver.url, {}, faults.includes('hang') ? { timeout: 3000 } : {});
      const ids = record();
      await tracing.flush();
      await until(() => allAccounted(tracing), 'all spans are accounted for');
      const received = await receiver.read();
      expectAccounts(ids, received, tracing);
      expect(tracing.stats.dropped).to.deep.equal(lost);
      expect(received.requests).to.have.length(requests);
      expect(tracing.stats).to.deep.include({ requests, retries: requests - 1 });
    });
  }

  it('comes back to a receiver that lacked its CORS headers', async () => {
    const receiver = await newReceiver('wrong-cors', 'wrong-cors', 'ok');
    tracing = trace(receiver.url);
    const ids = record();
    await tracing.flush();
    await until(() => allAccounted(tracing), 'all spans are accounted for');
    expectAccounts(ids, await receiver.read(), tracing);
    expect(dropped(tracing)).to.equal(0);
  });

  it('waits as long as Retry-After says, in seconds or by a date', async () => {
    for (const [fault, ms] of [
      ['429-seconds', 950],
      ['429-date', 950],
    ] as const) {
      const receiver = await newReceiver(fault, 'ok');
      tracing = trace(receiver.url);
      record();
      await tracing.flush();
      await until(() => allAccounted(tracing), 'all spans are accounted for');
      const [first, second] = (await receiver.read()).requests;
      expect((second?.at ?? 0) - (first?.at ?? 0), fault).to.be.at.least(ms);
      await tracing.stop();
    }
  });

  it('gives a batch up after its last attempt, and says so', async () => {
    hurry({ attempts: 3, maxBackoff: 20 });
    const receiver = await newReceiver('503');
    tracing = trace(receiver.url);
    record();
    await tracing.flush();
    await until(() => allAccounted(tracing), 'all spans are accounted for');
    expect(tracing.stats.dropped).to.deep.equal({ attempts: 3 });
    expect((await receiver.read()).requests).to.have.length(3);
  });

  it('asks a receiver that is down with one request at a time, and keeps the rest meanwhile', async () => {
    hurry({ firstBackoff: 4000, maxBackoff: 4000 }); // by then, all of the below is done
    const receiver = await newReceiver('503', 'ok');
    tracing = trace(receiver.url);
    let ids = record();
    await tracing.flush();
    for (let i = 0; i < 5; i++) {
      ids = [...ids, ...record(1)];
      await tracing.flush();
    }
    expect((await receiver.read()).requests, 'while it is down').to.have.length(1);
    expect(tracing.stats.exported).to.equal(0);
    await until(() => allAccounted(tracing), 'all spans are accounted for');
    expectAccounts(ids, await receiver.read(), tracing);
  });

  it('keeps one destination going while another is down', async () => {
    const [good, bad] = [await newReceiver('ok'), await newReceiver('400')];
    tracing = trace('', {
      exporters: [
        { export: () => Promise.reject(new Error('never')), async shutdown() {} },
        new OtlpHttpExporter({ url: bad.url }),
        new OtlpHttpExporter({ url: good.url }),
      ],
    });
    const ids = record();
    await tracing.flush();
    expect((await good.read()).taken.map(({ spanId }) => spanId)).to.deep.equal(ids);
    const { destinations } = tracing.stats;
    expect(destinations.map(({ exported, dropped: lost }) => [exported, lost])).to.deep.equal([
      [0, { failed: 3 }],
      [0, { refused: 3 }],
      [3, {}],
    ]);
  });

  it('accounts for every span, whatever the order of faults', async function () {
    this.timeout(60_000);
    hurry({ firstBackoff: 4, maxBackoff: 8, attempts: 4 });
    const fault = fc.constantFrom(
      'ok',
      'partial',
      'slow',
      'half',
      '400',
      '413',
      '500',
      '502',
      '503',
      'reset',
      'wrong-cors',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fault, { maxLength: 8 }), fc.integer({ min: 1, max: 4 }), async (faults, batches) => {
        const receiver = await newReceiver(...faults, 'ok');
        tracing = trace(receiver.url);
        try {
          const ids: string[] = [];
          for (let i = 0; i < batches; i++) {
            ids.push(...record(2));
            await tracing.flush();
          }
          await until(() => allAccounted(tracing), 'all spans are accounted for');
          expectAccounts(ids, await receiver.read(), tracing);
        } finally {
          await tracing.stop();
        }
      }),
      { numRuns: 12, endOnFailure: true, includeErrorInReport: true },
    );
  });

  it('compresses what is worth it, and splits what is too large', async () => {
    hurry({ body: 20_000 });
    const receiver = await newReceiver('ok');
    tracing = trace(receiver.url);
    const spans: Span[] = [];
    for (let i = 0; i < 40; i++) {
      const span = startSpan(`large ${i}`, { root: true, attributes: { text: 'x'.repeat(2000) } });
      span.end();
      spans.push(span);
    }
    await tracing.flush();
    const { requests, taken } = await receiver.read();
    expect(taken.map(({ name }) => name).sort()).to.deep.equal(spans.map(({ name }) => name).sort());
    expect(requests.length).to.be.at.least(5);
    expect(requests.every(({ encoding, bytes }) => encoding === 'gzip' && bytes < 20_000)).to.equal(true);
    expect(tracing.stats.bytes).to.equal(requests.reduce((sum, { bytes }) => sum + bytes, 0));
  });

  it('drops and counts what a full queue cannot take', async () => {
    const receiver = await newReceiver('ok');
    tracing = trace(receiver.url);
    for (let i = 0; i < 2100; i++) withSpan('many', () => {});
    await tracing.flush();
    // The browser may refuse a keepalive request for want of room; it is sent again.
    await until(() => allAccounted(tracing), 'all spans are accounted for');
    expect(tracing.stats).to.deep.include({ recorded: 2100, exported: 2048, dropped: { queueFull: 52 } });
    expect((await receiver.read()).requests.length).to.be.at.least(4);
  });

  it('has room for the requests of a page that is left, however many it has sent', async () => {
    const receiver = await newReceiver('ok');
    tracing = trace(receiver.url);
    for (let i = 0; i < 10; i++) {
      record(1);
      await tracing.flush();
    }
    record(1);
    dispatchEvent(new PageTransitionEvent('pagehide'));
    await until(() => allAccounted(tracing), 'all spans are accounted for');
    expect(tracing.stats).to.deep.include({ recorded: 11, exported: 11, stored: 0 });
  });

  it('exports by itself, in no task of the page, once a trace has settled', async () => {
    const seen: { name: string; state: string }[] = [];
    let inTask = false;
    tracing = startTracing({
      exporters: [
        {
          export(spans) {
            expect(inTask).to.equal(false);
            for (const {
              name,
              trace: { state },
            } of spans)
              seen.push({ name, state });
          },
          async shutdown() {},
        },
      ],
      instrument: false,
      panel: false,
    });
    inTask = true;
    for (let i = 0; i < 600; i++) withSpan('short', () => {});
    const parent = startSpan('parent', { root: true });
    withSpan('child', { parent }, () => {});
    expect(seen).to.deep.equal([]);
    inTask = false;
    await until(() => seen.length >= 600, 'the short ones are exported');
    parent.end();
    await until(() => seen.length === 602, 'the rest is exported');
    expect(seen.every(({ state }) => state === 'settled')).to.equal(true);
  });

  it('exports what a late source has amended, as long as the trace is live', async () => {
    const receiver = await newReceiver('ok');
    tracing = trace(receiver.url);
    const span = startSpan('request', { root: true });
    const release = span.trace.hold();
    span.end();
    span.amend({ 'http.response.body.size': 17 });
    release();
    await until(() => tracing.stats.exported === 1, 'it is exported by itself');
    const [taken] = (await receiver.read()).taken;
    expect(taken?.attributes).to.deep.include({ key: 'http.response.body.size', value: { intValue: '17' } });
  });

  it('warns once of a receiver that cannot be reached', async () => {
    const receiver = await newReceiver('reset', 'reset', 'ok');
    console.warn = quiet;
    const warnings = await collectWarnings(async () => {
      tracing = trace(receiver.url);
      record();
      await tracing.flush();
      await until(() => allAccounted(tracing), 'all spans are accounted for');
    });
    expect(warnings).to.deep.equal([`zonetrace: ${receiver.url} could not be reached; see the cause`]);
  });
});

describe('requests that fail at once', () => {
  it('are one failure, after which is waited as after one', async () => {
    const undo = hurry({ firstBackoff: 200, maxBackoff: 3_600_000 });
    const receiver = await newReceiver('ok', ...Array<string>(12).fill('503'), 'ok');
    const delivery = new HttpDelivery({ url: receiver.url });
    let exported = 0;
    delivery.start({
      resource: {},
      counts: { name: '', add: (count, by) => (exported += count === 'exported' ? by : 0), drop() {} },
    });
    const deliver = () => delivery.deliver([1], () => '{"resourceSpans":[]}');
    await deliver();
    await Promise.all(Array.from({ length: 12 }, deliver));
    expect(exported).to.equal(1);
    // Doubled for each of them it would be minutes.
    await until(() => exported === 13, 'all have been sent');
    await delivery.shutdown();
    undo();
  });
});

describe('a receiver that refuses more than it was given', () => {
  it('has refused all of it', async () => {
    const receiver = await newReceiver('ok');
    const delivery = new HttpDelivery({ url: receiver.url }, async () => 100);
    const counted: [string, number][] = [];
    delivery.start({
      resource: {},
      counts: { name: '', add: (...count) => counted.push(count), drop: (...count) => counted.push(count) },
    });
    const warnings = await collectWarnings(() => delivery.deliver([1, 2], () => '{"resourceSpans":[]}'));
    await delivery.shutdown();
    expect(counted).to.deep.include.members([
      ['exported', 0],
      ['rejected', 2],
    ]);
    expect(warnings).to.have.length(1);
  });
});

describe('a delivery whose page is left while much waits', () => {
  it('writes hardly a span twice, and keeps what does not fit in few batches that are compressed when they are sent', async () => {
    const undo = hurry();
    const receiver = await newReceiver('ok');
    const delivery = new HttpDelivery({ url: receiver.url });
    const totals = { requests: 0, exported: 0 } as Record<string, number>;
    delivery.start({
      resource: {},
      counts: { name: '', add: (count, by) => (totals[count] = (totals[count] ?? 0) + by), drop() {} },
    });
    await delivery.deliver([0], () => '{"resourceSpans":[]}');
    const items = Array.from({ length: 300 }, (_, i) => i + 1);
    const parts: (readonly number[])[] = [];
    const bodies: number[] = [];
    const encode = (part: readonly number[]): string => {
      const text = JSON.stringify({ resourceSpans: [], pad: 'x'.repeat(700 * part.length) });
      parts.push(part);
      bodies.push(text.length);
      return text;
    };
    const stopWaiting = whenLeaving(() => void delivery.deliver(items, encode));
    dispatchEvent(new PageTransitionEvent('pagehide'));
    stopWaiting();
    const sent = totals['requests'] ?? 0;
    expect(sent - 1, 'requests that outlive the page').to.be.within(3, 4);
    expect(Math.max(...bodies.slice(0, sent - 1))).to.be.at.most(15_000);
    expect(bodies.length - (sent - 1), 'batches that are kept').to.be.at.most(4);
    expect(Math.max(...bodies)).to.be.at.most(60_000);
    expect(parts.flat().length, 'spans that are written').to.be.at.most(330);
    await until(() => totals['exported'] === 301, 'all have been sent');
    await delivery.shutdown();
    undo();
    const { requests } = await receiver.read();
    const kept = requests.slice(sent);
    expect(kept).to.have.length(bodies.length - (sent - 1));
    expect(kept.every(({ encoding }) => encoding === 'gzip')).to.equal(true);
  });
});

describe('a delivery whose page is left before the rest of it is loaded', () => {
  it('sends what waits in that task, though one batch cannot be written', async () => {
    const receiver = await newReceiver('ok');
    const delivery = new HttpDelivery({ url: receiver.url });
    const lost: string[] = [];
    delivery.start({
      resource: {},
      counts: { name: '', add() {}, drop: (reason, spans) => spans > 0 && lost.push(reason) },
    });
    const broken = delivery.deliver([1], () => {
      throw new Error('cannot be written');
    });
    const whole = delivery.deliver([2], () => '{"resourceSpans":[]}');
    window.dispatchEvent(new PageTransitionEvent('pagehide'));
    expect(await broken.catch(({ message }: Error) => message)).to.equal('cannot be written');
    await whole;
    await delivery.shutdown();
    expect((await receiver.read()).requests).to.have.length(1);
    expect(lost).to.deep.equal([]);
  });
});
