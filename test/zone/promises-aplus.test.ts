import { expect } from 'chai';
import { openFrame, runIn } from '../frame.js';

const FOLDER = '/node_modules/promises-aplus-tests/lib/tests/';
const FILES = [
  ...['helpers/reasons', 'helpers/testThreeCases', 'helpers/thenables'],
  ...[
    '2.1.2',
    '2.1.3',
    '2.2.1',
    '2.2.2',
    '2.2.3',
    '2.2.4',
    '2.2.5',
    '2.2.6',
    '2.2.7',
    '2.3.1',
    '2.3.2',
    '2.3.3',
    '2.3.4',
  ],
];

/** All cases of promises-aplus-tests 2.1.2. */
const CASES = 872;

type Sources = Record<string, string>;

/** The suite is written for Node, and its files are CommonJS modules. */
async function fetchSuite(): Promise<Sources> {
  const sources: Sources = {};
  for (const file of FILES) {
    const response = await fetch(`${FOLDER}${file}.js`);
    expect(response.ok, file).to.equal(true);
    const source = await response.text();
    // The compiler of the test server makes everything strict; half of 2.2.5 only means something in sloppy mode.
    sources[file] = file === '2.2.5' ? source.replace(/^"use strict";/, '') : source;
  }
  return sources;
}

/** Self-contained: its source is evaluated in several realms. Runs the groups of cases at once, and answers how many passed and which failed. */
async function runSuite(sources: Sources, inContext: boolean): Promise<{ passed: number; failed: string[] }> {
  type Case = (done: () => void) => void;
  interface Spy {
    (value?: unknown): unknown;
    calls: { order: number; args: unknown[] }[];
    returns(value: unknown): Spy;
    throws(error: unknown): Spy;
  }

  const assert = Object.assign(
    (value: unknown) => {
      if (!value) throw new Error('assertion failed');
    },
    {
      strictEqual: (a: unknown, b: unknown) => assert(a === b),
      notStrictEqual: (a: unknown, b: unknown) => assert(a !== b),
    },
  );

  // What 2.2.6 uses of sinon.
  let order = 0;
  const spy = (fn: (...args: unknown[]) => unknown = () => {}): Spy => {
    const made: Spy = Object.assign(
      (...args: unknown[]) => {
        made.calls.push({ order: order++, args });
        return fn(...args);
      },
      {
        calls: [] as Spy['calls'],
        returns: (value: unknown) => spy(() => value),
        throws: (error: unknown) =>
          spy(() => {
            throw error;
          }),
      },
    );
    return made;
  };
  const sinon = {
    spy,
    stub: spy,
    match: { same: (value: unknown) => value },
    assert: {
      notCalled: (each: Spy) => assert(each.calls.length === 0),
      calledWith: (each: Spy, value: unknown) => assert(each.calls.some(({ args }) => args[0] === value)),
      callOrder: (...spies: Spy[]) => {
        const orders = spies.map((each) => each.calls[0]?.order ?? Number.NaN);
        assert(orders.every((each, i) => i === 0 || each > (orders[i - 1] as number)));
      },
    },
  };

  const adapter = {
    resolved: (value: unknown) => Promise.resolve(value),
    rejected: (reason: unknown) => Promise.reject(reason),
    deferred: () => {
      const deferred: Record<string, unknown> = {};
      deferred['promise'] = new Promise((resolve, reject) => Object.assign(deferred, { resolve, reject }));
      return deferred;
    },
  };
  interface Hooks {
    before?: () => void;
    after?: () => void;
  }
  interface Group extends Hooks {
    title: string;
    cases: [title: string, run: Case][];
  }
  const groups: Group[] = [];
  let group: Group = { title: '', cases: [] };
  const describe = (title: string, body: () => void) => {
    const outer = group;
    group = { ...outer, title: outer.title ? `${outer.title} > ${title}` : title, cases: [] };
    groups.push(group);
    body();
    group = outer;
  };
  const beforeEach = (before: () => void) => void Object.assign(group, { before });
  const afterEach = (after: () => void) => void Object.assign(group, { after });
  const specify = (title: string, run: Case) => void group.cases.push([title, run]);

  const scope = Object.assign(globalThis as typeof globalThis & { zone?: typeof import('../../src/zone/index.js') }, {
    adapter,
  });
  const loaded: Record<string, object> = { assert, sinon };
  const load = (name: string): object => {
    const file = name.replace('./', '');
    if (!loaded[file]) {
      const module = { exports: {} };
      const names = {
        module,
        exports: module.exports,
        require: load,
        global: globalThis,
        describe,
        specify,
        beforeEach,
        afterEach,
      };
      const source = sources[file] ?? sources[`helpers/${file}`];
      new Function(...Object.keys(names), source as string)(...Object.values(names));
      loaded[file] = module.exports;
    }
    return loaded[file] as object;
  };
  for (const file of Object.keys(sources)) if (file.startsWith('2')) load(file);

  // The suite rejects promises that nobody handles, by the hundred; what fails inside one of them times out.
  const ignore = (event: Event) => event.preventDefault();
  addEventListener('unhandledrejection', ignore);
  const variable = scope.zone && new scope.zone.ZoneVariable<number>();
  const failed: string[] = [];
  let count = 0;
  const runCase = (title: string, run: Case, i: number) =>
    new Promise<void>((resolve) => {
      count++;
      const end = (failure?: unknown) => {
        clearTimeout(timer);
        if (failure) failed.push(`${title}: ${failure}`);
        resolve();
      };
      const timer = setTimeout(end, 5000, 'timed out');
      const start = () => {
        try {
          run(() => end());
          if (run.length === 0) end();
        } catch (error) {
          end(error);
        }
      };
      if (inContext && variable) variable.run(i, start);
      else start();
    });
  // The cases of a group share variables.
  const runGroup = async ({ title, cases, before, after }: Group) => {
    for (const [name, run] of cases) {
      before?.();
      await runCase(`${title} > ${name}`, run, count);
      after?.();
    }
  };
  // Hooks make numbers thenables: nothing else may run then.
  await Promise.all(groups.filter(({ after }) => !after).map(runGroup));
  for (const each of groups.filter(({ after }) => after)) await runGroup(each);
  removeEventListener('unhandledrejection', ignore);
  return { passed: count - failed.length, failed };
}

describe('the Promises/A+ suite (https://github.com/promises-aplus/promises-tests)', () => {
  let sources: Sources;
  let bare: HTMLIFrameElement;
  let zoned: HTMLIFrameElement;

  before(async () => {
    sources = await fetchSuite();
    [bare, zoned] = await Promise.all([openFrame('/test/fixtures/bare.html'), openFrame('/test/fixtures/zone.html')]);
    expect(zoned.contentWindow).to.have.property('zone');
  });

  after(() => {
    bare.remove();
    zoned.remove();
  });

  it('passes in the bare browser, as a measure of the way it is run here', async () => {
    const { passed, failed } = await runIn(bare, runSuite, sources, false);
    expect({ passed, failed: [...failed] }).to.deep.equal({ passed: CASES, failed: [] });
  });

  for (const inContext of [false, true]) {
    it(`passes with zonetrace, ${inContext ? 'each case with a value of its own' : 'without a value'}`, async () => {
      const { passed, failed } = await runIn(zoned, runSuite, sources, inContext);
      expect({ passed, failed: [...failed] }).to.deep.equal({ passed: CASES, failed: [] });
    });
  }
});
