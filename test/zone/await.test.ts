import { expect } from 'chai';
import { ZoneVariable } from '../../src/zone/index.js';

const variable = new ZoneVariable<string>({ name: 'test', defaultValue: 'none' });

describe('a value across await', () => {
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

  it('does not leak into the jobs behind it', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const seen: unknown[] = [];
    const wait = async () => {
      await promise;
      seen.push(variable.get());
    };
    const waiting = ['a', 'b'].map((value) => variable.run(value, wait));
    await variable.run('resolver', async () => {
      resolve();
      await undefined; // queued right behind the two, and nothing can be hooked here
      seen.push(variable.get());
    });
    await Promise.all(waiting);
    expect(seen).to.deep.equal(['a', 'b', 'resolver']);
  });

  it('does not leak into the jobs of code without a value behind it', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiting = variable.run('a', async () => {
      await promise;
      return variable.get();
    });
    resolve();
    await undefined;
    expect(variable.get()).to.equal('none');
    expect(await waiting).to.equal('a');
  });

  it('is not taken away by code without a value that its code resumes', async () => {
    await new Promise((resolve) => setTimeout(resolve, 50)); // no mark is queued any more
    const { promise, resolve } = Promise.withResolvers<void>();
    const seen: unknown[] = [];
    const outside = (async () => {
      await promise;
      seen.push(variable.get());
    })();
    await variable.run('resolver', async () => {
      resolve();
      await undefined; // queued right behind the other continuation, in the same stretch of the timeline
      seen.push(variable.get());
    });
    await outside;
    expect(seen).to.deep.equal(['none', 'resolver']);
  });

  it('survives fifteen awaits of undefined in a row', async () => {
    const last = await variable.run('x', async () => {
      for (let i = 0; i < 15; i++) await undefined;
      return variable.get();
    });
    expect(last).to.equal('x');
  });

  it('survives them also at the end of a chain of reactions, which count as uses of it', async () => {
    const work = async (): Promise<string | undefined> => {
      for (let i = 0; i < 15; i++) await undefined;
      return variable.get();
    };
    const last = await variable.run('x', () => {
      let chain: Promise<unknown> = Promise.resolve();
      for (let i = 0; i < 10; i++) chain = chain.then(() => {});
      return chain.then(work);
    });
    expect(last).to.equal('x');
  });
});
