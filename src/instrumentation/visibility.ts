import { tracer } from '../tracer.js';
import { listenOutside } from '../zone/outside.js';

/**
 * Says in the traces that the page was hidden, where timers are throttled and frames stand still: an event on the root of
 * each trace that is live when it changes, and an attribute on the root of those that begin hidden.
 */
export function watchVisibility(): () => void {
  const look = (): void => {
    tracer.pageHidden = document.hidden;
  };
  look();
  const stop = listenOutside(document, {
    prerenderingchange: look,
    visibilitychange() {
      look();
      tracer.settling.forEach(({ rootSpan }) => {
        if (rootSpan?.recording) rootSpan.addEvent(`page ${tracer.pageHidden ? 'hidden' : 'visible'}`);
      });
    },
  });
  return () => {
    stop();
    tracer.pageHidden = false;
  };
}
