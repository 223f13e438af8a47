import { expect } from 'chai';
import { type Span, startTracing, type Tracing, withSpan } from '../../src/index.js';
import { Collector, collectWarnings, macrotask } from '../collect.js';
import type { Job } from '../fixtures/worker/handle.js';
import { skip } from '../skip.js';
import { gc, survivors } from '../survivors.js';
import { until } from '../until.js';

const TRACED = '/test/fixtures/worker/traced.ts';

describe('workers', () => {
  let tracing: Tracing;
  let spans: Collector;
  let workers: Worker[] = [];

  function start(options: Parameters<typeof startTracing>[0] = {}): void {
    spans = new Collector();
    tracing = startTracing({ panel: false, processors: [spans], ...options });
  }

  function open(url = TRACED, options: WorkerOptions = {}): Worker {
    const worker = new Worker(url, { type: 'module', ...options });
    workers.push(worker);
    return worker;
  }

  /** Posts a job and answers when the worker says that it is done. */
  function ask(worker: Worker | MessagePort, job: Job): Promise<void> {
    return new Promise((resolve) => {
      const done = ({ data }: MessageEvent): void => {
        if (data?.done !== job.name) return;
        worker.removeEventListener('message', done as EventListener);
        resolve();
      };
      worker.addEventListener('message', done as EventListener);
      worker.postMessage(job);
    });
  }

  /** Resolves when worker and page have found each other: the worker's spans come. */
  async function linked(worker: Worker): Promise<void> {
    await ask(worker, { name: 'ready' });
    await ended('ready inner');
  }

  const ended = (name: string): Promise<Span> => until(() => spans.ended.find((span) => span.name === name), name);

  function expectParent(child: Span, parent: Span): void {
    expect(child.context.traceId, `trace of ${child.name}`).to.equal(parent.context.traceId);
    expect(child.parentSpanId, `parent of ${child.name}`).to.equal(parent.context.spanId);
  }

  beforeEach(() => start());
  afterEach(async () => {
    for (const worker of workers) worker.terminate();
    workers = [];
    await tracing.stop();
  });

  it('keeps no span of a worker longer than the store does', async function () {
    if (!gc) skip(this, 'only Chromium lets a test collect garbage');
    await linked(open());
    const { store } = tracing;
    await until(() => store.traces.every(({ settled }) => settled), 'the end of the traces');
    const refs = spans.ended.filter(({ name }) => /^ready/.test(name)).map((span) => new WeakRef(span));
    expect(refs.length).to.be.at.least(2);
    spans.started.length = 0;
    spans.ended.length = 0;
    store.clear();
    expect(await survivors(refs)).to.equal(0);
  });

  it('makes the spans of a worker children of the span that sent its first message', async () => {
    const worker = open();
    await withSpan('page', () => ask(worker, { name: 'job', awaits: 6 }));
    const [page, job, inner] = [spans.named('page'), await ended('job'), await ended('job inner')];
    expectParent(job, page);
    expectParent(inner, job);
    expect(job.startTime).to.be.at.least(page.startTime);
    expect(job.endTime).to.be.at.most(performance.timeOrigin + performance.now());
    expect(job.attributes['thread.name']).to.equal('traced.ts');
  });

  it('shows them in the trace of the page', async () => {
    const worker = open();
    await withSpan('page of the panel', () => ask(worker, { name: 'shown' }));
    await ended('shown inner');
    const { store } = tracing;
    const stored = await until(() =>
      store.traces.find(({ rows }) => rows.some((row) => store.record(row)?.name === 'page of the panel')),
    );
    const names = stored.rows.map((row) => [
      store.record(row)?.name,
      store.record(store.parents[row] as number)?.name,
      store.serviceOf(row),
    ]);
    expect(names).to.have.deep.members([
      ['page of the panel', undefined, 'page'],
      ['shown', 'page of the panel', 'traced.ts'],
      ['shown inner', 'shown', 'traced.ts'],
    ]);
  });

  it('finds the parents of 1,000 messages that two spans send in turn', async () => {
    const worker = open();
    await linked(worker);
    const done = new Set<string>();
    worker.addEventListener('message', ({ data }) => done.add(data.done));
    const parents = new Map<string, string>();
    let resume: (() => void)[] = [];
    const turn = (): Promise<void> => new Promise((resolve) => resume.push(resolve));
    const send = async (span: Span, from: number): Promise<void> => {
      for (let i = from; i < 1000; i += 2) {
        worker.postMessage({ name: `job ${i}` });
        parents.set(`job ${i}`, span.context.spanId);
        if (i % 3 === 0) await turn();
      }
    };
    const both = Promise.all([withSpan('even', (span) => send(span, 0)), withSpan('odd', (span) => send(span, 1))]);
    let finished = false;
    both.then(() => {
      finished = true;
    });
    while (!finished) {
      for (const go of resume.splice(0)) go();
      await macrotask();
    }
    resume = [];
    await until(() => done.size >= 1000, 'a thousand answers');
    await until(() => spans.ended.filter(({ name }) => /^job \d+$/.test(name)).length >= 1000, 'a thousand spans');
    const wrong = spans.ended.filter(
      ({ name, parentSpanId }) => /^job \d+$/.test(name) && parentSpanId !== parents.get(name),
    );
    expect(wrong.map(({ name }) => name)).to.deep.equal([]);
  });

  it('makes what an answer causes a child of the span that answered', async () => {
    const worker = open();
    await linked(worker);
    const handled = new Promise<void>((resolve) => {
      worker.onmessage = ({ data }) => {
        if (data.done !== 'asked') return;
        withSpan('handle the answer', () => {});
        resolve();
      };
    });
    withSpan('page', () => worker.postMessage({ name: 'asked' } satisfies Job));
    await handled;
    expectParent(spans.named('handle the answer'), await ended('asked'));
  });

  it('gives an answer that no span of the worker sends the context of its question', async () => {
    const worker = open();
    await linked(worker);
    const handled = new Promise<void>((resolve) => {
      worker.addEventListener('message', () => {
        withSpan('handle', () => {});
        resolve();
      });
    });
    await withSpan('page', async () => {
      worker.postMessage({ name: 'bare', bare: true } satisfies Job);
      await handled;
    });
    expect(spans.named('handle').parent).to.equal(spans.named('page'));
  });

  it('passes the trace on to the requests of a worker', async () => {
    const worker = open();
    await withSpan('page', () => ask(worker, { name: 'job with a request', fetch: '/test-server/headers' }));
    const request = await ended('GET /test-server/headers');
    expectParent(request, await ended('job with a request'));
    expect(request.kind).to.equal('CLIENT');
  });

  it('works under a strict policy', async () => {
    const strict = `${TRACED}?csp=strict`;
    expect((await fetch(strict)).headers.get('content-security-policy')).to.contain("script-src 'self'");
    const worker = open(strict);
    await withSpan('page', () => ask(worker, { name: 'strict job', joins: true, fetch: '/test-server/headers' }));
    expectParent(await ended('strict job'), spans.named('page'));
    expectParent(await ended('GET /test-server/headers'), await ended('strict job'));
  });

  it('records what fails in a worker', async () => {
    const worker = open();
    await withSpan('page', () => ask(worker, { name: 'failing job', fails: true }));
    const failed = await ended('failing job inner');
    expect(failed.status).to.equal('ERROR');
    expect(failed.statusMessage).to.equal('the job failed');
    expect(failed.events[0]?.attributes['exception.type']).to.equal('TypeError');
  });

  it('keeps what a terminated worker has sent, and shows what was open as never ended', async () => {
    const worker = open();
    await withSpan('page', () => ask(worker, { name: 'endless', never: true }));
    await until(() => spans.started.some(({ name }) => name === 'endless'), 'the open span');
    worker.terminate();
    const { store } = tracing;
    const span = spans.named('endless');
    expectParent(span, spans.ended.findLast(({ name }) => name === 'page') as Span);
    expect(span.endTime).to.equal(undefined);
    expect(store.record(span.row)).to.equal(span);
    expect(store.endTimes[span.row]).to.be.NaN;
  });

  it('tells of the spans of a worker that were too many at once', async () => {
    const worker = open();
    await linked(worker);
    const before = tracing.store.droppedSpans;
    const lost = () => tracing.store.droppedSpans - before;
    const came = () => spans.ended.filter(({ name }) => name === 'burst').length;
    const warnings = await collectWarnings(async () => {
      await ask(worker, { name: 'burst', spans: 3000 });
      await until(() => came() + lost() >= 3000, 'all spans are there or counted');
    });
    expect(came() + lost()).to.equal(3000);
    expect(came()).to.be.within(2000, 2048);
    expect(warnings).to.deep.equal([
      'zonetrace: more spans of "traced.ts" waited for the page than are kept, and some are lost; make fewer at once',
    ]);
  });

  it('lets workers of one script go their own ways', async () => {
    const pool = [open(), open(), open()];
    await Promise.all(pool.map((worker, i) => withSpan(`page ${i}`, () => ask(worker, { name: `pooled ${i}` }))));
    for (const i of [0, 1, 2]) expectParent(await ended(`pooled ${i}`), spans.named(`page ${i}`));
  });

  it('puts every patched function back', async () => {
    await tracing.stop();
    const read = (): unknown[] => [
      Worker,
      Worker.prototype.postMessage,
      globalThis.SharedWorker,
      MessageChannel,
      MessagePort.prototype.postMessage,
      MessagePort.prototype.close,
      BroadcastChannel,
      Object.getOwnPropertyDescriptor(window, 'postMessage')?.value,
    ];
    const before = read();
    start();
    expect(read()).not.to.deep.equal(before);
    await tracing.stop();
    read().forEach((value, i) => {
      expect(value).to.equal(before[i]);
    });
    start();
  });

  it('shows a worker without tracing nothing but its messages', async () => {
    const worker = open('/test/fixtures/worker/untraced.js');
    const { port1, port2 } = new MessageChannel();
    const report = (): Promise<string[]> =>
      new Promise((resolve) => {
        worker.addEventListener('message', ({ data }) => resolve(data), { once: true });
        worker.postMessage('report');
      });
    await withSpan('page', async () => {
      worker.postMessage('with a port', [port2]);
      port1.postMessage('through the port');
      for (let i = 0; i < 3; i++) worker.postMessage({ i });
      await macrotask(200);
    });
    let seen = await report();
    while (!seen.some((line) => line.startsWith('port'))) seen = await report(); // the port is another way
    const own = ['message "with a port" 1', 'message {"i":0} 0', 'message {"i":1} 0', 'message {"i":2} 0'];
    const reports = seen.filter((line) => line === 'message "report" 0');
    const messages = seen.filter((line) => line.startsWith('message'));
    expect(messages).to.deep.equal([...own, ...reports]);
    expect(seen.filter((line) => !line.startsWith('message'))).to.deep.equal(['port "through the port" 0']);
  });

  it('shows a worker whose handlers were there first nothing but its messages, and finds their senders', async () => {
    const early = '/test/fixtures/worker/early.ts';
    const worker = open(early);
    const ports: (Worker | MessagePort)[] = [worker];
    await linked(worker);
    if (typeof SharedWorker !== 'undefined') {
      const name = `${Math.random()}`;
      const connect = (): MessagePort => new SharedWorker(early, { type: 'module', name }).port;
      const first = connect();
      first.start();
      await ask(first, { name: 'first' });
      await macrotask(20); // who connects later than it was loaded is greeted: clocks may differ by some ms
      ports.push(connect());
    }
    for (const [i, port] of ports.entries()) {
      if (port instanceof MessagePort) port.start();
      await withSpan(`page ${i}`, () => ask(port, { name: `job ${i}`, joins: true }));
      const report = new Promise<{ name: string }[]>((resolve) => {
        const answer = ({ data }: MessageEvent): void => {
          if (data.done === 'report') resolve(data.seen);
        };
        port.addEventListener('message', answer as EventListener);
      });
      port.postMessage({ name: 'report' });
      const seen = (await report).map((data) => data.name ?? data);
      expect(seen).to.deep.equal([port === worker ? 'ready' : 'first', `job ${i}`, 'report']);
      expectParent(await ended(`job ${i}`), spans.named(`page ${i}`));
      if (port instanceof MessagePort) port.close();
    }
  });

  it('leaves payloads, transfers and errors as they are', async () => {
    const worker = open('/test/fixtures/worker/echo.ts');
    const answers: MessageEvent[] = [];
    worker.onmessage = (event) => answers.push(event);
    const cyclic: Record<string, unknown> = { map: new Map([[1, new Date(5)]]), big: 5n, nothing: undefined };
    cyclic['self'] = cyclic;
    const buffer = new Uint8Array([1, 2, 3]).buffer;
    withSpan('page', () => {
      worker.postMessage(['zonetrace', 'of the page itself']);
      worker.postMessage(cyclic);
      worker.postMessage({ buffer }, [buffer]);
      expect(buffer.byteLength).to.equal(0);
      expect(() => worker.postMessage(() => {}))
        .to.throw(DOMException)
        .with.property('name', 'DataCloneError');
      expect(() => (worker as unknown as { postMessage(): void }).postMessage()).to.throw(TypeError);
      worker.postMessage(null, { transfer: [new MessageChannel().port2] });
    });
    await until(() => answers.length >= 4, 'four answers');
    await macrotask(100);
    expect(answers).to.have.length(4);
    const [array, object, transferred, port] = answers.map(({ data }) => data) as { data: unknown; ports: number }[];
    expect(array?.data).to.deep.equal(['zonetrace', 'of the page itself']);
    const copy = object?.data as Record<string, unknown>;
    expect(copy['self']).to.equal(copy);
    expect(copy['map']).to.deep.equal(new Map([[1, new Date(5)]]));
    expect([...new Uint8Array((transferred as { data: { buffer: ArrayBuffer } }).data.buffer)]).to.deep.equal([
      1, 2, 3,
    ]);
    expect(port).to.deep.equal({ data: null, ports: 1 });
    expect(answers[3]?.ports).to.have.length(1);
  });

  it('finds the parents of messages through a port that was sent along', async () => {
    const worker = open();
    const { port1, port2 } = new MessageChannel();
    worker.postMessage('a port', [port2]);
    port1.start();
    await linked(worker);
    await withSpan('page', () => ask(port1, { name: 'through the port', awaits: 10 }));
    expectParent(await ended('through the port'), spans.named('page'));
    port1.close();
  });

  it('finds the parents of messages to a shared worker', async function () {
    if (typeof SharedWorker === 'undefined') skip(this, 'the browser has none');
    const { port } = new SharedWorker('/test/fixtures/worker/shared.ts', { type: 'module', name: `${Math.random()}` });
    port.start();
    await withSpan('page', () => ask(port, { name: 'shared job', awaits: 4 }));
    expectParent(await ended('shared job'), spans.named('page'));
    await withSpan('page again', () => ask(port, { name: 'second job', awaits: 4 }));
    expectParent(await ended('second job'), spans.named('page again'));
    port.close();
  });
});
