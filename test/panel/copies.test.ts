import { expect } from 'chai';
import { SpanStore } from '../../src/store/span-store.js';
import { addTrace, all, drawn, hostOf, names, type Opened } from './records.js';

// As where two bundles of a page have the panel in them.
type Panel = typeof import('../../panel/index.js');

/** The same modules under another address are another copy. */
const SECOND = '/second-copy/panel/index.ts';

describe('two copies of the panel in one page', () => {
  it('share the elements and show a store each', async () => {
    const [first, second]: Panel[] = await Promise.all([import('../../panel/index.js'), import(SECOND)]);
    expect(second).not.to.equal(first);
    const undo = [first, second].map((copy, at) => {
      const store = new SpanStore();
      addTrace(store, { name: `of copy ${at}`, children: [{ name: `child ${at}` }] });
      return copy?.mountPanel(hostOf(store, { dock: at === 0 ? 'left' : 'right' }));
    });
    await drawn();
    const panels = [...document.querySelectorAll('zonetrace-panel')] as Opened['panel'][];
    expect(panels.map((panel) => names(all(panel, 'zonetrace-trace')[0] as Element))).to.deep.equal([
      ['of copy 0', 'child 0'],
      ['of copy 1', 'child 1'],
    ]);
    for (const each of undo) each?.();
    expect(document.querySelectorAll('zonetrace-panel').length).to.equal(0);
  });
});
