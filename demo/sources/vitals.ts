import { startTracing, withSpan } from 'zonetrace';
import { byId, element } from '../src/dom.js';

const tracing = startTracing({
  service: 'vitals',
  panel: 'open',
  instrument: { webVitals: { reportAllChanges: true } },
});

function work(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

byId('slow', HTMLButtonElement).addEventListener('click', function sortSlowly() {
  work(40);
  withSpan('sort', () => work(300));
});

const behind = byId('behind', HTMLButtonElement);
behind.addEventListener('pointerenter', () => {
  setTimeout(() => withSpan('other work', { root: true }, () => work(400)), 50);
});
behind.addEventListener('click', function answer() {
  work(10);
});

byId('shift', HTMLButtonElement).addEventListener('click', () => {
  // Shifts within half a second of a click are the click's, and no part of CLS.
  setTimeout(() => {
    byId('late', HTMLElement).append(element('pre', { testId: 'late' }, 'An advertisement that came late.\n\n\n\n'));
  }, 900);
});

Object.assign(window, { tracing });
