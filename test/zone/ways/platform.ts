import { macrotask } from '../../collect.js';
import { callback, fired, type Ways, where } from './way.js';

interface Scheduler {
  postTask(fn: () => unknown, options?: { priority: string }): Promise<unknown>;
  yield?(): Promise<void>;
}
const { scheduler } = globalThis as { scheduler?: Scheduler };

let names = 0;
const uniqueName = () => `zonetrace-${++names}`;

/** An element in the page for as long as `use` takes. */
async function withElement(use: (element: HTMLElement) => unknown): Promise<void> {
  const element = document.createElement('div');
  element.style.cssText = 'width: 10px; height: 10px';
  document.body.append(element);
  try {
    await use(element);
  } finally {
    element.remove();
  }
}

export const scheduling: Ways = {
  setTimeout: (check) => callback(check, (done) => setTimeout(done, 1, 5)),
  'setTimeout in setTimeout': (check) =>
    callback(check, (done) =>
      setTimeout(() => {
        check();
        setTimeout(done, 1);
      }),
    ),
  setInterval: async (check) => {
    let count = 0;
    let id = 0;
    await callback<void>(check, (done) => {
      id = window.setInterval(() => {
        check();
        if (++count === 2) done();
      }, 2);
    });
    clearInterval(id);
  },
  'async timer callbacks': (check) =>
    new Promise<void>((resolve) =>
      setTimeout(async () => {
        await undefined;
        check();
        await Promise.resolve();
        check();
        resolve();
      }),
    ),
  requestAnimationFrame: (check) => callback(check, requestAnimationFrame),
  'two animation frames': (check) =>
    callback(check, (done) =>
      requestAnimationFrame(() => {
        check();
        requestAnimationFrame(done);
      }),
    ),
  requestIdleCallback: where('requestIdleCallback' in window, (check) =>
    callback(check, (done) => requestIdleCallback(done, { timeout: 50 })),
  ),
  'scheduler.postTask': where(scheduler, async (check) => {
    await scheduler?.postTask(check, { priority: 'user-blocking' });
    check();
    await scheduler?.postTask(async () => {
      await macrotask();
      check();
    });
  }),
  'scheduler.yield': where(scheduler?.yield, async (check) => {
    await scheduler?.yield?.();
    check();
    await scheduler?.yield?.();
  }),
  'AbortSignal.timeout': (check) =>
    callback(check, (done) => AbortSignal.timeout(1).addEventListener('abort', done, { once: true })),
};

export const observers: Ways = {
  MutationObserver: (check) =>
    withElement((element) =>
      callback(check, (done) => {
        new MutationObserver(done).observe(element, { attributes: true });
        element.title = 'x';
      }),
    ),
  ResizeObserver: (check) =>
    withElement(async (element) => {
      const observer = await callback<ResizeObserver>(check, (done) =>
        new ResizeObserver((_, observer) => done(observer)).observe(element),
      );
      observer.disconnect();
      await macrotask(); // what the next one does in this frame would be a loop
    }),
  IntersectionObserver: (check) =>
    withElement((element) => callback(check, (done) => new IntersectionObserver(done).observe(element))),
  PerformanceObserver: async (check) => {
    let observer: PerformanceObserver | undefined;
    await callback(check, (done) => {
      observer = new PerformanceObserver(done);
      observer.observe({ entryTypes: ['mark'] });
      performance.mark(uniqueName());
    });
    observer?.disconnect();
  },
};

export const messages: Ways = {
  'postMessage to the own window': async (check) => {
    const name = uniqueName();
    const received = new Promise<void>((resolve) => {
      const listen = ({ data }: MessageEvent) => {
        if (data !== name) return;
        removeEventListener('message', listen);
        resolve();
      };
      addEventListener('message', listen);
    });
    window.postMessage(name);
    await received;
    check();
  },
  'MessagePort.onmessage': async (check) => {
    const { port1, port2 } = new MessageChannel();
    await callback(check, (done) => {
      port1.onmessage = done;
      port2.postMessage(1);
    });
    port1.close();
  },
  'a listener of a MessagePort': async (check) => {
    const { port1, port2 } = new MessageChannel();
    await callback(check, (done) => {
      port1.addEventListener('message', done, { once: true });
      port1.start();
      port2.postMessage(1);
    });
    port1.close();
  },
  BroadcastChannel: async (check) => {
    const name = uniqueName();
    const [sender, receiver] = [new BroadcastChannel(name), new BroadcastChannel(name)];
    await callback(check, (done) => {
      receiver.onmessage = done;
      sender.postMessage(1);
    });
    sender.close();
    receiver.close();
  },
  'the reply of a Worker': async (check) => {
    const worker = new Worker('/test/fixtures/zone/echo-worker.js');
    await callback(check, (done) => {
      worker.onmessage = done;
      worker.postMessage(1);
    });
    await callback(check, (done) => {
      worker.addEventListener('message', done, { once: true });
      worker.postMessage(2);
    });
    worker.terminate();
  },
};

export const network: Ways = {
  'fetch, headers only': async (check) => {
    const response = await fetch('/test-server/headers', { method: 'HEAD' });
    check();
    if (!response.ok) throw new Error(response.statusText);
  },
  'fetch and json': async (check) => {
    const response = await fetch('/test-server/headers');
    check();
    await response.json();
  },
  'fetch and text of a slow body': async (check) => {
    const response = await fetch('/test-server/slow-body');
    check();
    await response.text();
  },
  'fetch and blob': async (check) => {
    const response = await fetch('/test-server/headers');
    check();
    const blob = await response.blob();
    check();
    await blob.arrayBuffer();
  },
  'fetch and a clone': async (check) => {
    const response = await fetch('/test-server/headers');
    check();
    await Promise.all([response.clone().arrayBuffer(), response.text()]);
  },
  'fetch and a loop over its stream': async (check) => {
    const { body } = await fetch('/test-server/slow-body');
    check();
    const reader = (body as ReadableStream<Uint8Array>).getReader();
    for (;;) {
      const { done } = await reader.read();
      check();
      if (done) break;
    }
  },
  'fetch that fails': async (check) => {
    try {
      await fetch('http://127.0.0.1:1/');
    } catch {
      check();
    }
  },
  'fetch that is aborted': async (check) => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 5);
    try {
      await (await fetch('/test-server/slow-body', { signal: controller.signal })).text();
    } catch {
      check();
    }
  },
  'fetch by then': (check) =>
    fetch('/test-server/headers')
      .then((response) => {
        check();
        return response.json();
      })
      .then(check),
  'XMLHttpRequest.onload': (check) =>
    callback(check, (done) => {
      const request = new XMLHttpRequest();
      request.open('GET', '/test-server/headers');
      request.onload = done;
      request.send();
    }),
  'listeners of an XMLHttpRequest': (check) =>
    callback(check, (done) => {
      const request = new XMLHttpRequest();
      for (const name of ['loadstart', 'load']) request.addEventListener(name, check);
      request.upload.addEventListener('load', check);
      request.addEventListener('loadend', done);
      request.open('POST', '/test-server/headers');
      request.send('x');
    }),
  'XMLHttpRequest.onreadystatechange': (check) =>
    callback<void>(check, (done) => {
      const request = new XMLHttpRequest();
      request.open('GET', '/test-server/headers');
      request.onreadystatechange = () => {
        check();
        if (request.readyState === 4) done();
      };
      request.send();
    }),
  'an XMLHttpRequest that fails': (check) =>
    callback(check, (done) => {
      const request = new XMLHttpRequest();
      request.open('GET', 'http://127.0.0.1:1/');
      request.onerror = done;
      request.send();
    }),
  EventSource: async (check) => {
    const source = new EventSource('/test-server/nothing');
    await callback(check, (done) => source.addEventListener('error', done, { once: true }));
    source.close();
  },
  // WebKit fires no close here, and Firefox waits before it tries an address again.
  'a WebSocket to a closed port': (check) =>
    callback(check, (done) => {
      const socket = new WebSocket(`ws://127.0.0.1:1/${uniqueName()}`);
      socket.addEventListener('error', check);
      socket.onerror = done;
    }),
  'an image that loads': (check) =>
    callback(check, (done) => {
      const image = new Image();
      image.onload = done;
      image.src = `data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg" id="${uniqueName()}"/>`;
    }),
  'a script that is added': (check) =>
    callback(check, (done) => {
      const script = document.createElement('script');
      script.addEventListener('load', done);
      script.src = `data:text/javascript,0`;
      document.body.append(script);
    }),
};

function request<T>(check: () => void, idb: IDBRequest<T>): Promise<T> {
  return callback(check, (done, fail) => {
    idb.onsuccess = () => done(idb.result);
    idb.addEventListener('error', fail);
  });
}

export const storage: Ways = {
  IndexedDB: async (check) => {
    const name = uniqueName();
    const opening = indexedDB.open(name);
    opening.onupgradeneeded = () => {
      check();
      opening.result.createObjectStore('items', { keyPath: 'id' });
    };
    const database = await request(check, opening);
    const writing = database.transaction('items', 'readwrite');
    const written = callback(check, (done) => writing.addEventListener('complete', done));
    for (let id = 1; id <= 3; id++) await request(check, writing.objectStore('items').put({ id }));
    await written;
    const items = database.transaction('items').objectStore('items');
    await request(check, items.get(2));
    await callback<void>(check, (done) => {
      const cursor = items.openCursor();
      cursor.onsuccess = () => {
        check();
        if (cursor.result) cursor.result.continue();
        else done();
      };
    });
    database.close();
    await request(check, indexedDB.deleteDatabase(name));
  },
  'an IndexedDB transaction that aborts': async (check) => {
    const name = uniqueName();
    const opening = indexedDB.open(name);
    opening.onupgradeneeded = () => opening.result.createObjectStore('items');
    const database = await request(check, opening);
    const transaction = database.transaction('items', 'readwrite');
    const adding = transaction.objectStore('items').add(1, 1);
    adding.onerror = (event) => event.preventDefault();
    await callback(check, (done) => {
      transaction.onabort = done;
      setTimeout(() => transaction.abort());
      const keepAlive = () => {
        transaction.objectStore('items').get(1).onsuccess = keepAlive;
      };
      keepAlive();
    });
    database.close();
    indexedDB.deleteDatabase(name);
  },
  caches: where('caches' in window, async (check) => {
    const name = uniqueName();
    const cache = await caches.open(name);
    check();
    await cache.put('/x', new Response('x'));
    check();
    await (await cache.match('/x'))?.text();
    check();
    await caches.delete(name);
  }),
  'navigator.locks': where('locks' in navigator, async (check) => {
    await navigator.locks.request('zonetrace', async () => {
      check();
      await macrotask();
      check();
    });
    check();
    await navigator.locks.request(uniqueName(), { mode: 'shared' }, check);
  }),
  'Blob.text': () => new Blob(['text']).text(),
  'FileReader.onload': (check) =>
    callback(check, (done) => {
      const reader = new FileReader();
      reader.onload = done;
      reader.readAsText(new Blob(['text']));
    }),
  'a listener of a FileReader': (check) =>
    callback(check, (done) => {
      const reader = new FileReader();
      reader.addEventListener('loadstart', check);
      reader.addEventListener('loadend', done);
      reader.readAsArrayBuffer(new Blob(['text']));
    }),
  'the private file system': where('getDirectory' in (navigator.storage ?? {}), async (check) => {
    await navigator.storage.getDirectory();
    check();
    await navigator.storage.estimate();
  }),
};

const numbers = (check: () => void, count: number) =>
  new ReadableStream<number>({
    async pull(controller) {
      check();
      await macrotask();
      check();
      if (--count < 0) controller.close();
      else controller.enqueue(count);
    },
  });

async function readAll(check: () => void, stream: ReadableStream<unknown>): Promise<void> {
  const reader = stream.getReader();
  while (!(await reader.read()).done) check();
  check();
}

/** Streams that all share; a chunk is the check of who wrote it. */
const chunkChecks = async (check: () => void) => {
  check();
  await macrotask();
  check();
};
const sharedWriter = new WritableStream({ write: chunkChecks }).getWriter();
const sharedTransform = new TransformStream<() => void, () => void>({ transform: chunkChecks });
const sharedTransformWriter = sharedTransform.writable.getWriter();
void sharedTransform.readable.pipeTo(new WritableStream());

export const streams: Ways = {
  'writing to a stream of all': (check) => sharedWriter.write(check),
  'writing through a transform of all': (check) => sharedTransformWriter.write(check),
  'a read loop': (check) => readAll(check, numbers(check, 3)),
  'for await over a stream': where(Symbol.asyncIterator in ReadableStream.prototype, async (check) => {
    for await (const _ of numbers(check, 3)) {
      check();
      await undefined;
      check();
    }
  }),
  pipeThrough: (check) =>
    readAll(
      check,
      numbers(check, 3).pipeThrough(
        new TransformStream({
          async transform(chunk, controller) {
            check();
            await macrotask();
            check();
            controller.enqueue(chunk);
          },
          flush: check,
        }),
      ),
    ),
  pipeTo: (check) => numbers(check, 3).pipeTo(new WritableStream({ write: check, close: check })),
  tee: (check) =>
    Promise.all(
      numbers(check, 2)
        .tee()
        .map((branch) => readAll(check, branch)),
    ),
  'a writer': async (check) => {
    const writer = new WritableStream({
      async write() {
        check();
        await macrotask();
        check();
      },
      close: check,
    }).getWriter();
    await writer.ready;
    check();
    await Promise.all([writer.write(1), writer.write(2)]);
    check();
    await writer.close();
  },
  'streams of the platform': async (check) => {
    const stream = new Blob(['text']).stream();
    await readAll(check, stream.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>));
    if (!('CompressionStream' in window)) return;
    const packed = new Blob(['text']).stream().pipeThrough(new CompressionStream('gzip') as ReadableWritablePair);
    await new Response(packed).arrayBuffer();
    check();
  },
};

const pixel = () => {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 1;
  return canvas;
};

export const documents: Ways = {
  'crypto.subtle': async (check) => {
    await crypto.subtle.digest('SHA-256', new Uint8Array(8));
    check();
    const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 128 }, true, ['encrypt']);
    check();
    await crypto.subtle.encrypt({ name: 'AES-GCM', iv: new Uint8Array(12) }, key, new Uint8Array(8));
  },
  createImageBitmap: () => createImageBitmap(new ImageData(1, 1)),
  'HTMLCanvasElement.toBlob': (check) => callback(check, (done) => pixel().toBlob(done)),
  'Image.decode': () => {
    const image = new Image();
    image.src = pixel().toDataURL();
    return image.decode();
  },
  'document.fonts.ready': () => document.fonts.ready,
  'a FontFace that cannot be loaded': async (check) => {
    try {
      await new FontFace('none', 'url(/test-server/nothing)').load();
    } catch {
      check();
    }
  },
  'element.animate().finished': (check) =>
    withElement(async (element) => {
      await element.animate([{ opacity: 0 }, { opacity: 1 }], 10).finished;
      check();
    }),
  'Animation.onfinish': (check) =>
    withElement((element) =>
      callback(check, (done) => {
        element.animate([{ opacity: 0 }, { opacity: 1 }], 10).onfinish = done;
      }),
    ),
  transitionend: (check) =>
    withElement((element) =>
      callback(check, (done) => {
        element.addEventListener('transitionend', done);
        element.style.transition = 'opacity 10ms';
        getComputedStyle(element).opacity; // the style to start from
        element.style.opacity = '0';
      }),
    ),
  'customElements.whenDefined': async (check) => {
    const name = uniqueName();
    const defined = customElements.whenDefined(name);
    customElements.define(
      name,
      class extends HTMLElement {
        async connectedCallback() {
          check();
          await undefined;
          check();
        }
      },
    );
    await defined;
    check();
    const element = document.createElement(name);
    document.body.append(element);
    element.remove();
  },
  'a frame that loads': async (check) => {
    const frame = document.createElement('iframe');
    const loaded = fired(frame, 'load').then(check);
    frame.src = '/test/fixtures/bare.html';
    document.body.append(frame);
    await loaded;
    frame.remove();
  },
  'a transition of the view': where('startViewTransition' in document, async (check) => {
    const transition = document.startViewTransition(() => check());
    await transition.updateCallbackDone;
    check();
    transition.skipTransition();
    await Promise.allSettled([transition.ready, transition.finished]);
  }),
  'WebAssembly.compile': () => WebAssembly.compile(new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0])),
  'navigator.permissions': where('permissions' in navigator, () =>
    navigator.permissions.query({ name: 'geolocation' as PermissionName }),
  ),
};
