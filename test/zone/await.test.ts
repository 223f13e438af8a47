import { expect } from 'chai';
import { ZoneVariable } from '../../src/zone/index.js';

const variable = new ZoneVariable<string>({ name: 'test', defaultValue: 'none' });

const macrotask = () => new Promise<void>((resolve) => setTimeout(resolve));

type Way = [string, () => unknown];
const ways: Way[] = [
  ['a number', () => 5],
  ['undefined', () => undefined],
  ['a resolved promise', () => Promise.resolve(1)],
  ['a pending promise', () => new Promise((resolve) => setTimeout(resolve, 1))],
  ['an async function', () => (async () => 1)()],
  ['a thenable', () => ({ then: (resolve: (v: number) => void) => resolve(1) })],
  ['a thenable that answers later', () => ({ then: (resolve: (v: number) => void) => setTimeout(resolve, 1, 1) })],
  ['Promise.all', () => Promise.all([1, Promise.resolve(2)])],
  ['Promise.race', () => Promise.race([macrotask(), Promise.resolve(2)])],
  ['a subclass of Promise', () => new (class Sub extends Promise<number> {})((resolve) => resolve(1))],
  ['then', () => Promise.resolve(1).then(() => 2)],
  ['finally', () => Promise.resolve(1).finally(() => undefined)],
  ['fetch', () => fetch(location.href, { method: 'HEAD' })],
  ['dynamic import', () => import('../../src/warn.js')],
  ['an animation frame', () => new Promise((resolve) => requestAnimationFrame(resolve))],
  ['a rejected promise', () => Promise.reject(new Error('no')).catch(() => 1)],
  [
    'a message port',
    () =>
      new Promise((resolve) => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = resolve;
        port2.postMessage(1);
      }),
  ],
];

describe('a value across await', () => {
  for (const [name, way] of ways) {
    it(`is kept by three concurrent functions that await ${name} twice`, async () => {
      const seen: string[] = [];
      const task = (id: string) =>
        variable.run(id, async () => {
          seen.push(`${id}${variable.get()}`);
          await way();
          seen.push(`${id}${variable.get()}`);
          await way();
          seen.push(`${id}${variable.get()}`);
        });
      const tasks = [task('a'), task('b'), task('c')];
      expect(variable.get()).to.equal('none');
      await Promise.all(tasks);
      expect(variable.get()).to.equal('none');
      expect(seen.sort()).to.deep.equal(['aa', 'aa', 'aa', 'bb', 'bb', 'bb', 'cc', 'cc', 'cc']);
      await macrotask();
      expect(variable.get()).to.equal('none');
    });
  }

  it("does not leak into code that awaits what a value's code resolves", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const seen: unknown[] = [];
    const outside = (async () => {
      await promise;
      seen.push(variable.get());
      await undefined;
      seen.push(variable.get());
    })();
    const chained = promise.then(() => seen.push(variable.get()));
    variable.run('resolver', () => resolve());
    await Promise.all([outside, chained]);
    expect(seen).to.deep.equal(['none', 'none', 'none']);
  });

  it('survives fifteen awaits of undefined in a row', async () => {
    const last = await variable.run('x', async () => {
      for (let i = 0; i < 15; i++) await undefined;
      return variable.get();
    });
    expect(last).to.equal('x');
  });

  it('is kept by timers, microtasks, frames and nested async functions', async () => {
    const seen = await variable.run('x', async () => {
      const inner = async () => {
        await macrotask();
        return variable.get();
      };
      return Promise.all([
        inner(),
        new Promise((resolve) => setTimeout(() => resolve(variable.get()))),
        new Promise((resolve) => queueMicrotask(() => resolve(variable.get()))),
        new Promise((resolve) => requestAnimationFrame(() => resolve(variable.get()))),
      ]);
    });
    expect(seen).to.deep.equal(['x', 'x', 'x', 'x']);
  });
});
