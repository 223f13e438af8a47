import { openStore } from './open-store.js';
import { tracer } from './tracer.js';
import { diagnoseLosses, suspectLoss } from './zone/loss.js';

/** Tells the store of spans that begin with no parent where one was expected: for the panel, in development. Returns the undo. */
export function noteLosses(): () => void {
  const store = openStore(tracer);
  diagnoseLosses(true);
  tracer.noteUncaused = (span) => {
    const reason = suspectLoss();
    // A suspicion counts only while somebody waits for a span.
    if (!reason || (reason === 'unhooked' && store.openSpans === 0)) return;
    const stack = tracer.redact('code.stacktrace', new Error('context lost').stack ?? '', span);
    store.noteLoss(reason, span.name, String(stack ?? ''));
  };
  return () => {
    tracer.noteUncaused = undefined;
    diagnoseLosses(false);
  };
}
