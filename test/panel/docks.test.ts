import { expect } from 'chai';
import { SpanStore } from '../../src/store/span-store.js';
import { skip } from '../skip.js';
import { until } from '../until.js';
import { addTrace, all, command, drawn, inside, names, type Opened, openPanel, press } from './records.js';

let opened: Opened;

describe('where the panel is', () => {
  afterEach(() => opened.close());

  it('goes round the window and then floats, where pointer and keys move and size it', async () => {
    opened = await openPanel();
    const { panel } = opened;
    const docks = [];
    for (let i = 0; i < 4; i++) {
      command(panel, 'dock');
      await drawn();
      docks.push(panel.dock);
      if (panel.dock !== 'float') continue;
      const [mover, sizer] = all(panel, 'zonetrace-float-handle') as [HTMLElement, HTMLElement];
      const before = panel.getBoundingClientRect();
      press(mover, 'ArrowRight');
      press(mover, 'ArrowDown');
      press(sizer, 'ArrowLeft');
      await drawn();
      const after = panel.getBoundingClientRect();
      expect([after.left - before.left, after.top - before.top, after.width - before.width]).to.deep.equal([
        16, 16, -16,
      ]);
    }
    expect(docks).to.deep.equal(['right', 'left', 'float', 'bottom']);
  });

  it('stays in sight however far it is moved', async () => {
    opened = await openPanel(new SpanStore(), { dock: 'float' });
    const [mover] = all(opened.panel, 'zonetrace-float-handle');
    for (let i = 0; i < 300; i++) press(mover as HTMLElement, 'ArrowRight');
    await drawn();
    expect(opened.panel.getBoundingClientRect().left).to.be.at.most(innerWidth - 100);
  });

  it('goes into a window of its own with its looks, and comes back when that is closed', async function () {
    const store = new SpanStore();
    addTrace(store, { name: 'click', children: [{ name: 'load' }] });
    opened = await openPanel(store);
    const { panel } = opened;
    // As where there is no Document Picture-in-Picture, which takes a real gesture.
    const scope = window as { documentPictureInPicture?: unknown };
    const pictureInPicture = scope.documentPictureInPicture;
    Object.defineProperty(window, 'documentPictureInPicture', { value: undefined, configurable: true, writable: true });
    const { open } = window;
    const asked: (Window | null)[] = [];
    window.open = (...args) => asked[asked.push(open(...args)) - 1] ?? null;
    command(panel, 'pop-out');
    await until(() => asked.length > 0);
    window.open = open;
    Object.defineProperty(window, 'documentPictureInPicture', { value: pictureInPicture, configurable: true });
    if (!asked[0]) skip(this, 'the browser opens no window without a gesture');
    await until(() => panel.ownerDocument !== document);
    const target = panel.ownerDocument.defaultView as Window;
    await until(() => all(inside(panel, 'zonetrace-trace'), '.row').length === 2);
    const tree = inside(panel, 'zonetrace-trace');
    expect(names(tree)).to.deep.equal(['click', 'load']);
    const row = all(tree, '.row')[0] as HTMLElement;
    expect(target.getComputedStyle(row).height).to.equal('22px');
    expect(document.querySelector('zonetrace-panel')).to.equal(null);
    addTrace(store, { name: 'later' });
    await until(() => names(tree)[0] === 'later');
    expect(names(tree)).to.deep.equal(['later']);
    target.close();
    await until(() => panel.ownerDocument === document);
    await drawn();
    expect(panel.poppedOut).to.equal(false);
    expect(getComputedStyle(all(inside(panel, 'zonetrace-trace'), '.row')[0] as HTMLElement).height).to.equal('22px');
  });
});
