import { warnOnce } from './warn.js';
import { listenOutside, setTimerOutside } from './zone/outside.js';
import { runOutside } from './zone/variable.js';

/** ms; a page that does not end loading is not waited for longer. */
const PATIENCE = 2000;

/** In Firefox an import delays the load event; and before it, the page has better things to load. */
function whenPageIsLoaded(): Promise<void> {
  return new Promise((resolve) => {
    if (globalThis.document === undefined || document.readyState === 'complete') return resolve();
    const stopTimer = setTimerOutside(go, PATIENCE);
    const stopListening = listenOutside(window, { load: go });
    function go(): void {
      stopTimer();
      stopListening();
      resolve();
    }
  });
}

/**
 * Loads a part that is not needed when the page starts, in no zone; undefined where that fails (a chunk that was not
 * deployed, a policy that forbids it, no network): then tracing goes on without it.
 */
export async function loadLate<Part>(load: () => Promise<Part>): Promise<Part | undefined> {
  try {
    return await runOutside(() => whenPageIsLoaded().then(load));
  } catch (error) {
    warnOnce(
      'a part of zonetrace could not be loaded, and tracing goes on without web vitals, long frames, resources and further attempts of failed exports; serve its chunks beside it, and allow them in the Content-Security-Policy',
      error,
    );
    return undefined;
  }
}
