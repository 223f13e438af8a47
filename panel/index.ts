/**
 * `zonetrace/panel`: the overlay.
 * @module
 */
import './define.js';
import type { PanelHost } from './host.js';
import { keepAbove } from './keep-above.js';
import type { ZonetracePanel } from './zonetrace-panel.js';

export type { PanelHost, PanelOptions } from './host.js';
export { ZonetracePanel } from './zonetrace-panel.js';

/** One panel a store, kept while closed: it opens again as the reader left it. */
const panels = new WeakMap<PanelHost['store'], ZonetracePanel>();

/** Opens the panel. The returned function closes it and leaves nothing in the document. */
export function mountPanel(host: PanelHost): () => void {
  return host.runOutside(() => {
    const element = panels.get(host.store) ?? document.createElement('zonetrace-panel');
    panels.set(host.store, element);
    let remove: () => void;
    const unmount = () => {
      element.removeEventListener('zonetrace-close', close);
      remove();
    };
    const close = () => {
      unmount();
      host.closed?.();
    };
    element.addEventListener('zonetrace-close', close);
    element.panel = host;
    remove = keepAbove(element, true);
    return unmount;
  });
}
