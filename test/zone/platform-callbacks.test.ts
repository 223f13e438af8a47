import { expect } from 'chai';
import { ZoneVariable } from '../../src/zone/index.js';
import { skip } from '../skip.js';

const variable = new ZoneVariable<string>();

type Done = (value: unknown) => void;
const see = (done: Done) => () => done(variable.get());

/** Each starts something whose callback tells what it sees; undefined where this browser has no such API. */
const rows: Record<string, ((done: Done) => unknown) | undefined> = {
  requestIdleCallback: 'requestIdleCallback' in window ? (done) => requestIdleCallback(see(done)) : undefined,
  'scheduler.postTask':
    'scheduler' in window
      ? (done) => (window as unknown as { scheduler: { postTask(fn: () => void): void } }).scheduler.postTask(see(done))
      : undefined,
  'navigator.locks.request': navigator.locks ? (done) => navigator.locks.request('test', see(done)) : undefined,
  'navigator.locks.request with options': navigator.locks
    ? (done) => navigator.locks.request('test', { mode: 'shared' }, see(done))
    : undefined,
  'document.startViewTransition':
    'startViewTransition' in document
      ? (done) => {
          const { ready, finished } = document.startViewTransition(see(done));
          return Promise.allSettled([ready, finished]); // the next one skips it
        }
      : undefined,
  'HTMLCanvasElement.toBlob': (done) => document.createElement('canvas').toBlob(see(done)),
  ResizeObserver: (done) => {
    const observer = new ResizeObserver(() => {
      observer.disconnect();
      see(done)();
    });
    observer.observe(document.body);
  },
  MutationObserver: (done) => {
    const observer = new MutationObserver(see(done));
    observer.observe(document.body, { attributes: true });
    document.body.toggleAttribute('data-x');
  },
  IntersectionObserver: (done) => {
    const observer = new IntersectionObserver(() => {
      observer.disconnect();
      see(done)();
    });
    observer.observe(document.body);
  },
  PerformanceObserver: (done) => {
    const observer = new PerformanceObserver(() => {
      observer.disconnect();
      see(done)();
    });
    observer.observe({ entryTypes: ['mark'] });
    performance.mark('test');
  },
  'ReadableStream.pull': (done) => new ReadableStream({ pull: see(done) }).getReader().read(),
  'ReadableStream.cancel': (done) => new ReadableStream({ cancel: see(done) }).cancel(),
  'WritableStream.write': (done) => new WritableStream({ write: see(done) }).getWriter().write(1),
  'WritableStream.close': (done) => new WritableStream({ close: see(done) }).close(),
  'TransformStream.transform': (done) => {
    const { readable, writable } = new TransformStream({ transform: see(done) });
    void readable.getReader().read();
    void writable.getWriter().write(1);
  },
  'a stream through a pipe': (done) =>
    new ReadableStream({
      start(controller) {
        controller.enqueue(1);
        controller.close();
      },
    }).pipeTo(new WritableStream({ write: see(done) })),
  'XMLHttpRequest.onload': (done) => {
    const request = new XMLHttpRequest();
    request.open('GET', '/test-server/headers');
    request.onload = see(done);
    request.send();
  },
  'XMLHttpRequest listener': (done) => {
    const request = new XMLHttpRequest();
    request.open('GET', '/test-server/headers');
    request.addEventListener('loadend', see(done));
    request.send();
  },
  'FileReader.onload': (done) => {
    const reader = new FileReader();
    reader.onload = see(done);
    reader.readAsText(new Blob(['x']));
  },
  IndexedDB: (done) => {
    const request = indexedDB.open('test');
    request.onsuccess = () => {
      request.result.close();
      see(done)();
    };
  },
  'MessagePort.onmessage': (done) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = see(done);
    port2.postMessage(1);
  },
  'MessagePort listener': (done) => {
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener('message', see(done));
    port1.start();
    port2.postMessage(1);
  },
  'BroadcastChannel.onmessage': (done) => {
    const [sender, receiver] = [new BroadcastChannel('test'), new BroadcastChannel('test')];
    receiver.onmessage = () => {
      sender.close();
      receiver.close();
      see(done)();
    };
    sender.postMessage(1);
  },
  'AbortSignal.timeout': (done) => {
    AbortSignal.timeout(1).onabort = see(done);
  },
  'Worker.onmessage': (done) => {
    const worker = new Worker(URL.createObjectURL(new Blob(['postMessage(1)'])));
    worker.onmessage = () => {
      worker.terminate();
      see(done)();
    };
  },
  'EventSource.onerror': (done) => {
    const source = new EventSource('/test-server/nothing');
    source.onerror = () => {
      source.close();
      see(done)();
    };
  },
  'WebSocket.onerror': (done) => {
    new WebSocket('ws://127.0.0.1:1/').onerror = see(done);
  },
  'an image that loads': (done) => {
    const image = new Image();
    image.onerror = see(done);
    image.src = '/test-server/nothing';
  },
  'Animation.onfinish': (done) => {
    document.body.animate([{ opacity: 1 }, { opacity: 1 }], 10).onfinish = see(done);
  },
  setTimeout: (done) => setTimeout(see(done)),
  setInterval: (done) => {
    const id = setInterval(() => {
      clearInterval(id);
      see(done)();
    });
  },
  requestAnimationFrame: (done) => requestAnimationFrame(see(done)),
  queueMicrotask: (done) => queueMicrotask(see(done)),
};

describe('a callback of the platform runs with the values of the code that handed it over:', () => {
  for (const [name, start] of Object.entries(rows)) {
    it(name, async function () {
      if (!start) skip(this, 'the browser has none');
      const run = (value: string) => variable.run(value, () => new Promise((resolve) => void start(resolve)));
      const [first, second] = [run('first'), run('second')];
      const outside = new Promise((resolve) => void start(resolve));
      expect(await Promise.all([first, second, outside])).to.deep.equal(['first', 'second', undefined]);
    });
  }

  it('a chunk is processed for who wrote it, not for who made the stream', async () => {
    const seen: unknown[] = [];
    const sink = {
      log: seen,
      write(this: { log: unknown[] }, chunk: string) {
        this.log.push(`${chunk} ${variable.get()}`);
      },
    };
    const stream = variable.run('maker', () => new WritableStream(sink));
    const writer = stream.getWriter();
    const writes = ['a', 'b'].map((name) => variable.run(name, () => writer.write(name)));
    await Promise.all([...writes, writer.write('none')]);
    expect(seen).to.deep.equal(['a a', 'b b', 'none undefined']);
  });

  it('a chunk is processed for who wrote it after a write that the stream refused', async () => {
    const seen: unknown[] = [];
    const stream = new WritableStream({ write: (chunk) => void seen.push(`${chunk} ${variable.get()}`) });
    const released = stream.getWriter();
    released.releaseLock();
    await variable.run('released', () => released.write('refused').catch(() => {}));
    const writer = stream.getWriter();
    await Promise.all(['a', 'b'].map((name) => variable.run(name, () => writer.write(name))));
    expect(seen).to.deep.equal(['a a', 'b b']);
  });

  it('getters answer the very function that was set', () => {
    const { port1 } = new MessageChannel();
    const handler = () => {};
    variable.run('x', () => {
      port1.onmessage = handler;
    });
    expect(port1.onmessage).to.equal(handler);
    port1.onmessage = null;
    expect(port1.onmessage).to.equal(null);
    port1.close();
  });

  it('constructors make the objects of the platform, and subclasses of them', () => {
    class Mine extends ResizeObserver {}
    const mine = variable.run('x', () => new Mine(() => {}));
    expect(mine).to.be.instanceOf(Mine).and.instanceOf(ResizeObserver);
    expect(mine.constructor).to.equal(Mine);
    expect(new ResizeObserver(() => {}).constructor).to.equal(ResizeObserver);
    expect(ResizeObserver.name).to.equal('ResizeObserver');
    expect(String(ResizeObserver)).to.contain('[native code]');
    expect(PerformanceObserver.supportedEntryTypes).to.be.an('array');
    expect(() => (ResizeObserver as unknown as () => void)()).to.throw(TypeError);
    expect(() => new ResizeObserver(5 as never)).to.throw(TypeError);
  });
});
