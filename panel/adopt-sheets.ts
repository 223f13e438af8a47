import type { CSSResultOrNative } from 'lit';

/** By document, as a sheet of one is refused in another. */
const known = new WeakMap<Document, WeakMap<CSSResultOrNative, CSSStyleSheet>>();

/** Gives a shadow root its styles, by sheets of the document that it is in: a pop-out window has its own. */
export function adoptSheets(root: ShadowRoot, styles: readonly CSSResultOrNative[]): void {
  const { ownerDocument } = root;
  const view = ownerDocument.defaultView as (Window & typeof globalThis) | null;
  if (!view) return;
  let sheets = known.get(ownerDocument);
  if (!sheets) {
    sheets = new WeakMap();
    known.set(ownerDocument, sheets);
  }
  root.adoptedStyleSheets = styles.map((style) => {
    let sheet = sheets.get(style);
    if (!sheet) {
      sheet = new view.CSSStyleSheet();
      sheet.replaceSync('cssText' in style ? style.cssText : [...style.cssRules].map((rule) => rule.cssText).join(''));
      sheets.set(style, sheet);
    }
    return sheet;
  });
}
