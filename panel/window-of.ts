/**
 * The window that something is shown in: one of its own while the overlay is popped out, which is drawn on also while the
 * page is hidden.
 */
export function windowOf({ ownerDocument }: { readonly ownerDocument: Document }): Window & typeof globalThis {
  return (ownerDocument.defaultView ?? window) as Window & typeof globalThis;
}
