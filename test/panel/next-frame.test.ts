import { expect } from 'chai';
import { atNextFrame } from '../../panel/next-frame.js';
import { drawn } from './records.js';

const HOST = { ownerDocument: document, runOutside: <R>(fn: () => R): R => fn() };

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
});
