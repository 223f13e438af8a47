import { expect } from 'chai';
import { macrotask } from '../collect.js';
import { variable } from '../fixtures/zone/variable.js';
import { skip } from '../skip.js';
import { documents, messages, network, observers, scheduling, storage, streams } from './ways/platform.js';
import { awaitables, promises } from './ways/promises.js';
import { syntax } from './ways/syntax.js';
import type { Way, Ways } from './ways/way.js';

/** What runs at the same time: three values, and code without one. */
const IDS = ['a', 'b', 'none', 'c'];

/** Keeps the value that `unhandledrejection` sees for rejections with `expected`, and keeps those from the test runner's log. */
function hearRejections(expected: Error): { heard: unknown[]; stop: () => void } {
  const heard: unknown[] = [];
  const { error } = console;
  console.error = (...args: unknown[]) => {
    if (args[0] !== expected && !/^An error was thrown in a Promise outside a test/.test(String(args[0])))
      error(...args);
  };
  const listen = (event: PromiseRejectionEvent) => {
    if (event.reason !== expected) return;
    event.preventDefault();
    heard.push(variable.get());
  };
  addEventListener('unhandledrejection', listen);
  const stop = () => {
    removeEventListener('unhandledrejection', listen);
    console.error = error;
  };
  return { heard, stop };
}

async function expectValueKept(way: Way): Promise<void> {
  const reason = new Error('on purpose');
  const rejections = hearRejections(reason);
  const wrong: string[] = [];

  const useAll = async (id: string): Promise<() => number> => {
    let checks = 0;
    const check = (): void => {
      checks++;
      const seen = variable.get();
      if (seen !== id) wrong.push(`check ${checks} of ${id} saw ${seen}`);
    };
    const fail = async (): Promise<never> => {
      await way(check);
      check();
      throw reason;
    };
    check();
    await way(check);
    check();
    await way(check);
    check();
    try {
      await fail();
    } catch {
      check();
      await undefined;
      check();
    } finally {
      check();
    }
    await fail().catch(check);
    check();
    void fail();
    await macrotask();
    check();
    return () => checks;
  };

  const runs = IDS.map((id) => (id === 'none' ? useAll(id) : variable.run(id, useAll, id)));
  expect(variable.get()).to.equal('none');
  const counts = await Promise.all(runs);
  expect(variable.get()).to.equal('none');
  while (rejections.heard.length < IDS.length) await macrotask(1);
  rejections.stop();
  expect(variable.get()).to.equal('none');
  expect(wrong).to.deep.equal([]);
  expect(rejections.heard, 'in unhandledrejection').to.deep.equal(IDS.map(() => 'none'));
  // A callback that some did not get would go unnoticed otherwise.
  const [first, ...others] = counts.map((count) => count());
  expect(first).to.be.greaterThan(9);
  expect(others).to.deep.equal(others.map(() => first));
}

const groups: Record<string, Ways> = {
  'awaits of': awaitables,
  promises,
  syntax,
  scheduling,
  observers,
  messages,
  network,
  storage,
  streams,
  documents,
};

describe('three concurrent values, and code without one, each see their own through', () => {
  for (const [group, ways] of Object.entries(groups)) {
    describe(group, () => {
      for (const [name, way] of Object.entries(ways)) {
        it(name, function () {
          return way ? expectValueKept(way) : skip(this, 'the browser has none');
        });
      }
    });
  }
});
