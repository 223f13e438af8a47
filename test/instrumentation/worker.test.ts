import { expect } from 'chai';
import { type Span, startTracing, type Tracing, withSpan } from '../../src/index.js';
import { Collector, macrotask } from '../collect.js';
import type { Job } from '../fixtures/worker/handle.js';

const TRACED = '/test/fixtures/worker/traced.ts';

describe('workers', function () {
  this.timeout(20_000);
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

  async function until<T>(look: () => T | undefined | false, what = 'what was waited for'): Promise<T> {
    for (let i = 0; i < 1000; i++) {
      const found = look();
      if (found) return found;
      await macrotask(10);
    }
    throw new Error(`${what} did not come; there are ${spans.started.map(({ name }) => name).join(', ')}`);
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
});
