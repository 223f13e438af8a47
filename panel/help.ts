import { css, html } from 'lit';

const KEYS: readonly (readonly [string, string])[] = [
  ['W S', 'zoom at the pointer'],
  ['A D', 'pan'],
  ['0', 'show all of the time'],
  ['F', 'show the chosen span'],
  ['Ctrl+wheel, Shift+wheel', 'zoom, pan'],
  ['drag over the axis', 'show a part'],
  ['R', 'show the chosen span as the whole tree; Esc: all again'],
  ['E', 'show the newest error, then the next ones'],
  ['G', 'one row for the spans of one name below the chosen one'],
  ['Enter, double click', 'zoom to the span, and back'],
  ['arrows, Home, End, PageUp, PageDown', 'walk the tree or list'],
  ['/', 'filter; Enter, Shift+Enter: next and previous match'],
  ['Ctrl+click, or C in the list', 'compare the chosen trace with this one, by name'],
  ['Esc', 'one step back'],
  ['-, + or right click on what opens the panel', 'make it small, or large again'],
];

export const helpStyles = css`
  .help {
    position: absolute;
    z-index: 4;
    inset: 0;
    margin: auto;
    width: fit-content;
    height: fit-content;
    max-width: 94%;
    max-height: 90%;
    padding: 10px 16px 8px;
    overflow: auto;
    border: 1px solid var(--zt-line);
    border-radius: 6px;
    background: var(--zt-raised);
    box-shadow: 0 2px 14px rgb(0 0 0 / 25%);
  }
  /* Not the box itself: where that has no room, further columns would come at its side. */
  .help .keys {
    columns: 2 260px;
    column-gap: 24px;
  }
  .help:focus {
    outline: none;
  }
  .help dl {
    display: grid;
    grid-template-columns: minmax(96px, 38%) minmax(0, 1fr);
    gap: 0 12px;
    margin: 0;
    break-inside: avoid;
  }
  .help dt,
  .help dd {
    margin: 0;
    padding: 1px 0;
  }
  .help kbd {
    font: inherit;
    font-weight: 600;
  }
`;

/** The keys, as long as the reader wants to see them. */
export function renderHelp(shortcut: string, close: () => void) {
  return html`<div class="help" role="dialog" aria-label="Keys" tabindex="-1">
    <div class="keys">${[...KEYS, [shortcut, 'open and close the panel'] as const].map(
      ([keys, what]) => html`<dl><dt><kbd>${keys}</kbd></dt><dd>${what}</dd></dl>`,
    )}</div>
    <button class="link" @click=${close}>Close</button>
  </div>`;
}
