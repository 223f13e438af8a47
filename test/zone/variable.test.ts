import { expect } from 'chai';
import { install, Snapshot, uninstall, ZoneVariable } from '../../src/zone/index.js';
import { macrotask } from '../collect.js';

describe('ZoneVariable', () => {
  it('has the name it was given, or an empty one', () => {
    expect(new ZoneVariable().name).to.equal('');
    expect(new ZoneVariable({}).name).to.equal('');
    expect(new ZoneVariable({ name: 'request id' }).name).to.equal('request id');
    expect(new ZoneVariable({ name: 5 as unknown as string }).name).to.equal('5');
  });

  it('answers undefined outside, or its default', () => {
    expect(new ZoneVariable().get()).to.equal(undefined);
    expect(new ZoneVariable({ defaultValue: 0 }).get()).to.equal(0);
  });

  it('passes arguments on, and returns what the function returns', () => {
    const variable = new ZoneVariable<string>();
    const result = {};
    const args: unknown[] = [];
    const answer = variable.run(
      'x',
      (a: number, b: string) => {
        args.push(a, b, variable.get());
        return result;
      },
      1,
      'two',
    );
    expect(answer).to.equal(result);
    expect(args).to.deep.equal([1, 'two', 'x']);
  });

  it('calls the function without `this`', () => {
    const seen = new ZoneVariable<number>().run(1, function (this: unknown) {
      return this;
    });
    expect(seen).to.equal(undefined);
  });

  it('knows a value of undefined from none', () => {
    const variable = new ZoneVariable<string | undefined>({ defaultValue: 'default' });
    variable.run('x', () => {
      expect(variable.run(undefined, () => variable.get())).to.equal(undefined);
      expect(variable.get()).to.equal('x');
    });
    expect(variable.run(undefined, () => variable.get())).to.equal(undefined);
    expect(variable.get()).to.equal('default');
  });

  it('is independent of other variables, of the same name too', () => {
    const [a, b] = [new ZoneVariable<string>({ name: 'v' }), new ZoneVariable<string>({ name: 'v' })];
    const read = () => [a.get(), b.get()];
    a.run('a1', () => {
      expect(read()).to.deep.equal(['a1', undefined]);
      b.run('b1', () => {
        expect(read()).to.deep.equal(['a1', 'b1']);
        a.run('a2', () => expect(read()).to.deep.equal(['a2', 'b1']));
        expect(read()).to.deep.equal(['a1', 'b1']);
      });
      expect(read()).to.deep.equal(['a1', undefined]);
    });
    expect(read()).to.deep.equal([undefined, undefined]);
  });

  it('has its former value back when the function throws, also between its awaits', async () => {
    const variable = new ZoneVariable<string>();
    const error = new Error('on purpose');
    const thrower = () => {
      throw error;
    };
    await variable.run('outer', async () => {
      expect(() => variable.run('inner', thrower)).to.throw(error);
      expect(variable.get()).to.equal('outer');
      await undefined;
      expect(() => variable.run('inner', thrower)).to.throw(error);
      expect(variable.get()).to.equal('outer');
      await macrotask();
      expect(variable.get()).to.equal('outer');
    });
    expect(variable.get()).to.equal(undefined);
  });

  it('is seen across await by the very object it was given', async () => {
    const variable = new ZoneVariable<object>();
    const value = {};
    const seen = await variable.run(value, async () => {
      await macrotask();
      return variable.get();
    });
    expect(seen).to.equal(value);
  });

  it('keeps several variables across await, each from where it was set', async () => {
    const [a, b] = [new ZoneVariable<number>(), new ZoneVariable<number>()];
    const seen = await a.run(1, async () => {
      const inner = b.run(2, async () => {
        await macrotask();
        return [a.get(), b.get()];
      });
      await undefined;
      return [await inner, a.get(), b.get()];
    });
    expect(seen).to.deep.equal([[1, 2], 1, undefined]);
  });
});

describe('Snapshot', () => {
  const variable = new ZoneVariable<string>({ defaultValue: 'none' });
  const other = new ZoneVariable<string>();
  const read = () => [variable.get(), other.get()];

  it('passes arguments on, and returns what the function returns', () => {
    const result = {};
    expect(new Snapshot().run((...args: number[]) => [args, result], 1, 2)).to.deep.equal([[1, 2], result]);
  });

  it('gives all values back as they were, inside another run too', () => {
    const snapshot = variable.run('x', () => other.run('y', () => new Snapshot()));
    expect(read()).to.deep.equal(['none', undefined]);
    expect(snapshot.run(read)).to.deep.equal(['x', 'y']);
    variable.run('now', () => {
      expect(snapshot.run(read)).to.deep.equal(['x', 'y']);
      expect(read()).to.deep.equal(['now', undefined]);
    });
  });

  it('taken where there was no value takes the value away', () => {
    const empty = new Snapshot();
    variable.run('x', () => {
      expect(empty.run(read)).to.deep.equal(['none', undefined]);
      expect(variable.get()).to.equal('x');
    });
  });

  it('restores when the function throws', () => {
    const snapshot = variable.run('x', () => new Snapshot());
    const error = new Error('on purpose');
    const run = () =>
      snapshot.run(() => {
        throw error;
      });
    expect(run).to.throw(error);
    expect(variable.get()).to.equal('none');
  });

  it('holds across await, taken and used in other tasks', async () => {
    const snapshot = await variable.run('x', async () => {
      await macrotask();
      return new Snapshot();
    });
    await variable.run('now', async () => {
      const inside = snapshot.run(async () => {
        await macrotask();
        await undefined;
        return variable.get();
      });
      expect(variable.get()).to.equal('now');
      expect(await inside).to.equal('x');
      expect(variable.get()).to.equal('now');
    });
  });

  it('can be nested, and used many times', () => {
    const [x, y] = ['x', 'y'].map((value) => variable.run(value, () => new Snapshot())) as [Snapshot, Snapshot];
    for (let i = 0; i < 3; i++) {
      expect(x.run(() => [variable.get(), y.run(() => variable.get()), variable.get()])).to.deep.equal(['x', 'y', 'x']);
    }
  });

  it('wraps a function, which keeps its `this`, arguments, result and exceptions', () => {
    const wrapped = variable.run('x', () =>
      Snapshot.wrap(function (this: unknown, ...args: unknown[]) {
        if (args.length === 0) throw new Error('on purpose');
        return [this, args, variable.get()];
      }),
    );
    const self = { wrapped };
    expect(self.wrapped(1, 2)).to.deep.equal([self, [1, 2], 'x']);
    expect(variable.run('y', () => self.wrapped(1))).to.deep.equal([self, [1], 'x']);
    expect(() => self.wrapped()).to.throw('on purpose');
    expect(variable.get()).to.equal('none');
  });

  it('wraps a function without values: it sees none', () => {
    const wrapped = Snapshot.wrap(read);
    expect(variable.run('x', () => other.run('y', wrapped))).to.deep.equal(['none', undefined]);
  });

  it("leaves the hooks of the user's zone in force", () => {
    const snapshot = variable.run('x', () => new Snapshot());
    const zone = Zone.root.fork({ name: 'theirs' });
    const seen = zone.run(() => snapshot.run(() => [variable.get(), Zone.current.parent]));
    expect(seen).to.deep.equal(['x', zone]);
  });
});

describe('after uninstall', () => {
  const variable = new ZoneVariable<string>();
  afterEach(install);

  it('variables and snapshots still work in synchronous code', () => {
    const before = variable.run('before', () => new Snapshot());
    uninstall();
    expect(variable.get()).to.equal(undefined);
    const seen = variable.run('outer', () => [
      variable.get(),
      variable.run('inner', () => variable.get()),
      before.run(() => variable.get()),
      new Snapshot().run(() => variable.get()),
    ]);
    expect(seen).to.deep.equal(['outer', 'inner', 'before', 'outer']);
    expect(variable.get()).to.equal(undefined);
  });

  it('an await loses the value, and shows no wrong one', async () => {
    uninstall();
    const seen = await Promise.all(
      ['a', 'b'].map((value) =>
        variable.run(value, async () => {
          await Promise.resolve();
          await undefined;
          return variable.get();
        }),
      ),
    );
    expect(seen).to.deep.equal([undefined, undefined]);
  });

  it('and install, a zone of the page keeps the value, though a wrapped callback ran in between', () => {
    const wrapped = Zone.root.wrap(() => {}, 'test');
    uninstall();
    wrapped();
    install();
    expect(variable.run('x', () => Zone.root.run(() => variable.get()))).to.equal('x');
  });

  it('and install, everything works again, also what began before', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const work = async () => {
      await promise;
      await undefined;
      await macrotask();
      return variable.get();
    };
    const early = variable.run('early', work);
    uninstall();
    install();
    install();
    const late = variable.run('late', work);
    resolve();
    expect(await Promise.all([early, late])).to.deep.equal(['early', 'late']);
    expect(variable.get()).to.equal(undefined);
  });
});
