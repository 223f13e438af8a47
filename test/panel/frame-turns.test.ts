import { expect } from 'chai';
import { takeTurn } from '../../panel/frame-turns.js';
import { until } from '../until.js';

const FRAMES = 12;

/** An element with work. */
const HOST = { ownerDocument: document, runOutside: <R>(fn: () => R): R => fn() };

/** Work that has something to do in each frame until it goes away; tells the frames in which it did. */
function worker(frames: () => number, last = FRAMES) {
  const done: number[] = [];
  const ask = () => {
    if (frames() >= last) return;
    if (takeTurn(HOST, ask)) {
      done.push(frames());
      requestAnimationFrame(ask);
    }
  };
  return { done, ask };
}

describe('work that can wait', () => {
  it('is done one piece a frame, in turn, and what has gone away is not waited for', async () => {
    let now = 0;
    const count = () => now;
    const workers = [worker(count), worker(count), worker(count, FRAMES / 2)];
    // Asked for first, so that it is the first of each frame.
    const tick = () => {
      now++;
      if (now < FRAMES) requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
    for (const { ask } of workers) ask();
    await until(() => now === FRAMES);
    const done = workers.map((each) => each.done);
    const all = done.flat();
    expect(new Set(all).size, `one a frame: ${JSON.stringify(done)}`).to.equal(all.length);
    expect(all.length).to.be.at.least(FRAMES - 2);
    for (const [first, ...more] of done.map((frames) => [-1, ...frames]))
      for (const [at, next] of more.entries()) expect(next - (more[at - 1] ?? (first as number))).to.be.at.most(4);
    expect(done[0]?.length).to.be.at.least(FRAMES / 3);
    expect(done[2]?.length).to.be.within(1, FRAMES / 4);
  });
});
