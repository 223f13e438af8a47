interface SizeHost {
  runOutside<R>(fn: () => R): R;
}

/**
 * Calls back when an element has another size, in the next frame: what is drawn in answer can change sizes again, and the
 * "ResizeObserver loop" that a browser makes of this would reach the error handlers of the page. Returns the undo.
 */
export function observeSize(element: Element, host: SizeHost, changed: () => void): () => void {
  const view = element.ownerDocument.defaultView ?? window;
  let frame = 0;
  const soon = () => {
    if (frame !== 0) return;
    frame = view.requestAnimationFrame(() => {
      frame = 0;
      changed();
    });
  };
  const observer = host.runOutside(() => new ResizeObserver(() => host.runOutside(soon)));
  observer.observe(element);
  return () => {
    observer.disconnect();
    view.cancelAnimationFrame(frame);
  };
}
