const KEPT_EVENTS = [
  ...['click', 'dblclick', 'auxclick', 'contextmenu', 'mousedown', 'mouseup', 'pointerdown', 'pointerup'],
  ...['touchstart', 'touchend', 'wheel', 'keydown', 'keyup', 'keypress', 'input', 'change', 'focusin', 'focusout'],
];

/** What happens in an element stays in it: a page's shortcuts and "click outside" are not concerned. Returns the undo. */
export function keepEvents(element: EventTarget): () => void {
  for (const type of KEPT_EVENTS) element.addEventListener(type, keep);
  return () => {
    for (const type of KEPT_EVENTS) element.removeEventListener(type, keep);
  };
}

function keep(event: Event): void {
  event.stopPropagation();
}
