import { isHidden } from '../is-hidden.js';
import { runOutside } from '../zone/variable.js';

let leaving = false;

/** Whether what runs now is the last that may run: a request must begin, or a record be put away, in this very task. */
export function isLeaving(): boolean {
  return leaving;
}

/**
 * Calls `flush` when the page may never run again: it was hidden, frozen or left. `isLast` says that it will not come back
 * from the cache of pages. Returns the undo. `pagehide` fires on window only; `freeze` is Chromium's.
 */
export function whenLeaving(flush: (isLast: boolean) => void): () => void {
  const leave = (event: Event): void => {
    if (event.type === 'visibilitychange' && isHidden() === false) return;
    leaving = true;
    try {
      flush(event.type === 'pagehide' && !(event as PageTransitionEvent).persisted);
    } finally {
      leaving = false;
    }
  };
  const listeners = [
    [document, 'visibilitychange'],
    [document, 'freeze'],
    [window, 'pagehide'],
  ] as const;
  runOutside(() => {
    for (const [target, type] of listeners) target.addEventListener(type, leave);
  });
  return () => {
    for (const [target, type] of listeners) target.removeEventListener(type, leave);
  };
}
