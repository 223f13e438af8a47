import { css, unsafeCSS } from 'lit';
import { type ColourPair, PALETTE, THEME } from './layout/colours.js';

/** px; every row of the panel has this height, so that a list is a slice of its rows. */
export const ROW_HEIGHT = 22;

const declare = ([name, [light, dark]]: [string, ColourPair]) => `--zt-${name}:light-dark(${light},${dark});`;

/** The colours as custom properties, `--zt-surface`, `--zt-c0` and so on; `color-scheme` picks light or dark. */
export const colourTokens = unsafeCSS(
  [...Object.entries<ColourPair>(THEME), ...PALETTE.map((pair, place): [string, ColourPair] => [`c${place}`, pair])]
    .map(declare)
    .join(''),
);

/** What every element of the panel has in common. */
export const base = css`
  :host {
    display: block;
    box-sizing: border-box;
    min-width: 0;
    min-height: 0;
    color: var(--zt-text);
    background: var(--zt-surface);
  }
  :host([hidden]) {
    display: none;
  }
  *,
  ::before,
  ::after {
    box-sizing: border-box;
  }
  :focus {
    outline: none;
  }
  :focus-visible {
    outline: 2px solid var(--zt-accent);
    outline-offset: -2px;
  }
  .mono {
    font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace;
    font-size: 11px;
  }
  .number {
    text-align: right;
    font-variant-numeric: tabular-nums;
  }
  .cut {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  /* Of a name of mixed directions, the part that runs against the others gives way first. */
  .runs {
    display: inline-flex;
    max-width: 100%;
    vertical-align: top;
    white-space: pre;
  }
  .runs > * {
    min-width: 0;
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .runs > bdi {
    flex-shrink: 1e6;
    min-width: 1em;
  }
  .muted {
    color: var(--zt-muted);
  }
  .error {
    color: var(--zt-error);
  }
  .swatch {
    flex: none;
    width: 8px;
    height: 8px;
    border-radius: 2px;
    background: var(--c);
  }
  .scroller {
    position: relative;
    overflow: auto;
    overscroll-behavior: contain;
    overflow-anchor: none;
    scrollbar-width: thin;
    scrollbar-color: var(--zt-guide) transparent;
  }
  .empty {
    display: flex;
    flex-direction: column;
    align-items: center;
    justify-content: center;
    gap: 4px;
    height: 100%;
    padding: 16px;
    color: var(--zt-muted);
    text-align: center;
    line-height: 18px;
  }
  .empty strong {
    color: var(--zt-text);
    font-weight: 600;
  }
  .empty p {
    max-width: 300px;
    margin: 0;
  }
  button {
    font: inherit;
    color: inherit;
    cursor: default;
  }
  /* Where the reader has colours of their own, those that mean something stay; a ground that means something becomes a line. */
  @media (forced-colors: active) {
    .swatch,
    .bar,
    .event,
    .critical,
    .mark,
    .lamp,
    .track i,
    canvas,
    svg {
      forced-color-adjust: none;
    }
    .critical,
    .event {
      background: CanvasText;
    }
    [aria-selected='true'],
    [aria-pressed='true'] {
      outline: 1px solid Highlight;
      outline-offset: -1px;
    }
  }
  .link {
    padding: 0;
    border: 0;
    background: none;
    color: var(--zt-accent);
    text-decoration: underline;
    text-underline-offset: 2px;
    cursor: pointer;
  }
`;

/** Lists of fixed-height rows. */
export const rowList = css`
  .body {
    position: relative;
  }
  .rows {
    position: absolute;
    top: 0;
    left: 0;
    right: 0;
    will-change: transform;
  }
  .row,
  .head {
    display: grid;
    align-items: center;
    height: 22px;
    line-height: 22px;
    white-space: nowrap;
  }
  .head {
    position: sticky;
    top: 0;
    z-index: 2;
    color: var(--zt-muted);
    background: var(--zt-raised);
    box-shadow: inset 0 -1px var(--zt-line);
    font-size: 11px;
  }
  .scroller > .empty {
    height: calc(100% - 22px);
  }
  .row {
    cursor: default;
    /* What changes in one row does not have the browser look at the others. */
    contain: strict;
  }
  .row:hover {
    background: var(--zt-hover);
  }
  .row[aria-selected='true'] {
    background: var(--zt-selected);
  }
  .scroller:focus-visible {
    outline: none;
  }
  .scroller:focus-visible .row[aria-selected='true'] {
    box-shadow: inset 2px 0 var(--zt-accent);
  }
`;

/** Heads of columns that sort the list. */
export const sortingHead = css`
  .head button {
    overflow: hidden;
    width: 100%;
    padding: 0;
    border: 0;
    background: none;
    text-align: inherit;
    text-overflow: ellipsis;
  }
`;
