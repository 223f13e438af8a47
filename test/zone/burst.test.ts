import { expect } from 'chai';
import { ZoneVariable } from '../../src/zone/index.js';

const variable = new ZoneVariable<number>();

describe('a burst of small scopes in one job', () => {
  it('keeps each value through many unhookable awaits', async () => {
    const seen = await Promise.all(
      Array.from({ length: 300 }, (_, i) =>
        variable.run(i, async () => {
          for (let step = 0; step < 10; step++) await undefined;
          return variable.get();
        }),
      ),
    );
    expect(seen).to.deep.equal(Array.from({ length: 300 }, (_, i) => i));
  });

  it('keeps the value of forgotten async functions for two unhookable steps, and never shows a wrong one', async () => {
    const wrong: unknown[] = [];
    const seen: unknown[] = [];
    for (let i = 0; i < 300; i++) {
      variable.run(i, () => {
        void (async () => {
          await undefined;
          seen.push(variable.get() === i);
          await undefined;
          seen.push(variable.get() === i);
          for (let step = 0; step < 10; step++) {
            await undefined;
            if (variable.get() !== i && variable.get() !== undefined) wrong.push([i, variable.get()]);
          }
        })();
      });
    }
    await new Promise((resolve) => setTimeout(resolve));
    expect(seen).to.have.length(600);
    expect(seen.every(Boolean)).to.equal(true);
    expect(wrong).to.deep.equal([]);
  });

  it('does not shorten the scope around it', async () => {
    const seen = await variable.run(1000, async () => {
      for (let i = 0; i < 100; i++) variable.run(i, () => {});
      for (let step = 0; step < 10; step++) await undefined;
      return variable.get();
    });
    expect(seen).to.equal(1000);
  });
});
