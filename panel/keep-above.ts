/** What is put above the page says by a call that it was taken out of the document: events could no longer be heard. */
export interface KeptElement extends HTMLElement {
  removed?: (() => void) | undefined;
}

/** How often in how many ms an element comes back that a page takes out: two that answer each other would go on for ever. */
const MAX_RETURNS = 10;
const RETURNS_WITHIN = 1000;

/** What can fill the screen, or be a dialog, and shows no children. */
const CHILDLESS = 'audio, canvas, embed, iframe, img, object, video';

/**
 * Puts an element above everything else of the page, and keeps it there: beside `body`, as modal libraries make all that
 * is in it inert, and in the top layer; inside of the top-most cover while there is one: a modal dialog, or an element that
 * fills the screen, as all else is inert then (https://html.spec.whatwg.org/#modal-dialogs-and-inert-subtrees). Below a
 * video or a frame that fills the screen it stays where it is, unseen until that ends: nothing can be pressed above those.
 *
 * It waits for events alone, which cost nothing; `watch` adds an observer, for browsers whose dialogs fire no `toggle`.
 * Also a page that empties itself does not get rid of it. `document.open` takes all listeners, those within the element too,
 * and it cannot be used any more: then `lost` is called, once there is a page again. Returns the undo, which removes it.
 */
export function keepAbove(element: KeptElement, watch: boolean, lost: () => void): () => void {
  const undo = new AbortController();
  const { signal } = undo;
  /** In the order in which they were seen to open. */
  let covers: Element[] = [];
  /** The one in which it is. */
  let cover: Element | undefined;
  let parent: Node | undefined;
  let moving = false;
  let focused: HTMLElement | undefined;
  let ofParent: AbortController | undefined;
  let returns: number[] = [];
  let hears = true;

  const place = (isCovered = false) => {
    if (moving || signal.aborted) return;
    // A live collection, which the browser keeps: nothing is searched.
    for (const dialog of document.getElementsByTagName('dialog')) if (isCover(dialog)) note(dialog);
    const filling = fullscreenElement();
    if (filling && isCover(filling)) note(filling);
    covers = covers.filter(isCover);
    const top = covers.at(-1);
    if (top?.matches(CHILDLESS)) return;
    const wanted: HTMLElement | ShadowRoot | null = top
      ? (top.shadowRoot ?? (top as HTMLElement))
      : document.documentElement;
    if (!wanted) return;
    const isMoved = wanted !== parent || element.parentNode !== wanted;
    if (!isMoved && !isCovered) return;
    moving = true;
    const isUncovered = cover !== undefined && !isCover(cover);
    cover = top;
    if (isMoved) move(wanted);
    showAbove(element);
    moving = false;
    // A dialog that closes gives the focus to what had it before.
    if (isUncovered) focused?.focus({ preventScroll: true });
  };
  const note = (opened: Element) => {
    if (!covers.includes(opened)) covers.push(opened);
  };
  const move = (to: HTMLElement | ShadowRoot) => {
    parent = to;
    ofParent?.abort();
    ofParent = new AbortController();
    if (canMove(element, to)) to.moveBefore(element, null);
    else to.append(element);
    if (to === document.documentElement) return;
    // Events of a dialog within a shadow root do not come further.
    for (const type of ['close', 'toggle']) to.addEventListener(type, () => place(), { signal: ofParent.signal });
    observer?.observe(to, { attributeFilter: ['open'] });
  };
  const observer = watch ? new MutationObserver(() => place()) : undefined;
  observer?.observe(document, { subtree: true, attributeFilter: ['open'] });

  const on = (target: EventTarget, type: string, listener: (event: Event) => void) =>
    target.addEventListener(type, listener, { capture: true, signal });
  on(window, 'toggle', ({ target }) => {
    if (!(target as Element).localName.startsWith('zonetrace-')) place(true);
  });
  on(window, 'close', () => place());
  on(document, 'fullscreenchange', () => place(true));
  // Only the top-most dialog can have the focus; this also finds those within shadow roots.
  on(window, 'focusin', (event) => {
    const path = event.composedPath();
    if (path.includes(element)) return;
    const dialog = path.find((each) => each instanceof Element && isCover(each));
    if (dialog) note(dialog as Element);
    place();
  });
  on(element, 'focusin', (event) => {
    focused = event.composedPath()[0] as HTMLElement;
  });
  on(element, 'focusout', (event) => {
    // Later than what answers to the dialog that closes.
    queueMicrotask(() => {
      if (!moving && focused === event.composedPath()[0]) focused = undefined;
    });
  });
  on(element, PROBE, () => {
    hears = true;
  });
  element.removed = () => {
    if (moving || signal.aborted) return;
    hears = false;
    element.dispatchEvent(new Event(PROBE));
    if (!hears) {
      undo.abort();
      whenRooted(lost);
      return;
    }
    const now = performance.now();
    returns = [...returns.filter((at) => now - at < RETURNS_WITHIN), now];
    if (returns.length > MAX_RETURNS) return;
    if (document.documentElement) place();
    else whenRooted(place);
  };

  place(true);
  return () => {
    undo.abort();
    ofParent?.abort();
    observer?.disconnect();
    element.removed = undefined;
    element.remove();
  };
}

const PROBE = 'zonetrace-probe';

/** Calls `fn` once the document has a root element: right after what runs now, or when one is written. */
function whenRooted(fn: () => void): void {
  const observer = new MutationObserver(() => {
    if (!document.documentElement) return;
    observer.disconnect();
    fn();
  });
  if (document.documentElement) queueMicrotask(fn);
  else observer.observe(document, { childList: true });
}

function isCover(element: Element): boolean {
  return element.isConnected && element.matches('dialog:modal, :is(:fullscreen):not(:root)');
}

/** The top-most, also within shadow roots. */
function fullscreenElement(): Element | null {
  let found = document.fullscreenElement;
  while (found?.shadowRoot?.fullscreenElement) found = found.shadowRoot.fullscreenElement;
  return found;
}

/** `moveBefore` keeps focus, scrolling and all other state, but does not exist everywhere. */
function canMove(element: Element, to: HTMLElement | ShadowRoot): boolean {
  return 'moveBefore' in to && element.isConnected && to.isConnected && element.getRootNode() === to.getRootNode();
}

/** The last one shown in the top layer is the top-most. */
function showAbove(element: HTMLElement): void {
  if (!('popover' in element)) return;
  element.popover = 'manual';
  if (element.matches(':popover-open')) element.hidePopover();
  element.showPopover();
}
