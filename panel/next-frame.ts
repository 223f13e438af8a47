import { windowOf } from './window-of.js';

interface FrameHost {
  readonly ownerDocument: Document;
  runOutside<R>(fn: () => R): R;
}

/** By window: what is to be called in its next frame. */
const waiting = new WeakMap<Window, Set<() => void>>();

/** The last frame of a window. */
interface Frame {
  /** When it began, as `performance.now` has it. */
  readonly begun: number;
  /** ms that drawing took in it, and in the one before. */
  drawing: number;
  readonly drawingBefore: number;
}

const frames = new WeakMap<Window, Frame>();

/** ms that a frame has on most screens; and those of them for long work and drawing: the browser has to do its part as well. */
const FRAME = 16;
const BUDGET = 5;

/** ms that there are for work in any case. */
const LEAST = 1;

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
        frames.set(view, { begun: performance.now(), drawing: 0, drawingBefore: frames.get(view)?.drawing ?? 0 });
        const due = waiting.get(view) ?? [];
        waiting.delete(view);
        for (const each of due) each();
      }),
    );
  }
  callbacks.add(callback);
  return () => callbacks.delete(callback);
}

/** To be told how many ms a drawing took: so much less is worked in the next frame, in which it will be drawn again. */
export function countDrawing(host: FrameHost, ms: number): void {
  const frame = frames.get(windowOf(host));
  if (frame) frame.drawing += ms;
}

/** Until when work that can go on in the next frame may be done in this one, as `performance.now` has it. */
export function workEnd(host: FrameHost): number {
  const now = performance.now();
  const frame = frames.get(windowOf(host));
  // After a rest nothing has begun.
  if (!frame || now - frame.begun > FRAME) return now + BUDGET;
  return Math.max(now + LEAST, frame.begun + BUDGET - frame.drawingBefore);
}
