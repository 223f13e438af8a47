/** https://wicg.github.io/document-picture-in-picture/ */
interface PictureInPicture {
  requestWindow(options: { width: number; height: number }): Promise<Window>;
}

/**
 * Moves an element into a window of its own, above others where the browser has Document Picture-in-Picture; has to be
 * called in an answer to a gesture. `leaving` is called before the element leaves the page, `closed` once, before it leaves
 * the window for whatever reason. Resolves to what closes the window, or to undefined where the browser allows none.
 */
export async function popOut(
  element: HTMLElement,
  leaving: () => void,
  closed: () => void,
): Promise<(() => void) | undefined> {
  const { innerWidth, innerHeight } = window;
  const size = { width: Math.min(innerWidth, 1100), height: Math.min(innerHeight, 640) };
  const target = await openWindow(size);
  if (!target) return undefined;
  const { document } = target;
  document.title = 'zonetrace';
  document.documentElement.style.setProperty('color-scheme', 'light dark');
  leaving();
  document.body.append(element);
  const undo = new AbortController();
  const { signal } = undo;
  const back = () => {
    if (signal.aborted) return;
    undo.abort();
    closed();
  };
  target.addEventListener('pagehide', back, { signal });
  const close = () => {
    back();
    target.close();
  };
  // The code that fills the window goes away with the page.
  window.addEventListener('pagehide', close, { signal });
  return close;
}

async function openWindow(size: { width: number; height: number }): Promise<Window | undefined> {
  const { documentPictureInPicture } = window as { documentPictureInPicture?: PictureInPicture };
  try {
    if (documentPictureInPicture) return await documentPictureInPicture.requestWindow(size);
  } catch {
    // Not in a frame, not without a gesture: a popup may still be allowed.
  }
  return window.open('', '', `popup,width=${size.width},height=${size.height}`) ?? undefined;
}
