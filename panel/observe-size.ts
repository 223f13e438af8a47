import { windowOf } from './window-of.js';

interface SizeHost {
  runOutside<R>(fn: () => R): R;
}

/** What is to be measured in the next frame of a window. */
const waiting = new WeakMap<Window, Set<() => void>>();

/**
 * Calls back in the next frame, and when an element has another size, in the frame after: what is drawn in answer can change
 * sizes again, and the "ResizeObserver loop" that a browser makes of this would reach the error handlers of the page. All
 * callbacks of a frame come before anything is drawn in answer: the browser computes sizes once for all who ask. Returns
 * the undo.
 */
export function observeSize(element: Element, host: SizeHost, changed: () => void): () => void {
  const view = windowOf(element);
  const soon = () => host.runOutside(() => measureSoon(view, changed));
  // That of the page observes nothing of a window of its own while the page itself has nothing to draw.
  const observer = host.runOutside(() => new view.ResizeObserver(soon));
  observer.observe(element);
  soon();
  return () => {
    observer.disconnect();
    waiting.get(view)?.delete(changed);
  };
}

function measureSoon(view: Window, measure: () => void): void {
  const known = waiting.get(view);
  if (known) {
    known.add(measure);
    return;
  }
  const measures = new Set([measure]);
  waiting.set(view, measures);
  view.requestAnimationFrame(() => {
    waiting.delete(view);
    for (const each of measures) each();
  });
}
