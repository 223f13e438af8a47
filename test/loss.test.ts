import { expect } from 'chai';
import { startTracing, type Tracing, withSpan } from '../src/index.js';
import { macrotask } from './collect.js';

describe('lost contexts', () => {
  let tracing: Tracing;

  beforeEach(() => {
    tracing = startTracing({ panel: true, instrument: false });
    tracing.store.clear();
  });

  afterEach(() => tracing.stop());

  it('are known for certain where too many plain values were awaited', async () => {
    await withSpan('outer', async () => {
      for (let i = 0; i < 17; i++) await undefined;
      withSpan('lost', () => {});
    });
    const [loss] = tracing.store.losses;
    expect(tracing.store.lostContexts).to.equal(1);
    expect(loss).to.include({ reason: 'expired', name: 'lost' });
    expect(loss?.stack).to.contain('loss.test');
  });

  it('are suspected where a callback of an unpatched API starts a span while another waits', async () => {
    const frame = document.createElement('iframe');
    document.body.append(frame);
    const foreignTimer = frame.contentWindow?.setTimeout as typeof setTimeout;
    await withSpan('outer', async () => {
      // Where code of the page has run just before, it might be that code's span, and nothing is suspected: then again.
      for (let tries = 0; tries < 10 && tracing.store.losses.length === 0; tries++) {
        await new Promise<void>((resolve) => {
          foreignTimer(() => {
            withSpan('lost', () => {});
            resolve();
          }, 50);
        });
      }
    });
    frame.remove();
    expect(tracing.store.losses.map(({ reason, name }) => `${reason} ${name}`)).to.deep.equal(['unhooked lost']);
  });

  it('are not claimed of code that never had one', async () => {
    await macrotask(); // the test framework calls by timers that it took before they were patched
    const waiting = withSpan('outer', () => macrotask(20));
    withSpan('after a call', () => {});
    await macrotask(1);
    withSpan('after an await', () => {});
    setTimeout(() => withSpan('in a timer', () => {}));
    setTimeout(async () => {
      await undefined; // which nobody sees
      const start = performance.now();
      while (performance.now() - start < 10); // a slow machine
      withSpan('late, after a plain value', () => {});
    });
    Promise.resolve().then(() => withSpan('in a reaction', () => {}));
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener('message', () => withSpan('in a listener', () => {}), { once: true });
    port1.start();
    port2.postMessage(1);
    await waiting;
    port1.close();
    expect(tracing.store.losses.map(({ reason, name }) => `${reason} ${name}`)).to.deep.equal([]);
  });
});
