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

  it('keeps the value of async functions forgotten between its scopes for two unhookable steps', async () => {
    const seen: unknown[] = [];
    const forget = async (): Promise<void> => {
      await undefined;
      seen.push(variable.get());
      await undefined;
      seen.push(variable.get());
    };
    variable.run(1000, () => {
      for (let i = 0; i < 300; i++) {
        variable.run(i, () => {});
        void forget();
      }
    });
    await new Promise((resolve) => setTimeout(resolve));
    expect(seen).to.deep.equal(Array(600).fill(1000));
  });
});

describe('a few small scopes in one job', () => {
  it('keep the values of forgotten async functions in them and between them for six unhookable steps', async () => {
    const seen: unknown[] = [];
    const forget = async (): Promise<void> => {
      const value = variable.get();
      for (let step = 0; step < 6; step++) {
        await undefined;
        seen.push(variable.get() === value);
      }
    };
    variable.run(1000, () => {
      for (let i = 0; i < 5; i++) {
        variable.run(i, () => void forget());
        void forget();
      }
    });
    await new Promise((resolve) => setTimeout(resolve));
    expect(seen).to.deep.equal(Array(60).fill(true));
  });
});
