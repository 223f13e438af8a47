import { atNextFrame } from './next-frame.js';
import { windowOf } from './window-of.js';

interface SizeHost {
  readonly ownerDocument: Document;
  runOutside<R>(fn: () => R): R;
}

/**
 * Calls back in the next frame, and when an element has another size, in the frame after: what is drawn in answer can change
 * sizes again, and the "ResizeObserver loop" that a browser makes of this would reach the error handlers of the page. All
 * callbacks of a frame come before anything is drawn in answer: the browser computes sizes once for all who ask. Returns
 * the undo.
 */
export function observeSize(element: Element, host: SizeHost, changed: () => void): () => void {
  const view = windowOf(element);
  let cancel: (() => void) | undefined;
  const soon = () => {
    cancel = atNextFrame(host, changed);
  };
  // That of the page observes nothing of a window of its own while the page itself has nothing to draw.
  const observer = host.runOutside(() => new view.ResizeObserver(soon));
  observer.observe(element);
  soon();
  return () => {
    observer.disconnect();
    cancel?.();
  };
}
