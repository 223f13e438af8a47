import { expect } from 'chai';
import { ZoneVariable } from '../../src/zone/index.js';
import { macrotask } from '../collect.js';
import { openFrame, runIn } from '../frame.js';
import { fired } from './ways/way.js';

const variable = new ZoneVariable<string>({ name: 'events', defaultValue: 'none' });

/** A listener that keeps what it sees. */
function recorder() {
  const seen: unknown[] = [];
  return { seen, listen: () => void seen.push(variable.get()) };
}

describe('a listener', () => {
  let element: HTMLElement;

  beforeEach(() => {
    element = document.createElement('div');
    document.body.append(element);
  });

  afterEach(() => element.remove());

  /** An element of the kind, in the one that is removed after the test. */
  function add<K extends keyof HTMLElementTagNameMap>(name: K, html = ''): HTMLElementTagNameMap[K] {
    const added = document.createElement(name);
    added.innerHTML = html;
    element.append(added);
    return added;
  }

  describe('of a DOM target sees nothing of its registration', () => {
    const rows: Record<string, (listen: () => void) => Promise<unknown>> = {
      'when an element scrolls': (listen) => {
        const box = add('div', '<div style="height: 200px">');
        box.style.cssText = 'height: 20px; overflow: scroll';
        box.addEventListener('scroll', listen);
        box.scrollTop = 50;
        return fired(box, 'scroll');
      },
      'when an element is toggled': (listen) => {
        const details = add('details');
        details.addEventListener('toggle', listen);
        details.open = true;
        return fired(details, 'toggle');
      },
      'when its handler is a property': (listen) => {
        const details = add('details');
        details.ontoggle = listen;
        details.open = true;
        return fired(details, 'toggle');
      },
      'when the window gets a message': (listen) => {
        addEventListener('message', listen, { once: true });
        window.postMessage('events');
        return fired(window, 'message');
      },
      'when the address changes': (listen) => {
        addEventListener('hashchange', listen, { once: true });
        location.hash = `#${Math.random()}`;
        return fired(window, 'hashchange');
      },
      'when a document changes its selection': (listen) => {
        document.addEventListener('selectionchange', listen, { once: true });
        add('p', 'text');
        getSelection()?.selectAllChildren(element);
        return fired(document, 'selectionchange');
      },
    };
    for (const [name, start] of Object.entries(rows)) {
      it(name, async () => {
        const { seen, listen } = recorder();
        await variable.run('x', () => start(listen));
        expect(seen).to.deep.equal(['none']);
      });
    }

    it('when code without a value dispatches', () => {
      const { seen, listen } = recorder();
      variable.run('x', () => {
        element.addEventListener('click', listen);
        element.onclick = listen;
        window.addEventListener('zt-test', listen, { once: true });
        document.addEventListener('zt-test', listen, { once: true });
      });
      element.click();
      document.dispatchEvent(new Event('zt-test', { bubbles: true }));
      expect(seen).to.deep.equal(['none', 'none', 'none', 'none']);
    });
  });

  describe('sees the value of the code that dispatches', () => {
    const rows: Record<string, (listen: () => void) => () => unknown> = {
      'by click()': (listen) => {
        element.addEventListener('click', listen);
        return () => element.click();
      },
      'by click(), for a handler property': (listen) => {
        element.onclick = listen;
        return () => element.click();
      },
      'by click(), for a listener further up': (listen) => {
        document.body.addEventListener('click', listen, { once: true });
        return () => element.click();
      },
      'by dispatchEvent()': (listen) => {
        element.addEventListener('zt-test', listen);
        return () => element.dispatchEvent(new Event('zt-test'));
      },
      'by requestSubmit()': (listen) => {
        const form = add('form');
        form.addEventListener('submit', (event) => {
          event.preventDefault();
          listen();
        });
        return () => form.requestSubmit();
      },
      'by reset()': (listen) => {
        const form = add('form');
        form.addEventListener('reset', listen);
        return () => form.reset();
      },
      'by abort()': (listen) => {
        const controller = new AbortController();
        controller.signal.addEventListener('abort', listen);
        return () => controller.abort();
      },
      'by abort(), for a handler property': (listen) => {
        const controller = new AbortController();
        controller.signal.onabort = listen;
        return () => controller.abort();
      },
      'by abort() of a signal that another one follows': (listen) => {
        const controller = new AbortController();
        AbortSignal.any([controller.signal]).addEventListener('abort', listen);
        return () => controller.abort();
      },
      'at an EventTarget of the page': (listen) => {
        const target = new EventTarget();
        target.addEventListener('zt-test', listen);
        return () => target.dispatchEvent(new Event('zt-test'));
      },
      'at a subclass of EventTarget': (listen) => {
        const target = new (class Emitter extends EventTarget {})();
        target.addEventListener('zt-test', listen);
        return () => target.dispatchEvent(new CustomEvent('zt-test'));
      },
      'at a port': (listen) => {
        const { port1 } = new MessageChannel();
        port1.addEventListener('message', listen);
        return () => port1.dispatchEvent(new MessageEvent('message'));
      },
      'at a request': (listen) => {
        const request = new XMLHttpRequest();
        request.addEventListener('load', listen);
        return () => request.dispatchEvent(new ProgressEvent('load'));
      },
      'by opening a request': (listen) => {
        const request = new XMLHttpRequest();
        request.addEventListener('readystatechange', listen);
        return () => request.open('GET', '/');
      },
      'at an image': (listen) => {
        const image = new Image();
        image.addEventListener('load', listen);
        return () => image.dispatchEvent(new Event('load'));
      },
      'by appending a custom element': (listen) => {
        const name = `zt-${Math.random().toString(36).slice(2)}`;
        customElements.define(
          name,
          class extends HTMLElement {
            connectedCallback() {
              listen();
            }
          },
        );
        return () => element.append(document.createElement(name));
      },
    };
    for (const [name, register] of Object.entries(rows)) {
      it(name, () => {
        for (const registrar of ['registrar', undefined]) {
          const { seen, listen } = recorder();
          const dispatch = registrar ? variable.run(registrar, () => register(listen)) : register(listen);
          variable.run('dispatcher', () => {
            dispatch();
            expect(variable.get()).to.equal('dispatcher');
          });
          expect(seen).to.deep.equal(['dispatcher']);
          expect(variable.get()).to.equal('none');
        }
      });
    }

    it('across its own awaits, while the dispatcher goes on with its own', async () => {
      const { seen, listen } = recorder();
      const finished = new Promise<void>((resolve) => {
        variable.run('registrar', () =>
          element.addEventListener('zt-test', async () => {
            listen();
            await undefined;
            listen();
            await macrotask();
            listen();
            resolve();
          }),
        );
      });
      variable.run('dispatcher', () => element.dispatchEvent(new Event('zt-test')));
      await finished;
      expect(seen).to.deep.equal(['dispatcher', 'dispatcher', 'dispatcher']);
    });

    it('when dispatched in the course of another dispatch', () => {
      const { seen, listen } = recorder();
      element.addEventListener('outer', () => {
        listen();
        variable.run('inner', () => element.dispatchEvent(new Event('inner')));
        listen();
        element.dispatchEvent(new Event('inner'));
        listen();
      });
      element.addEventListener('inner', listen);
      variable.run('outer', () => element.dispatchEvent(new Event('outer')));
      expect(seen).to.deep.equal(['outer', 'inner', 'outer', 'outer', 'outer']);
      element.dispatchEvent(new Event('outer'));
      expect(seen.slice(5)).to.deep.equal(['none', 'inner', 'none', 'none', 'none']);
    });
  });

  describe('of an operation sees the value of its registration, whoever started the operation', () => {
    /** The first function registers, and answers the one that starts. */
    const rows: Record<string, (done: () => void) => () => unknown> = {
      XMLHttpRequest: (done) => {
        const request = new XMLHttpRequest();
        request.addEventListener('load', done);
        return () => {
          request.open('GET', '/test-server/headers');
          request.send();
        };
      },
      XMLHttpRequestUpload: (done) => {
        const request = new XMLHttpRequest();
        request.upload.addEventListener('loadend', done);
        return () => {
          request.open('POST', '/test-server/headers');
          request.send('x');
        };
      },
      FileReader: (done) => {
        const reader = new FileReader();
        reader.addEventListener('load', done);
        return () => reader.readAsText(new Blob(['x']));
      },
      IDBTransaction: (done) => {
        let database: IDBDatabase;
        const opened = new Promise<IDBTransaction>((resolve) => {
          const opening = indexedDB.open('zt-events');
          opening.onupgradeneeded = () => opening.result.createObjectStore('items', { autoIncrement: true });
          opening.onsuccess = () => {
            database = opening.result;
            const transaction = database.transaction('items', 'readwrite');
            transaction.addEventListener('complete', () => {
              database.close();
              done();
            });
            resolve(transaction);
          };
        });
        return () => opened;
      },
      Animation: (done) => {
        const animation = element.animate([{ opacity: 0 }, { opacity: 1 }], 10);
        animation.pause();
        animation.addEventListener('finish', done);
        return () => animation.play();
      },
      'an image that loads': (done) => {
        const image = new Image();
        image.addEventListener('load', done);
        return () => {
          image.src = `data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg"/>`;
        };
      },
      'an image that fails': (done) => {
        const image = new Image();
        image.onerror = done;
        return () => {
          image.src = 'data:image/png,no';
        };
      },
      'a script': (done) => {
        const script = document.createElement('script');
        script.addEventListener('load', done);
        script.src = 'data:text/javascript,0';
        return () => element.append(script);
      },
      transitionend: (done) => {
        element.style.cssText = 'transition: opacity 10ms; opacity: 1';
        element.addEventListener('transitionend', done);
        getComputedStyle(element).opacity; // the style to start from
        return () => {
          element.style.opacity = '0';
        };
      },
      animationend: (done) => {
        add('style', '@keyframes zt { to { opacity: 0 } }');
        element.addEventListener('animationend', done);
        return () => {
          element.style.animation = 'zt 10ms';
        };
      },
      'AbortSignal.timeout': (done) => {
        AbortSignal.timeout(1).addEventListener('abort', done);
        return () => {};
      },
    };
    for (const [name, register] of Object.entries(rows)) {
      it(name, async () => {
        const { seen, listen } = recorder();
        await new Promise<void>((resolve) => {
          const start = variable.run('registrar', register, () => {
            listen();
            resolve();
          });
          variable.run('starter', () => setTimeout(start));
        });
        expect(seen).to.deep.equal(['registrar']);
      });
    }
  });

  describe('of an object that the page keeps sees the value of its registration, whoever sent the message', () => {
    /** The first function registers, and answers the one that sends. */
    const rows: Record<string, (done: () => void) => () => unknown> = {
      BroadcastChannel: (done) => {
        const [receiver, sender] = [new BroadcastChannel('zt-events'), new BroadcastChannel('zt-events')];
        receiver.addEventListener('message', () => {
          receiver.close();
          sender.close();
          done();
        });
        return () => sender.postMessage(1);
      },
      Worker: (done) => {
        const worker = new Worker('/test/fixtures/zone/echo-worker.js');
        worker.addEventListener('message', () => {
          worker.terminate();
          done();
        });
        return () => worker.postMessage(1);
      },
      WebSocket: (done) => {
        new WebSocket(`ws://127.0.0.1:1/${Math.random()}`).addEventListener('error', done);
        return () => {};
      },
      EventSource: (done) => {
        const source = new EventSource('/test-server/nothing');
        source.addEventListener('error', () => {
          source.close();
          done();
        });
        return () => {};
      },
    };
    for (const [name, register] of Object.entries(rows)) {
      it(name, async () => {
        const { seen, listen } = recorder();
        await new Promise<void>((resolve) => {
          const send = variable.run('registrar', register, () => {
            listen();
            resolve();
          });
          variable.run('sender', send);
        });
        expect(seen).to.deep.equal(['registrar']);
      });
    }
  });

  describe('of a port whose other end is in this page', () => {
    type Receive = (port: MessagePort, listener: () => void) => void;
    const ways: Record<string, Receive> = {
      onmessage: (port, listener) => {
        port.onmessage = listener;
      },
      'a listener': (port, listener) => {
        port.addEventListener('message', listener);
        port.start();
      },
    };
    for (const [name, receive] of Object.entries(ways)) {
      it(`sees the value of each sender, or that of its registration where the sender has none: ${name}`, async () => {
        const { seen, listen } = recorder();
        const { port1, port2 } = new MessageChannel();
        await new Promise<void>((resolve) => {
          variable.run('registrar', receive, port1, () => {
            listen();
            if (seen.length === 4) resolve();
          });
          port2.postMessage(1);
          for (const sender of ['a', 'b']) variable.run(sender, () => port2.postMessage(1));
          port2.postMessage(1);
        });
        port1.close();
        expect(seen).to.deep.equal(['registrar', 'a', 'b', 'registrar']);
      });
    }

    it('sees it where it was registered without one, as the scheduler of React is', async () => {
      const { seen, listen } = recorder();
      const { port1, port2 } = new MessageChannel();
      const received = new Promise<void>((resolve) => {
        port1.onmessage = () => {
          listen();
          resolve();
        };
      });
      variable.run('sender', () => port2.postMessage(1));
      await received;
      port1.close();
      expect(seen).to.deep.equal(['sender']);
    });
  });

  it('without a value stays without one, also at objects that remember theirs', async () => {
    const { seen, listen } = recorder();
    const [receiver, sender] = [new BroadcastChannel('zt-none'), new BroadcastChannel('zt-none')];
    await new Promise<void>((resolve) => {
      receiver.onmessage = () => {
        listen();
        resolve();
      };
      variable.run('sender', () => sender.postMessage(1));
    });
    receiver.close();
    sender.close();
    const image = new Image();
    image.addEventListener('load', listen);
    const loaded = fired(image, 'load');
    variable.run('starter', () => {
      image.src = `data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg"/>`;
    });
    await loaded;
    expect(seen).to.deep.equal(['none', 'none']);
  });

  it('of a signal sees its registration where code without a value aborts', () => {
    const { seen, listen } = recorder();
    const controller = new AbortController();
    variable.run('registrar', () => controller.signal.addEventListener('abort', listen));
    controller.abort();
    expect(seen).to.deep.equal(['registrar']);
  });
});

describe('listeners that were registered with a value', () => {
  const dispatch = (target: EventTarget) => target.dispatchEvent(new Event('zt-test', { cancelable: true }));

  it('are not added twice, from whichever code', () => {
    const { seen, listen } = recorder();
    const target = document.createElement('div');
    target.addEventListener('zt-test', listen);
    for (const value of ['x', 'y', 'x']) variable.run(value, () => target.addEventListener('zt-test', listen));
    dispatch(target);
    expect(seen).to.have.length(1);
    const { signal } = new AbortController();
    for (const value of ['x', 'y']) variable.run(value, () => signal.addEventListener('zt-test', listen));
    dispatch(signal);
    expect(seen.slice(1)).to.deep.equal(['x']);
  });

  it('can be removed, from whichever code', () => {
    const { seen, listen } = recorder();
    for (const target of [document.createElement('div'), new EventTarget(), new AbortController().signal]) {
      variable.run('x', () => target.addEventListener('zt-test', listen));
      target.removeEventListener('zt-test', listen);
      variable.run('x', () => target.addEventListener('zt-test', listen));
      variable.run('y', () => target.removeEventListener('zt-test', listen));
      target.addEventListener('zt-test', listen);
      variable.run('x', () => target.removeEventListener('zt-test', listen));
      dispatch(target);
    }
    expect(seen).to.deep.equal([]);
  });

  it('can be removed by their neighbours, and added, while the event is under way', () => {
    const log: string[] = [];
    const target = document.createElement('div');
    const removed = () => log.push('removed');
    const added = () => log.push('added');
    variable.run('x', () => {
      target.addEventListener('zt-test', () => {
        log.push('first');
        target.removeEventListener('zt-test', removed);
        variable.run('y', () => target.addEventListener('zt-test', added));
      });
      target.addEventListener('zt-test', removed);
      target.addEventListener('zt-test', () => log.push('last'));
    });
    dispatch(target);
    expect(log).to.deep.equal(['first', 'last']);
    log.length = 0;
    dispatch(target);
    expect(log).to.deep.equal(['first', 'last', 'added']);
  });

  it('run in the order of their registration', () => {
    const log: number[] = [];
    const target = document.createElement('div');
    for (let i = 0; i < 6; i++) {
      const register = () => target.addEventListener('zt-test', () => log.push(i));
      if (i % 2) variable.run(`${i}`, register);
      else register();
    }
    dispatch(target);
    expect(log).to.deep.equal([0, 1, 2, 3, 4, 5]);
  });

  it('run once with `once`, and not after their signal aborts', () => {
    const { seen, listen } = recorder();
    const target = document.createElement('div');
    const controller = new AbortController();
    variable.run('x', () => {
      target.addEventListener('zt-test', listen, { once: true });
      target.addEventListener('zt-test', listen, { capture: true, signal: controller.signal });
    });
    variable.run('y', () => dispatch(target));
    expect(seen).to.deep.equal(['y', 'y']);
    dispatch(target);
    expect(seen.slice(2)).to.deep.equal(['none']);
    variable.run('z', () => controller.abort());
    dispatch(target);
    expect(seen).to.have.length(3);
  });

  it('are called as the platform calls them: `this`, event, handleEvent, phases, passive', () => {
    const log: unknown[] = [];
    const parent = document.createElement('div');
    const child = parent.appendChild(document.createElement('div'));
    const object = {
      handleEvent(this: unknown, event: Event) {
        log.push(this === object, event.currentTarget === child, variable.get());
      },
    };
    variable.run('x', () => {
      child.addEventListener('zt-test', object);
      child.addEventListener('zt-test', function (this: unknown, event) {
        log.push(this === child, event.target === child, variable.get());
      });
      parent.addEventListener('zt-test', () => log.push('capture'), true);
      parent.addEventListener('zt-test', (event) => event.preventDefault(), { passive: true });
    });
    const event = new Event('zt-test', { cancelable: true });
    variable.run('y', () => child.dispatchEvent(event));
    expect(log).to.deep.equal(['capture', true, true, 'y', true, true, 'y']);
    expect(event.defaultPrevented).to.equal(false);
  });

  it('give the value back when they throw', async () => {
    const frame = await openFrame('/test/fixtures/zone.html');
    const log = runIn(frame, () => {
      const log: unknown[] = [];
      const { zone } = window as unknown as { zone: { ZoneVariable: typeof ZoneVariable } };
      const own = new zone.ZoneVariable<string>();
      window.onerror = (message) => {
        log.push(String(message).includes('on purpose'));
        return true;
      };
      const target = document.createElement('div');
      own.run('x', () =>
        target.addEventListener('zt-test', () => {
          throw new Error('on purpose');
        }),
      );
      own.run('y', () => {
        target.dispatchEvent(new Event('zt-test'));
        log.push(own.get());
      });
      target.dispatchEvent(new Event('zt-test'));
      log.push(own.get());
      return JSON.stringify(log);
    });
    frame.remove();
    expect(log).to.equal('[true,"y",true,null]');
  });

  it('can be read from handler properties as they were set', () => {
    const handler = () => {};
    const { signal } = new AbortController();
    const element = document.createElement('div');
    variable.run('x', () => {
      signal.onabort = handler;
      element.onclick = handler;
    });
    expect([signal.onabort, element.onclick]).to.deep.equal([handler, handler]);
    signal.onabort = null;
    element.onclick = null;
    expect([signal.onabort, element.onclick]).to.deep.equal([null, null]);
  });
});

/** How many zones stand above the current one. */
function depth(): number {
  let count = 0;
  for (let zone = Zone.current.parent; zone; zone = zone.parent) count++;
  return count;
}

describe('a zone of the page', () => {
  const get = () => variable.get();

  it('keeps the value of the code that switches to it', () => {
    variable.run('x', () => {
      expect(Zone.current.fork({ name: 'theirs' }).run(get)).to.equal('x');
      expect(Zone.root.run(get)).to.equal('x');
      expect(Zone.root.runGuarded(get)).to.equal('x');
      expect(Zone.root.fork({ name: 'theirs' }).runGuarded(get)).to.equal('x');
      expect(variable.get()).to.equal('x');
    });
  });

  it('keeps it across await, timers and microtasks', async () => {
    const zone = Zone.root.fork({ name: 'theirs' });
    const seen = await variable.run('x', () =>
      zone.run(async () => {
        const before = [get()];
        await undefined;
        before.push(get());
        await macrotask();
        return [...before, get(), await new Promise((resolve) => setTimeout(() => resolve(get())))];
      }),
    );
    expect(seen).to.deep.equal(['x', 'x', 'x', 'x']);
  });

  it('does not keep the value in which it was forked', () => {
    const zone = variable.run('x', () => Zone.current.fork({ name: 'theirs' }));
    expect(zone.run(get)).to.equal('none');
    expect(variable.run('y', () => zone.run(get))).to.equal('y');
    expect(zone.parent).to.equal(Zone.root);
  });

  it('gives a wrapped callback its value back', () => {
    const wrapped = variable.run('x', () => Zone.current.wrap(get, 'test'));
    expect(wrapped()).to.equal('x');
    expect(variable.run('y', () => wrapped())).to.equal('x');
    expect(variable.run('y', () => Zone.root.wrap(get, 'test')())).to.equal('none');
  });

  it('is entered with its hooks and properties, above whatever value', () => {
    const log: string[] = [];
    const zone = Zone.root.fork({
      name: 'theirs',
      properties: { key: 'property' },
      onInvoke(parent, _current, target, callback, self, args, source) {
        log.push(`in ${variable.get()}`);
        return parent.invoke(target, callback, self, args as unknown[], source as string);
      },
    });
    expect(zone.run(get)).to.equal('none');
    const seen = variable.run('x', () =>
      zone.run(() => [get(), Zone.current.get('key'), Zone.current.parent === zone]),
    );
    expect(seen).to.deep.equal(['x', 'property', true]);
    expect(log).to.deep.equal(['in none', 'in x']);
    expect(zone.run(() => variable.run('y', () => [get(), Zone.current.get('key')]))).to.deep.equal(['y', 'property']);
  });

  it('has the listeners that were added in it run by its hooks', () => {
    const log: unknown[] = [];
    const zone = Zone.root.fork({
      name: 'theirs',
      onInvokeTask(parent, _current, target, task, self, args) {
        log.push('hook');
        return parent.invokeTask(target, task, self, args);
      },
    });
    const element = document.createElement('div');
    const listen = () =>
      log.push(get(), Zone.current.get('none'), Zone.current === zone || Zone.current.parent === zone);
    zone.run(() => variable.run('x', () => element.addEventListener('zt-test', listen)));
    const dispatch = () => element.dispatchEvent(new Event('zt-test'));
    dispatch();
    expect(log.splice(0)).to.deep.equal(['hook', 'none', undefined, true]);
    variable.run('y', dispatch);
    expect(log.splice(0)).to.deep.equal(['hook', 'y', undefined, true]);
    Zone.root.fork({ name: 'another' }).run(() => variable.run('z', dispatch));
    expect(log.splice(0)).to.deep.equal(['hook', 'z', undefined, true]);
    dispatch();
    expect(log.splice(0)).to.deep.equal(['hook', 'none', undefined, true]);
  });

  it('is at most two deep, however runs, zones, tasks and events are nested', async () => {
    const depths: number[] = [depth()];
    const nest = async (level: number): Promise<void> => {
      depths.push(depth());
      if (level === 0) return;
      const element = document.createElement('div');
      element.addEventListener('zt-test', () => void depths.push(depth()));
      await variable.run(`${level}`, async () => {
        await undefined;
        element.dispatchEvent(new Event('zt-test'));
        await new Promise<void>((resolve) => setTimeout(() => Zone.root.run(() => nest(level - 1).then(resolve))));
        depths.push(depth());
      });
    };
    await nest(6);
    expect(Math.max(...depths)).to.equal(1);
    const zone = Zone.root.fork({ name: 'theirs' });
    expect(variable.run('x', () => zone.run(() => variable.run('y', depth)))).to.equal(2);
  });
});
