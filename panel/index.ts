/**
 * `zonetrace/panel`: the overlay.
 * @module zonetrace/panel
 */
import './define.js';
import { checkElements } from './define-elements.js';
import type { PanelHost } from './host.js';
import { keepAbove } from './keep-above.js';
import { popOut } from './pop-out.js';
import type { ZonetracePanel } from './zonetrace-panel.js';

export type { PanelHost, PanelOptions } from './host.js';
export { ZonetracePanel } from './zonetrace-panel.js';

/** One panel a store, kept while closed: it opens again as the reader left it. */
const panels = new WeakMap<PanelHost['store'], ZonetracePanel>();

/** Opens the panel; throws where its elements' names are taken. The returned function closes it and leaves nothing in the document. */
export function mountPanel(host: PanelHost): () => void {
  checkElements();
  return host.runOutside(() => {
    let element = panels.get(host.store) ?? document.createElement('zonetrace-panel');
    const undo = new AbortController();
    const { signal } = undo;
    let remove: () => void;
    let closeWindow: (() => void) | undefined;
    const focusedBefore = document.activeElement as HTMLElement | null;
    const unmount = () => {
      // Not `:focus-within`, which needs a window that has the focus as well.
      const hadFocus = (element.getRootNode() as Document | ShadowRoot).activeElement === element;
      undo.abort();
      closeWindow?.();
      remove();
      if (hadFocus) focusedBefore?.focus({ preventScroll: true });
    };
    const stay = () => {
      element.poppedOut = host.isAlone === true;
      closeWindow = undefined;
      remove = keepAbove(element, true, () => {
        if (!signal.aborted) host.runOutside(renew);
      });
    };
    /** Its listeners are gone; what the reader has chosen goes with them. */
    const renew = () => {
      element = document.createElement('zonetrace-panel');
      show();
    };
    const leave = async () => {
      if (closeWindow) return;
      closeWindow = await popOut(
        element,
        () => {
          remove();
          remove = () => element.remove();
          element.poppedOut = true;
        },
        () => {
          if (!signal.aborted) host.runOutside(stay);
        },
      );
    };
    const show = () => {
      panels.set(host.store, element);
      const on = (type: string, listener: () => void) => element.addEventListener(type, listener, { signal });
      on('zonetrace-close', () => {
        unmount();
        host.closed?.();
      });
      on('zonetrace-pop-out', () => void host.runOutside(leave));
      element.panel = host;
      stay();
    };
    show();
    if (host.takesFocus) void host.runOutside(() => element.takeFocus());
    return () => unmount();
  });
}
