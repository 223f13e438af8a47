import { expect } from 'chai';
import { html } from 'lit';
import { atNextFrame, countDrawing, workEnd } from '../../panel/next-frame.js';
import { PanelElement } from '../../panel/panel-element.js';
import { drawn } from './records.js';

const HOST = { ownerDocument: document, runOutside: <R>(fn: () => R): R => fn() };

class CountingElement extends PanelElement {
  updates = 0;
  goesOn = false;

  protected override render() {
    this.updates++;
    if (this.goesOn) this.updateInNextFrame();
    return html``;
  }
}
customElements.define('test-counting', CountingElement);

describe('what waits for the next frame', () => {
  it('is all called before anything is done in answer, once, and not where it was undone', async () => {
    const told: string[] = [];
    const tell = (name: string) => () => {
      told.push(name);
      // As an element updates: in a microtask.
      queueMicrotask(() => told.push(`answer to ${name}`));
    };
    const [first, second, undone] = [tell('first'), tell('second'), tell('undone')];
    atNextFrame(HOST, first);
    const undo = atNextFrame(HOST, undone);
    atNextFrame(HOST, second);
    atNextFrame(HOST, first);
    undo();
    expect(told).to.deep.equal([]);
    await drawn();
    expect(told).to.deep.equal(['first', 'second', 'answer to first', 'answer to second']);
  });

  it('comes in the frame after where it is asked for in one', async () => {
    const frames: number[] = [];
    const note = () => {
      frames.push(document.timeline.currentTime as number);
      if (frames.length < 3) atNextFrame(HOST, note);
    };
    atNextFrame(HOST, note);
    while (frames.length < 3) await drawn();
    expect(new Set(frames).size).to.equal(3);
  });

  it('has so much less time for work as drawing took in the frame before', async () => {
    const times: { before: number; until: number; after: number }[] = [];
    for (let i = 0; i < 3; i++) {
      let before = 0;
      // It comes first: by then the frame has not been noted.
      requestAnimationFrame(() => {
        before = performance.now();
      });
      await new Promise<void>((resolve) =>
        atNextFrame(HOST, () => {
          times.push({ before, until: workEnd(HOST), after: performance.now() });
          if (i === 0) countDrawing(HOST, 100);
          resolve();
        }),
      );
    }
    const [first, drawnMuch, last] = times as [(typeof times)[0], (typeof times)[0], (typeof times)[0]];
    for (const each of [first, last]) expect(each.until - each.before).to.be.at.least(5);
    expect(drawnMuch.until - drawnMuch.after).to.be.at.most(1);
  });
});

describe('an element that goes on in the next frame', () => {
  it('updates once in it, with all that came until then', async () => {
    const element = new CountingElement();
    document.body.append(element);
    await element.updateComplete;
    const before = element.updates;
    element.updateInNextFrame();
    element.requestUpdate();
    await Promise.resolve();
    element.requestUpdate();
    await new Promise((resolve) => setTimeout(resolve));
    expect(element.updates).to.be.at.most(before + 1);
    await drawn();
    expect(element.updates).to.equal(before + 1);
    element.requestUpdate();
    await element.updateComplete;
    expect(element.updates).to.equal(before + 2);
    element.remove();
  });

  it('updates at once where it is taken out of the page', async () => {
    const element = new CountingElement();
    document.body.append(element);
    await element.updateComplete;
    const before = element.updates;
    let hasCome = false;
    requestAnimationFrame(() => {
      hasCome = true;
    });
    element.updateInNextFrame();
    element.requestUpdate();
    // The frame of a window that was closed would never come.
    element.remove();
    await element.updateComplete;
    expect(hasCome).to.equal(false);
    expect(element.updates).to.equal(before + 1);
  });

  it('stops where it is taken out of the page, whatever is left', async () => {
    const element = new CountingElement();
    element.goesOn = true;
    document.body.append(element);
    await drawn();
    expect(element.updates).to.be.at.least(3);
    element.requestUpdate();
    element.remove();
    await element.updateComplete;
    const before = element.updates;
    await drawn();
    expect(element.updates).to.equal(before);
  });
});
