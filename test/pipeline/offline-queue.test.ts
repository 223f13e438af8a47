import { expect } from 'chai';
import { type Tracing, withSpan } from '../../src/index.js';
import { KeptBatches } from '../../src/pipeline/kept-batches.js';
import { type Batch, type Drop, OfflineQueue } from '../../src/pipeline/offline-queue.js';
import { DestinationCounts } from '../../src/pipeline/stats.js';
import { macrotask } from '../collect.js';
import { openFrame, runIn } from '../frame.js';
import { until } from '../until.js';
import { allAccounted, hurry, newReceiver, trace } from './receiver.js';

let named = 0;
const newUrl = (): string => `https://receiver.example/${Date.now()}-${named++}`;

const batch = (url: string, spans: number, more: Partial<Batch> = {}): Batch => ({
  url,
  type: 'application/json',
  body: new TextEncoder().encode('{}'),
  gzip: false,
  spans,
  created: Date.now(),
  attempts: 0,
  notBefore: 0,
  ...more,
});

/** Batches of all receivers that lie in the database. */
function countStored(): Promise<number> {
  return new Promise((resolve) => {
    const request = indexedDB.open('zonetrace');
    request.onsuccess = () => {
      const count = request.result.transaction('batches').objectStore('batches').count();
      count.onsuccess = () => {
        request.result.close();
        resolve(count.result);
      };
    };
  });
}

/** Stops whoever reads the queue, before or after that, until `goOn`. */
function stopReaders(where: 'before' | 'after') {
  const { request } = LockManager.prototype;
  let goOn = (): void => {};
  const isFree = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const readers = {
    /** One waits there. */
    hasCome: false,
    /** One has done what it does with what it has read. */
    isDone: false,
    goOn,
    undo() {
      LockManager.prototype.request = request;
    },
  };
  const stop = (): Promise<void> => {
    readers.hasCome = true;
    return isFree;
  };
  LockManager.prototype.request = async function (this: LockManager, ...args: unknown[]) {
    if (where === 'before') await stop();
    const answer = await Reflect.apply(request, this, args);
    readers.isDone = true;
    if (where === 'after') await stop();
    return answer;
  } as typeof request;
  return readers;
}

describe('the offline queue', () => {
  let queue: OfflineQueue;
  let undo: () => void;
  const dropped: [spans: number, reason: string][] = [];
  const drop: Drop = ({ spans }, reason) => dropped.push([spans, reason]);
  const take = (url: string) => queue.take(url, drop);

  beforeEach(async () => {
    undo = hurry();
    dropped.length = 0;
    queue = await OfflineQueue.open();
  });
  afterEach(() => {
    queue.close();
    undo();
  });

  it('answers what it was given once, oldest first, to whom it was for', async () => {
    const [one, other] = [newUrl(), newUrl()];
    for (let i = 1; i <= 3; i++) await queue.put(batch(one, i));
    await queue.put(batch(other, 9, { attempts: 2, gzip: true }));
    const taken = [await take(one), await take(one), await take(one)];
    expect(taken.map((each) => (each as Batch).spans)).to.deep.equal([1, 2, 3]);
    expect(await take(one)).to.equal(undefined);
    expect(await take(other)).to.deep.include({ spans: 9, attempts: 2, gzip: true });
  });

  it('gives a batch to one of several who ask at once', async () => {
    const url = newUrl();
    for (let i = 1; i <= 8; i++) await queue.put(batch(url, i));
    const others = await Promise.all(Array.from({ length: 4 }, () => OfflineQueue.open()));
    const taken = await Promise.all(
      others.flatMap((other) => [other.take(url, () => {}), other.take(url, () => {}), other.take(url, () => {})]),
    );
    for (const other of others) other.close();
    const spans = taken.filter((each) => typeof each === 'object').map((each) => (each as Batch).spans);
    expect(spans.sort()).to.deep.equal([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('says until when all have to wait', async () => {
    const url = newUrl();
    const later = Date.now() + 60_000;
    await queue.put(batch(url, 1, { notBefore: later + 5 }));
    await queue.put(batch(url, 2, { notBefore: later }));
    expect(await take(url)).to.equal(later);
    await queue.put(batch(url, 3));
    expect(await take(url)).to.deep.include({ spans: 3 });
  });

  it('answers at once what was put off before the clock was set back', async () => {
    const url = newUrl();
    const later = Date.now() + 3_600_000;
    await queue.put(batch(url, 1, { created: later, notBefore: later + 1000 }));
    expect(await take(url)).to.deep.include({ spans: 1 });
  });

  it('keeps what a page puts into it that is gone in the same task', async () => {
    const url = newUrl();
    const frame = await openFrame('/test/fixtures/bare.html');
    type Part = { OfflineQueue: typeof OfflineQueue };
    const load = (path: string): Promise<Part> => import(path);
    const { OfflineQueue: QueueThere } = await runIn(frame, load, '/src/pipeline/offline-queue.ts');
    const there = await QueueThere.open();
    there.put(batch(url, 4)).catch(() => {});
    frame.remove();
    expect(await take(url)).to.deep.include({ spans: 4 });
  });

  it('does not hold up who changes the database', async () => {
    const request = indexedDB.deleteDatabase('zonetrace');
    const told = await new Promise((resolve) => {
      request.onsuccess = () => resolve('done');
      request.onblocked = () => resolve('blocked');
    });
    expect(told).to.equal('done');
  });

  it('drops what is too old, and the oldest of what is too many', async () => {
    const url = newUrl();
    await queue.put(batch(url, 7, { created: Date.now() - 49 * 3_600_000 }));
    expect(await take(url)).to.equal(undefined);
    expect(dropped.splice(0)).to.deep.equal([[7, 'expired']]);
    // Batches of the other tests may be left; what is held against the bound here is this test's.
    hurry({ storedBatches: (await countStored()) + 2 });
    const isTooMany = [];
    for (let i = 1; i <= 5; i++) isTooMany.push(await queue.put(batch(url, i)));
    expect(isTooMany).to.deep.equal([false, false, true, true, true]);
    await queue.trim(drop);
    const taken: unknown[] = [];
    for (let next = await take(url); typeof next === 'object'; next = await take(url)) taken.push(next.spans);
    expect(dropped).to.have.length(3);
    expect(dropped.every(([, reason]) => reason === 'overflow')).to.equal(true);
    expect(taken.length).to.be.within(2, 5);
  });
});

describe('what is kept in memory', () => {
  it('is sent oldest first, and dropped where it is too old', async () => {
    const url = newUrl();
    const counts = new DestinationCounts('');
    const kept = new KeptBatches(url, counts);
    await kept.put(batch(url, 7, { created: Date.now() - 49 * 3_600_000 }));
    for (const spans of [1, 2]) await kept.put(batch(url, spans, { created: Date.now() - 47 * 3_600_000 }));
    expect([await kept.take(), await kept.take()].map((each) => (each as Batch).spans)).to.deep.equal([1, 2]);
    expect(await kept.take()).to.equal(undefined);
    expect(counts.read().dropped).to.deep.equal({ expired: 7 });
  });
});

describe('the counts of what is kept', () => {
  it('have each span in one place, however often and by whom it is read and kept again', async () => {
    const url = newUrl();
    const [ours, theirs] = [new DestinationCounts(''), new DestinationCounts('')];
    const [here, there] = [new KeptBatches(url, ours), new KeptBatches(url, theirs)];
    await Promise.all([here.open(), there.open()]);
    const told = ({ stored, restored, queued }: DestinationCounts) => ({ stored, restored, queued });
    const takeFrom = async (kept: KeptBatches) => (await kept.take()) as Batch;
    ours.add('accepted', 5);
    await here.put(batch(url, 5));
    for (let round = 0; round < 2; round++) {
      expect(told(ours)).to.deep.equal({ stored: 5, restored: 0, queued: 0 });
      const own = await takeFrom(here);
      expect(told(ours)).to.deep.equal({ stored: 0, restored: 0, queued: 5 });
      await here.put(own);
      const foreign = await takeFrom(there);
      expect(told(theirs)).to.deep.equal({ stored: 0, restored: 5, queued: 5 });
      await there.put(foreign);
      expect(told(theirs)).to.deep.equal({ stored: 0, restored: 0, queued: 0 });
    }
    const undo = hurry({ expiry: -1 });
    expect(await there.take()).to.equal(undefined);
    undo();
    expect(theirs.read()).to.deep.include({ stored: 0, restored: 5, queued: 0, dropped: { expired: 5 } });
    await Promise.all([here.close(), there.close()]);
  });
});

describe('what the offline queue keeps', () => {
  let tracing: Tracing;
  let undo: () => void;
  const quiet = console.warn;
  beforeEach(() => {
    undo = hurry();
    console.warn = () => {};
  });
  afterEach(async () => {
    await tracing.stop();
    undo();
    console.warn = quiet;
  });

  it('outlives the tracing that was stopped while its receiver was down, and is sent by the next', async () => {
    hurry({ firstBackoff: 60_000, maxBackoff: 60_000 });
    const receiver = await newReceiver('503', 'ok');
    tracing = trace(receiver.url);
    for (let i = 0; i < 3; i++) withSpan('kept', () => {});
    await tracing.stop();
    expect(tracing.stats).to.deep.include({ exported: 0, queued: 0, stored: 3, restored: 0, dropped: {} });
    undo();
    undo = hurry();
    tracing = trace(receiver.url);
    await until(() => tracing.stats.exported === 3, 'they are sent');
    expect(tracing.stats).to.deep.include({ restored: 3, stored: 0, queued: 0 });
    expect((await receiver.read()).taken).to.have.length(3);
  });

  it('waits for its time also where the queue was about to be read when its request failed', async () => {
    const readers = stopReaders('before');
    try {
      hurry({ firstBackoff: 60_000, maxBackoff: 60_000 });
      const receiver = await newReceiver('503', 'ok');
      tracing = trace(receiver.url);
      await until(() => readers.hasCome, 'the queue is opened in idle time');
      withSpan('kept', () => {});
      await tracing.flush();
      await until(() => tracing.stats.stored === 1, 'it is kept');
      readers.goOn();
      await until(() => readers.isDone, 'it is read, and kept again');
      expect(tracing.stats).to.deep.include({ stored: 1, restored: 0, queued: 0 });
      expect((await receiver.read()).requests).to.have.length(1);
      dispatchEvent(new Event('online'));
      await until(() => tracing.stats.exported === 1, 'it is sent');
      expect(tracing.stats).to.deep.include({ stored: 0, restored: 0, queued: 0 });
    } finally {
      readers.undo();
    }
  });

  it('is sent though its time came when the queue had just been read', async () => {
    const readers = stopReaders('after');
    try {
      hurry({ firstBackoff: 4, maxBackoff: 4 });
      const receiver = await newReceiver('503', 'ok');
      tracing = trace(receiver.url);
      await until(() => readers.hasCome, 'the queue is opened in idle time, and read');
      withSpan('kept', () => {});
      await tracing.flush();
      await until(() => tracing.stats.stored === 1, 'it is kept');
      // What waits to send it comes before these: it began earlier.
      await macrotask(20);
      await new Promise((resolve) => requestIdleCallback(resolve));
      readers.goOn();
      await until(() => tracing.stats.exported === 1, 'it is sent');
    } finally {
      readers.undo();
    }
  });

  it('is counted as dropped where it is too old', async () => {
    const receiver = await newReceiver('503');
    hurry({ expiry: 200, firstBackoff: 100 });
    tracing = trace(receiver.url);
    withSpan('old', () => {});
    await tracing.flush();
    await until(() => allAccounted(tracing), 'it is dropped');
    expect(tracing.stats.dropped).to.deep.equal({ expired: 1 });
  });

  it('stays within its bound while nothing can be sent, and what goes for it is counted', async () => {
    const receiver = await newReceiver('503', 'ok');
    const bound = (await countStored()) + 2;
    hurry({ storedBatches: bound, firstBackoff: 60_000, maxBackoff: 60_000 });
    tracing = trace(receiver.url);
    for (let i = 0; i < 6; i++) {
      withSpan(`kept ${i}`, () => {});
      await tracing.flush();
      await until(() => tracing.stats.queued === 0, 'the queue, which is opened in idle time');
    }
    expect(await countStored()).to.equal(bound);
    const { stored, restored, queued, dropped } = tracing.stats;
    expect({ stored, restored, queued, dropped }).to.deep.equal({
      stored: 2,
      restored: 0,
      queued: 0,
      dropped: { overflow: 4 },
    });
    dispatchEvent(new Event('online'));
    await until(() => allAccounted(tracing), 'the rest is sent');
    expect((await receiver.read()).taken.map(({ name }) => name)).to.deep.equal(['kept 4', 'kept 5']);
  });

  it('goes, the oldest first, as far as a page that was left has kept too many', async () => {
    const receiver = await newReceiver('503');
    const bound = (await countStored()) + 2;
    hurry({ storedBatches: bound, firstBackoff: 60_000 });
    const left = await OfflineQueue.open();
    for (let i = 0; i < 5; i++) await left.put(batch(newUrl(), 1));
    left.close();
    tracing = trace(receiver.url);
    await until(() => tracing.stats.dropped.overflow === 3, 'the queue is opened');
    expect(await countStored()).to.equal(bound);
  });

  it('is kept in memory, bounded, where the page may store nothing', async () => {
    const open = IDBFactory.prototype.open;
    IDBFactory.prototype.open = () => {
      throw new DOMException('no', 'SecurityError');
    };
    try {
      hurry({ memoryBatches: 2, firstBackoff: 300 });
      const receiver = await newReceiver('503', 'ok');
      tracing = trace(receiver.url);
      for (let i = 0; i < 4; i++) {
        withSpan(`kept ${i}`, () => {});
        await tracing.flush();
      }
      expect(tracing.stats).to.deep.include({ queued: 2, stored: 0, dropped: { overflow: 2 } });
      await until(() => tracing.stats.exported === 2, 'the rest is sent');
      expect((await receiver.read()).taken.map(({ name }) => name)).to.deep.equal(['kept 2', 'kept 3']);
    } finally {
      IDBFactory.prototype.open = open;
    }
  });

  it('is dropped and counted where one batch is larger than what is kept', async () => {
    const receiver = await newReceiver('503');
    hurry({ body: 5000 });
    tracing = trace(receiver.url, {}, { compression: 'none' });
    withSpan('huge', (span) => span.setAttribute('text', 'x'.repeat(6000)));
    await tracing.flush();
    expect(tracing.stats.dropped).to.deep.equal({ tooLarge: 1 });
  });
});
