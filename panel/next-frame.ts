import { windowOf } from './window-of.js';

interface FrameHost {
  readonly ownerDocument: Document;
  runOutside<R>(fn: () => R): R;
}

/** By window: what is to be called in its next frame. */
const waiting = new WeakMap<Window, Set<() => void>>();

/**
 * Calls back in the next frame of an element's window, once however often it is asked. All who wait are called before any
 * element updates in answer, so that each updates, and is drawn, once a frame. Returns the undo.
 */
export function atNextFrame(host: FrameHost, callback: () => void): () => void {
  const view = windowOf(host);
  let callbacks = waiting.get(view);
  if (!callbacks) {
    callbacks = new Set();
    waiting.set(view, callbacks);
    host.runOutside(() =>
      view.requestAnimationFrame(() => {
        const due = waiting.get(view) ?? [];
        waiting.delete(view);
        for (const each of due) each();
      }),
    );
  }
  callbacks.add(callback);
  return () => callbacks.delete(callback);
}
