import { expect } from 'chai';
import * as fc from 'fast-check';
import { openFrame, runIn } from '../frame.js';

type Step = { kind: string; body: Step[] };

/** Self-contained: its source is evaluated in several realms. Answers the order in which the steps ran. */
async function logOrder(program: Step[], inContext: boolean): Promise<string[]> {
  const log: string[] = [];
  const scope = globalThis as unknown as {
    zone?: { ZoneVariable: new () => { run(v: number, fn: () => unknown): unknown } };
  };
  const variable = scope.zone && new scope.zone.ZoneVariable();
  let running = 0;
  const ways: Record<string, () => unknown> = {
    undefined: () => undefined,
    resolved: () => Promise.resolve(),
    asyncFunction: () => (async () => {})(),
    asyncReturnsPromise: () => (async () => Promise.resolve())(),
    thenable: () => ({ then: (resolve: () => void) => resolve() }),
    subclass: () => class Sub extends Promise<void> {}.resolve(),
    then: () => Promise.resolve().then(() => {}),
    finally: () => Promise.resolve().finally(() => {}),
    nested: () => Promise.resolve(new Promise((resolve) => resolve(Promise.resolve()))),
    all: () => Promise.all([1, Promise.resolve()]),
    race: () => Promise.race([Promise.resolve()]),
    rejected: () => Promise.reject(1).catch(() => {}),
  };
  const run = async (body: Step[], name: string): Promise<void> => {
    running++;
    let i = 0;
    for (const step of body) {
      const label = `${name}.${i++}`;
      log.push(label);
      const later = () => void run(step.body, label);
      if (step.kind === 'queueMicrotask') queueMicrotask(later);
      else if (step.kind === 'thenLater') void Promise.resolve().then(later);
      else if (step.kind === 'fork') later();
      else if (step.kind === 'context' && variable) variable.run(i, later);
      else if (step.kind === 'context') later();
      else await (ways[step.kind] as () => unknown)();
      log.push(`${label}'`);
    }
    running--;
  };
  const start = () => void run(program, '');
  if (inContext && variable) variable.run(0, start);
  else start();
  do await new Promise((resolve) => setTimeout(resolve));
  while (running > 0);
  return log;
}

const kinds = [
  'undefined',
  'resolved',
  'asyncFunction',
  'asyncReturnsPromise',
  'thenable',
  'subclass',
  'then',
  'finally',
  'nested',
  'all',
  'race',
  'rejected',
  'queueMicrotask',
  'thenLater',
  'fork',
  'context',
];

const orderPrograms = fc.letrec<{ body: Step[]; step: Step }>((tie) => ({
  body: fc.array(tie('step'), { maxLength: 5, size: 'max', depthIdentifier: 'order' }),
  step: fc.record({
    kind: fc.constantFrom(...kinds),
    body: fc.oneof({ depthIdentifier: 'order', maxDepth: 3 }, fc.constant<Step[]>([]), tie('body')),
  }),
})).body;

/** Self-contained. Each case rejects promises in its own way; answers what the page was told. */
async function reportRejections(name: string, inContext: boolean): Promise<string[]> {
  const scope = globalThis as unknown as {
    zone?: { ZoneVariable: new () => { run(v: number, fn: () => unknown): unknown } };
  };
  const variable = scope.zone && new scope.zone.ZoneVariable();
  const promises: Promise<unknown>[] = [];
  const keep = <T>(promise: Promise<T>): Promise<T> => {
    promises.push(promise);
    return promise;
  };
  const fail = async (reason: string): Promise<never> => {
    throw reason;
  };
  const pause = (ms = 0) => new Promise<void>((resolve) => setTimeout(resolve, ms));
  const told: string[] = [];
  let firstIsTold = () => {};
  let late: Promise<unknown> | undefined;
  /** On a busy machine Firefox tells of a rejection long after it, or a timer, has come. */
  const afterItIsTold = (act: () => unknown) => {
    late = new Promise<void>((resolve) => {
      firstIsTold = resolve;
    })
      .then(() => pause())
      .then(act);
  };
  const cases: Record<string, () => unknown> = {
    'Promise.reject': () => keep(Promise.reject('a')),
    'an async function': () => keep(fail('a')),
    'an executor that throws': () =>
      keep(
        new Promise(() => {
          throw 'a';
        }),
      ),
    'caught by catch': () => keep(fail('a')).catch(() => {}),
    'caught by then': () => keep(fail('a')).then(undefined, () => {}),
    'then without a rejection handler': () => keep(keep(fail('a')).then(() => {})),
    'finally only': () => keep(keep(fail('a')).finally(() => {})),
    'finally and catch': () =>
      keep(fail('a'))
        .finally(() => {})
        .catch(() => {}),
    'awaited in try': async () => {
      try {
        await keep(fail('a'));
      } catch {}
    },
    'awaited and passed on': () =>
      keep(
        (async () => {
          await keep(fail('a'));
        })(),
      ),
    'returned from an async function': () => keep((async () => keep(fail('a')))()),
    'returned with await': () => keep((async () => await keep(fail('a')))()),
    'caught later in the same job chain': async () => {
      const p = keep(fail('a'));
      await undefined;
      await undefined;
      p.catch(() => {});
    },
    'caught a task after it was told': () => {
      const p = keep(fail('a'));
      afterItIsTold(() => p.catch(() => {}));
    },
    'awaited a task after it was told': () => {
      const p = keep(fail('a'));
      afterItIsTold(async () => {
        try {
          await p;
        } catch {}
      });
    },
    'Promise.all': () => keep(Promise.all([keep(fail('a')), keep(fail('b')), 1])),
    'Promise.all, caught': () => Promise.all([keep(fail('a')), keep(fail('b'))]).catch(() => {}),
    'Promise.allSettled': () => Promise.allSettled([keep(fail('a')), keep(fail('b'))]),
    'Promise.race': () => keep(Promise.race([keep(fail('a')), keep(fail('b'))])),
    'Promise.any': () => keep(Promise.any([keep(fail('a')), keep(fail('b'))])).catch(() => {}),
    'a then that throws': () =>
      keep(
        Promise.resolve().then(() => {
          throw 'a';
        }),
      ),
    'a subclass': () => {
      class Sub<T> extends Promise<T> {}
      keep(Sub.reject('a'));
    },
    'a subclass, caught': () => {
      class Sub<T> extends Promise<T> {}
      keep(Sub.reject('a')).catch(() => {});
    },
    'resolved with a rejected promise': () => keep(Promise.resolve(keep(fail('a')))),
    'a resolver given a rejected promise': () => keep(new Promise((resolve) => resolve(keep(fail('a'))))),
    'for await over a rejected promise': () =>
      keep(
        (async () => {
          for await (const _ of [keep(fail('a'))]);
        })(),
      ),
    'an async generator': () =>
      keep(
        (async () => {
          for await (const _ of (async function* () {
            yield keep(fail('a'));
          })());
        })(),
      ),
    'a thenable that rejects': () => {
      const rejecting = { then: (_: unknown, no: (r: string) => void) => no('a') } as unknown as Promise<void>;
      keep((async () => rejecting)());
      keep((async () => await rejecting)());
    },
    'forked and forgotten': () => {
      keep(
        (async () => {
          await undefined;
          throw 'a';
        })(),
      );
      keep(
        (async () => {
          await pause();
          throw 'b';
        })(),
      );
    },
  };
  if (name === '') return Object.keys(cases);
  // The browser tells of rejections in their order: once it tells of this one, it has told of those before.
  let lastIsTold = () => {};
  const last = new Promise<void>((resolve) => {
    lastIsTold = resolve;
  });
  const listen = (event: PromiseRejectionEvent) => {
    event.preventDefault();
    if (event.reason === 'last') lastIsTold();
    else told.push(`${event.type} ${String(event.reason)} promise ${promises.indexOf(event.promise)}`);
    firstIsTold();
  };
  addEventListener('unhandledrejection', listen);
  addEventListener('rejectionhandled', listen);
  const run = () => void (cases[name] as () => unknown)();
  if (inContext && variable) variable.run(0, run);
  else run();
  await pause(60); // longer than any case takes but those that wait themselves
  await late;
  void Promise.reject('last');
  await last;
  await pause(); // rejectionhandled is told in a task of its own
  removeEventListener('unhandledrejection', listen);
  removeEventListener('rejectionhandled', listen);
  return told;
}

describe('the page', () => {
  let bare: HTMLIFrameElement;
  let zoned: HTMLIFrameElement;

  before(async () => {
    [bare, zoned] = await Promise.all([openFrame('/test/fixtures/bare.html'), openFrame('/test/fixtures/zone.html')]);
    expect(zoned.contentWindow).to.have.property('zone');
  });

  after(() => {
    bare.remove();
    zoned.remove();
  });

  it('sees its microtasks in the order of the bare browser, in and out of contexts', async function () {
    this.timeout(60_000);
    await fc.assert(
      fc.asyncProperty(orderPrograms, async (program) => {
        const expected = await runIn(bare, logOrder, program, false);
        expect(await runIn(zoned, logOrder, program, false), 'outside').to.deep.equal(expected);
        expect(await runIn(zoned, logOrder, program, true), 'inside').to.deep.equal(expected);
      }),
      { numRuns: 300 },
    );
  });

  it('is told of rejections as by the bare browser: same events, reasons and promises', async function () {
    this.timeout(60_000);
    const names = await runIn(bare, reportRejections, '', false);
    expect(names.length).to.be.greaterThan(22);
    const differing: string[] = [];
    for (const name of names) {
      const expected = await runIn(bare, reportRejections, name, false);
      for (const inContext of [false, true]) {
        const seen = await runIn(zoned, reportRejections, name, inContext);
        if (seen.join() !== expected.join()) differing.push(`${name} (${inContext}): ${seen} instead of ${expected}`);
      }
    }
    expect(differing).to.deep.equal([]);
  });

  it('finds functions with the names, lengths, sources and attributes of the platform', () => {
    const describeAll = () => {
      const places: [object, string[]][] = [
        [Promise.prototype, ['then', 'catch', 'finally', 'constructor']],
        [Promise, ['resolve', 'reject', 'all']],
        [globalThis, ['queueMicrotask', 'Promise', 'fetch']],
      ];
      return places.flatMap(([holder, names]) =>
        names.map((name) => {
          const descriptor = Object.getOwnPropertyDescriptor(holder, name) as PropertyDescriptor;
          const value = (holder as Record<string, () => unknown>)[name] as () => unknown;
          return `${name} ${value.name} ${value.length} ${String(value)} ${descriptor.enumerable} ${descriptor.configurable}`;
        }),
      );
    };
    expect(runIn(zoned, describeAll)).to.deep.equal(runIn(bare, describeAll));
  });

  it('can assign and override constructor as on the bare platform', () => {
    const assign = () => {
      class Mine {}
      const promise = Promise.resolve() as unknown as { constructor: unknown };
      promise.constructor = Mine;
      const own = Object.getOwnPropertyDescriptor(promise, 'constructor');
      const species = class Sub extends Promise<void> {};
      return [
        promise.constructor === Mine,
        own?.writable,
        own?.enumerable,
        Promise.prototype.constructor === Promise,
        Object.create(Promise.prototype).constructor === Promise,
        species.resolve().then(() => {}) instanceof species,
        species.resolve().constructor === species,
      ].join();
    };
    expect(runIn(zoned, assign)).to.equal(runIn(bare, assign));
  });

  it('gets everything back by uninstall, a hundred times over', () => {
    const cycle = () => {
      const { zone } = window as unknown as { zone: { install(): void; uninstall(): void } };
      const read = () => [
        ...['then', 'catch', 'finally', 'constructor'].map((name) =>
          Object.getOwnPropertyDescriptor(Promise.prototype, name),
        ),
        ...Object.keys(Object.getOwnPropertyDescriptors(Promise)).map((name) =>
          Object.getOwnPropertyDescriptor(Promise, name),
        ),
        Object.getOwnPropertyDescriptor(window, 'queueMicrotask'),
        Object.getOwnPropertyDescriptor(MessagePort.prototype, 'onmessage'),
        ...['run', 'runGuarded', 'runTask', 'scheduleTask', 'cancelTask', 'fork'].map((name) =>
          Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Zone.root), name),
        ),
      ];
      const same = (a: unknown[], b: unknown[]) =>
        a.every((one, i) => {
          const [x, y] = [one, b[i]] as [PropertyDescriptor, PropertyDescriptor];
          return (
            x.value === y.value &&
            x.get === y.get &&
            x.set === y.set &&
            x.enumerable === y.enumerable &&
            x.writable === y.writable
          );
        });
      zone.uninstall();
      const original = read();
      let identical = true;
      for (let i = 0; i < 100; i++) {
        zone.install();
        identical &&= !same(read(), original);
        zone.uninstall();
        identical &&= same(read(), original);
      }
      zone.install();
      return [identical, String(Promise.prototype.then)].join();
    };
    expect(runIn(zoned, cycle)).to.match(/^true,function then\(\) \{\s*\[native code\]\s*\}$/);
  });
});
