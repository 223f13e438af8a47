import { expect } from 'chai';
import { type Span, startTracing, type Tracing, withSpan } from '../../src/index.js';
import { Collector, macrotask } from '../collect.js';
import type { Frame } from '../fixtures/channels/frame.js';
import type { Job } from '../fixtures/worker/handle.js';
import { openFrame } from '../frame.js';
import { until } from '../until.js';

const FRAME = '/test/fixtures/channels/frame.html';
const OTHER_ORIGIN = `http://127.0.0.1:${location.port}`;

/** Firefox rounds the time origin of each window (ms). */
const CLOCK_SLACK = 3;

interface Seen {
  data: unknown;
  source: MessageEventSource | null;
  origin: string;
  ports: number;
}

type Listening = Pick<EventTarget, 'addEventListener' | 'removeEventListener'>;

/** The messages that come, as their listener sees them. */
function listenTo(target: Listening): Seen[] {
  const seen: Seen[] = [];
  target.addEventListener('message', (event) => {
    const { data, source, origin, ports } = event as MessageEvent;
    seen.push({ data, source, origin, ports: ports.length });
  });
  return seen;
}

async function open(query: string): Promise<Frame> {
  const frame = await openFrame(`${FRAME}?${query}`);
  const realm = frame.contentWindow as unknown as Frame;
  await until(() => realm.post, 'the frame');
  return realm;
}

/** Posts jobs from two spans in turn. */
async function sendInTurn(count: number, post: (job: Job) => void): Promise<Map<string, Span>> {
  const senders = new Map<string, Span>();
  let resume: (() => void)[] = [];
  const send = async (span: Span, from: number): Promise<void> => {
    for (let i = from; i < count; i += 2) {
      post({ name: `job ${i}` });
      senders.set(`job ${i}`, span);
      if (i % 3 === 0) await new Promise<void>((resolve) => resume.push(resolve));
    }
  };
  let finished = false;
  const both = [withSpan('even', (span) => send(span, 0)), withSpan('odd', (span) => send(span, 1))];
  void Promise.all(both).then(() => {
    finished = true;
  });
  while (!finished) {
    const next = resume;
    resume = [];
    for (const go of next) go();
    await macrotask();
  }
  return senders;
}

describe('messages between windows', () => {
  let frame: Frame;
  let tracing: Tracing;
  let spans: Collector;

  const ended = (name: string): Promise<Span> =>
    until(() => spans.ended.find((span) => span.name === name), `the end of ${name}`);

  function expectParent(child: Span, parent: Span): void {
    expect(child.context.traceId, `trace of ${child.name}`).to.equal(parent.context.traceId);
    expect(child.parentSpanId, `parent of ${child.name}`).to.equal(parent.context.spanId);
  }

  function start(options: Parameters<typeof startTracing>[0] = {}): void {
    spans = new Collector();
    tracing = startTracing({
      panel: false,
      processors: [spans],
      ...options,
      instrument: { longFrame: false, webVitals: false, documentLoad: false, ...options.instrument },
    });
  }

  /** Both ways are known to be in order: a message each way has had its parent. */
  async function inOrder(realm = frame): Promise<void> {
    for (let i = 0; ; i++) {
      const name = `warm ${performance.now()}`;
      const sender = withSpan('warm up', (span) => {
        realm.postMessage({ name }, '*');
        return span;
      });
      const span = await ended(name);
      if (span.parentSpanId === sender.context.spanId) return;
      if (i > 50) throw new Error('the frame and the page do not come to terms');
      await macrotask(20);
    }
  }

  function answer(from: Listening, name: string): Promise<void> {
    return new Promise((resolve) => {
      const done = (event: Event): void => {
        if ((event as MessageEvent).data?.done !== name) return;
        from.removeEventListener('message', done);
        // Open until it is known who answered, as long as this test runs.
        void withSpan(`answer of ${name}`, (span) =>
          until(() => span.parentSpanId || !span.trace.sender?.waiting).catch(() => {}),
        );
        resolve();
      };
      from.addEventListener('message', done);
    });
  }

  before(async () => {
    frame = await open('csp=strict&channel=to the frame');
  });
  after(() => {
    for (const element of document.querySelectorAll('iframe')) element.remove();
  });
  beforeEach(() => start());
  afterEach(() => tracing.stop());

  describe('of a page and a frame', () => {
    it('makes the spans of both sides children of the spans that sent the messages', async () => {
      await inOrder();
      const answered = answer(window, 'job');
      withSpan('page', () => frame.postMessage({ name: 'job', awaits: 6 } satisfies Job, '*'));
      await answered;
      const [job, inner] = [await ended('job'), await ended('job inner')];
      expectParent(job, spans.named('page'));
      expectParent(inner, job);
      // Begun before the frame's span has come here.
      await until(() => spans.ended.some(({ name }) => name === 'answer of job'), 'the answer');
      expect(spans.named('answer of job').parentSpanId).to.equal(job.context.spanId);
      expect(job.startTime).to.be.at.least(spans.named('page').startTime - CLOCK_SLACK);
      expect(job.endTime).to.be.at.most(performance.timeOrigin + performance.now() + CLOCK_SLACK);
    });

    it("shows the frame's spans in the page's trace, under the path of the frame", async () => {
      await inOrder();
      withSpan('shown', () => frame.postMessage({ name: 'in the frame' } satisfies Job, '*'));
      await ended('in the frame inner');
      const { store } = tracing;
      const trace = await until(
        () => store.traces.find(({ rows }) => rows.some((row) => store.record(row)?.name === 'shown')),
        'the trace',
      );
      const rows = trace.rows.map((row) => [
        store.record(row)?.name,
        store.record(store.parents[row] as number)?.name,
        store.serviceOf(row),
      ]);
      expect(rows).to.deep.include.members([
        ['shown', undefined, 'page'],
        ['in the frame', 'shown', FRAME],
        ['in the frame inner', 'in the frame', FRAME],
      ]);
      expect((await ended('in the frame')).attributes['thread.name']).to.equal(FRAME);
    });

    it('shows what began in the frame by itself', async () => {
      frame.zonetrace.withSpan("the frame's own", () => {});
      const span = await ended("the frame's own");
      expect(span.parentSpanId).to.equal(undefined);
    });

    it('finds the parents of 200 messages that two spans send in turn', async () => {
      await inOrder();
      const senders = await sendInTurn(200, (job) => frame.postMessage(job, '*'));
      const jobs = (): Span[] => spans.ended.filter(({ name }) => /^job \d+$/.test(name));
      await until(() => jobs().length >= 200, '200 spans');
      for (const job of jobs()) expectParent(job, senders.get(job.name) as Span);
    });

    it('loses no parent to a message that could not be posted, or was for another origin', async () => {
      await inOrder();
      withSpan('failing', () => {
        expect(() => frame.postMessage(() => {}, '*'))
          .to.throw()
          .with.property('name', 'DataCloneError');
        expect(() => frame.postMessage(1, 'nonsense'))
          .to.throw()
          .with.property('name', 'SyntaxError');
        frame.postMessage({ name: 'nobody gets this' }, OTHER_ORIGIN);
        frame.postMessage({ name: 'nor this' }, { targetOrigin: OTHER_ORIGIN });
      });
      withSpan('next', () => frame.postMessage({ name: 'after a failure' } satisfies Job, location.origin));
      expectParent(await ended('after a failure'), spans.named('next'));
    });

    it('finds the parents of messages through a port that was sent along', async () => {
      await inOrder();
      const { port1, port2 } = new MessageChannel();
      frame.postMessage('a port', '*', [port2]);
      const answered = answer(port1, 'through the port');
      port1.start();
      withSpan('page with a port', () => port1.postMessage({ name: 'through the port', awaits: 4 } satisfies Job));
      await answered;
      expectParent(await ended('through the port'), spans.named('page with a port'));
      port1.close();
    });

    it('leaves payloads, transfers, sources and origins as they are', async () => {
      await inOrder();
      const sibling = await open('untraced');
      const [there, here] = [listenTo(frame), listenTo(window)];
      const cyclic: Record<string, unknown> = { map: new Map([[1, new Date(5)]]), nothing: undefined };
      cyclic['self'] = cyclic;
      const buffer = new ArrayBuffer(3);
      withSpan('page', () => {
        frame.postMessage(cyclic, '*');
        frame.postMessage({ buffer }, { targetOrigin: '/', transfer: [buffer] });
        expect(buffer.byteLength).to.equal(0);
        expect(() => (frame.postMessage as () => void)())
          .to.throw()
          .with.property('name', 'TypeError');
        (frame as unknown as Window).postMessage('bare', '*', [new MessageChannel().port2]);
        frame.post(frame, 'to itself', '*');
        sibling.post(frame, 'by a sibling that does not trace', '*');
        frame.post(window, 'to the page', '*');
        sibling.post(window, 'by a sibling to the page', '*');
        window.postMessage('the page to itself', '*');
        Reflect.apply(frame.postMessage, frame, ['called', '*']);
        frame.postMessage.call(frame, 'called', { targetOrigin: '*' });
        frame.postMessage.bind(frame)('bound', '*');
      });
      await until(() => there.length >= 8 && here.length >= 3, 'all messages');
      await macrotask(50);
      const { origin } = location;
      const copy = there[0]?.data as Record<string, unknown>;
      expect(copy['self']).to.equal(copy);
      expect([...(copy['map'] as Map<number, Date>)][0]?.[1].getTime()).to.equal(5);
      expect((there[1] as { data: { buffer: ArrayBuffer } }).data.buffer.byteLength).to.equal(3);
      expect(there.slice(2).map(({ data, ports }) => [data, ports])).to.deep.equal([
        ['bare', 1],
        ['to itself', 0],
        ['by a sibling that does not trace', 0],
        ['called', 0],
        ['called', 0],
        ['bound', 0],
      ]);
      const sources = [window, window, window, frame, sibling, window, window, window];
      there.forEach((seen, i) => {
        expect(seen.source === (sources[i] as unknown), `source of ${String(seen.data)}`).to.equal(true);
        expect(seen.origin).to.equal(origin);
      });
      expect(here.map(({ data }) => data)).to.deep.equal([
        'to the page',
        'by a sibling to the page',
        'the page to itself',
      ]);
      const answered = [frame, sibling, window] as unknown[];
      here.forEach((seen, i) => {
        expect(seen.source === answered[i], `source of ${String(seen.data)}`).to.equal(true);
      });
    });

    it('gives what was posted before the frame traced no parent, and never a wrong one', async () => {
      const late = await open('untraced');
      const first = withSpan('first', (span) => {
        late.postMessage({ name: 'before' } satisfies Job, '*');
        return span;
      });
      late.start();
      const second = withSpan('second', (span) => {
        late.postMessage({ name: 'just after' } satisfies Job, '*');
        return span;
      });
      const [before, after] = [await ended('before'), await ended('just after')];
      expect(before.parentSpanId).to.be.oneOf([undefined, first.context.spanId]);
      expect(after.parentSpanId).to.be.oneOf([undefined, second.context.spanId]);
      await inOrder(late);
      await late.tracing?.stop();
    });

    it('notices messages that were posted behind its back', async () => {
      const post = frame.postMessage;
      await frame.tracing?.stop();
      const untold = frame.postMessage.bind(frame);
      expect(untold).not.to.equal(post);
      frame.start();
      await inOrder();
      const wrong = withSpan('told', (span) => {
        untold('a text');
        frame.postMessage({ name: 'told of' } satisfies Job, '*');
        return span;
      });
      withSpan('told later', () => frame.postMessage({ name: 'second' } satisfies Job, '*'));
      expect((await ended('told of')).parentSpanId).to.be.oneOf([undefined, wrong.context.spanId]);
      expect((await ended('second')).parentSpanId).to.be.oneOf([undefined, spans.named('told later').context.spanId]);
      await inOrder();
    });

    it('shows a frame without tracing, and one that opted out, nothing but the messages', async () => {
      for (const query of ['untraced', `instrument=${JSON.stringify({ frame: false, broadcastChannel: false })}`]) {
        const other = await open(`${query}&channel=${encodeURIComponent(query)}`);
        const seen = listenTo(other);
        const channel = new BroadcastChannel(query);
        const broadcast = listenTo(new other.BroadcastChannel(query));
        withSpan('page', () => {
          for (let i = 0; i < 3; i++) {
            other.postMessage(i, '*');
            channel.postMessage(i);
          }
        });
        await until(() => seen.length >= 3 && broadcast.length >= 3, 'the messages');
        await macrotask(50);
        expect(seen.map(({ data }) => data)).to.deep.equal([0, 1, 2]);
        expect(broadcast.map(({ data }) => data)).to.deep.equal([0, 1, 2]);
        other.zonetrace.withSpan('not for the page', () => {});
        await macrotask(100);
        expect(spans.started.map(({ name }) => name)).not.to.include('not for the page');
        channel.close();
        await other.tracing?.stop();
      }
    });

    it('leaves frames of another origin alone', async () => {
      const element = await openFrame(`${OTHER_ORIGIN}${FRAME}`);
      const other = element.contentWindow as Window;
      let answered = false;
      addEventListener('message', ({ data, source, origin }) => {
        if (data?.done !== 'far' || answered) return;
        expect(source === other).to.equal(true);
        expect(origin).to.equal(OTHER_ORIGIN);
        withSpan('after the far answer', () => {});
        answered = true;
      });
      for (let i = 0; !answered && i < 100; i++) {
        withSpan('to another origin', () => other.postMessage({ name: 'far' } satisfies Job, '*'));
        await macrotask(50);
      }
      expect(answered).to.equal(true);
      expect((await ended('after the far answer')).parentSpanId).to.equal(undefined);
      expect(spans.started.some(({ name }) => name === 'far')).to.equal(false);
      element.remove();
    });

    it('puts every patched function back, in the frame too', async () => {
      const read = (realm: Frame | (Window & typeof globalThis)): unknown[] => [
        Object.getOwnPropertyDescriptor(realm, 'postMessage')?.value,
        realm.BroadcastChannel,
        realm.BroadcastChannel.prototype.postMessage,
      ];
      const both = (): unknown[] => [...read(window), ...read(frame)];
      const patched = both();
      await Promise.all([tracing.stop(), frame.tracing?.stop()]);
      const bare = both();
      bare.forEach((value, i) => {
        expect(value).not.to.equal(patched[i]);
      });
      frame.start();
      start();
      await Promise.all([tracing.stop(), frame.tracing?.stop()]);
      both().forEach((value, i) => {
        expect(value).to.equal(bare[i]);
      });
      const seen = listenTo(frame);
      frame.postMessage('after the end', '*');
      await until(() => seen.length > 0, 'the message');
      frame.start();
      start();
      // The channel was there before tracing started again: its first message makes it known.
      const channel = new BroadcastChannel('to the frame');
      const answered = answer(channel, 'restarted');
      channel.postMessage({ name: 'restarted' } satisfies Job);
      await answered;
      channel.close();
    });
  });

  describe('on a BroadcastChannel', () => {
    let channel: BroadcastChannel;
    afterEach(() => channel.close());

    /** Sends jobs until the word of the sender, and that of the answer, were in time: on a busy machine one may come too late. */
    async function expectJoined(name: string): Promise<void> {
      for (let i = 0; ; i++) {
        const job = `${name} ${i}`;
        const answered = answer(channel, job);
        const page = withSpan('page', (span) => {
          channel.postMessage({ name: job, joins: true } satisfies Job);
          return span;
        });
        await answered;
        const [child, back] = [await ended(job), await ended(`answer of ${job}`)];
        // Late, or in time; never somebody else's.
        expect(child.parentSpanId).to.be.oneOf([undefined, page.context.spanId]);
        expect(back.parentSpanId).to.be.oneOf([undefined, child.context.spanId]);
        if (child.parentSpanId && back.parentSpanId) return expectParent(child, page);
        expect(i).to.be.below(10);
      }
    }

    it('makes the spans of a frame children of the sender, and those of its answer', async () => {
      channel = new BroadcastChannel('to the frame');
      await expectJoined('broadcast');
    });

    it('makes the spans of a worker children of the sender', async () => {
      channel = new BroadcastChannel('to the worker');
      const seen = listenTo(channel);
      const worker = new Worker('/test/fixtures/channels/worker.ts', { type: 'module' });
      await until(() => seen.some(({ data }) => data === 'here'), 'the worker');
      await expectJoined('in the worker');
      worker.terminate();
    });

    it('finds the parents of 200 messages that two spans send in turn', async () => {
      channel = new BroadcastChannel('to the frame');
      const senders = await sendInTurn(200, (job) => channel.postMessage({ ...job, awaits: 20 } satisfies Job));
      const jobs = (): Span[] => spans.ended.filter(({ name }) => /^job \d+$/.test(name));
      await until(() => jobs().length >= 200, '200 spans');
      // A job that answers before the word of its sender has come keeps the trace that it began.
      const found = jobs().filter(({ parentSpanId }) => parentSpanId !== undefined);
      for (const job of found) expectParent(job, senders.get(job.name) as Span);
      expect(found.length).to.be.at.least(150);
    });

    it('never takes the message of one for that of another', async () => {
      channel = new BroadcastChannel('to the frame');
      const strange = new Worker('/test/fixtures/channels/strange.js');
      const heard = listenTo(channel);
      strange.postMessage('begin');
      await until(() => heard.length > 0, 'the strange worker');
      const page = await withSpan('page', async (span) => {
        for (let i = 0; i < 100; i++) {
          channel.postMessage({ name: `traced ${i}` } satisfies Job);
          if (i % 5 === 0) await macrotask();
        }
        return span;
      });
      const jobs = (): Span[] => spans.ended.filter(({ name }) => /^(traced|strange) \d+$/.test(name));
      await until(() => jobs().length >= 300, '300 spans');
      for (const { name, parentSpanId } of jobs()) {
        if (name.startsWith('strange')) expect(parentSpanId, name).to.equal(undefined);
        else expect(parentSpanId, name).to.be.oneOf([undefined, page.context.spanId]);
      }
      strange.terminate();
    });

    it('leaves payloads, counts and errors as they are', async () => {
      channel = new BroadcastChannel('payloads');
      const other = new BroadcastChannel('payloads');
      const seen = listenTo(other);
      withSpan('page', () => {
        channel.postMessage({ map: new Map([[1, 2]]) });
        expect(() => channel.postMessage(() => {}))
          .to.throw()
          .with.property('name', 'DataCloneError');
        expect(() => (channel.postMessage as () => void)()).to.throw(TypeError);
        channel.postMessage(null);
        channel.close();
        expect(() => channel.postMessage(1))
          .to.throw()
          .with.property('name', 'InvalidStateError');
      });
      await until(() => seen.length >= 2, 'the messages');
      await macrotask(50);
      expect(seen.map(({ data }) => data)).to.deep.equal([{ map: new Map([[1, 2]]) }, null]);
      expect(new BroadcastChannel('x')).to.be.instanceOf(BroadcastChannel);
      other.close();
    });
  });
});
