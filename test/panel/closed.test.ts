import { expect } from 'chai';
import { mountLauncher } from '../../panel/launcher.js';
import { SpanStore } from '../../src/store/span-store.js';
import { until } from '../until.js';
import { addTrace, all, drawn, hostOf, inside, type Opened } from './records.js';

type Method = (this: unknown, ...args: unknown[]) => unknown;

/** What a page can be made to do later, or to tell of itself. */
const ASKED: readonly (readonly [object, string])[] = [
  [window, 'setTimeout'],
  [window, 'setInterval'],
  [window, 'requestAnimationFrame'],
  [window, 'requestIdleCallback'],
  [MutationObserver.prototype, 'observe'],
  [ResizeObserver.prototype, 'observe'],
  [IntersectionObserver.prototype, 'observe'],
  [EventTarget.prototype, 'addEventListener'],
];

/** Those that end what was asked for. */
const ENDED: readonly (readonly [object, string])[] = [
  [MutationObserver.prototype, 'disconnect'],
  [ResizeObserver.prototype, 'disconnect'],
];

/** Notes the calls of `methods` and on what they were made while `act` runs. */
async function callsOf(methods: typeof ASKED, act: () => void | Promise<void>): Promise<[string, unknown][]> {
  const calls: [string, unknown][] = [];
  const originals = methods
    .filter(([object, name]) => name in object)
    .map(([object, name]) => {
      const original = (object as Record<string, Method>)[name] as Method;
      (object as Record<string, Method>)[name] = function (...args) {
        calls.push([name, this]);
        return original.apply(this, args);
      };
      return () => {
        (object as Record<string, Method>)[name] = original;
      };
    });
  try {
    await act();
  } finally {
    for (const restore of originals) restore();
  }
  return calls;
}

describe('the panel, once it is closed', () => {
  it('leaves the launcher alone, ends what it observed, and asks for one frame for what is recorded', async () => {
    localStorage.clear();
    const store = new SpanStore();
    addTrace(store, { name: 'before', endTime: undefined });
    const before = document.documentElement.childElementCount;
    const undo = mountLauncher(hostOf(store));
    try {
      const launcher = document.querySelector('zonetrace-launcher') as HTMLElement;
      const calls = await callsOf([...ASKED, ...ENDED], async () => {
        launcher.shadowRoot?.querySelector('button')?.click();
        const panel = (await until(() => document.querySelector('zonetrace-panel'))) as Opened['panel'];
        await drawn();
        all(inside(panel, 'zonetrace-trace'), '.row')[0]?.click();
        await drawn();
        all(inside(panel, 'zonetrace-bar'), '[data-command=close]')[0]?.click();
        await drawn();
      });
      const on = (name: string) => new Set(calls.filter((call) => call[0] === name).map((call) => call[1]));
      const observers = on('observe');
      expect(observers.size).to.be.greaterThan(1);
      expect([...observers].filter((each) => !on('disconnect').has(each))).to.deep.equal([]);
      expect(document.documentElement.childElementCount).to.equal(before + 1);

      const quiet = await callsOf(ASKED, () => {
        for (let i = 0; i < 200; i++)
          addTrace(store, { name: `unseen ${i}`, status: 'ERROR', children: [{ name: 'a' }] });
      });
      expect(quiet.map(([name]) => name)).to.deep.equal(['requestAnimationFrame']);
      expect(await callsOf(ASKED, () => new Promise((resolve) => queueMicrotask(resolve)))).to.deep.equal([]);
      await until(() => launcher.shadowRoot?.textContent?.includes('200'));
    } finally {
      undo();
    }
    expect(document.documentElement.childElementCount).to.equal(before);
  });
});
