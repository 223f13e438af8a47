import { css } from 'lit';

export const traceStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    overflow: hidden;
  }
  .scroller {
    flex: 1;
    min-height: 0;
    --axis-room: 12px;
  }
  .head,
  .row {
    grid-template-columns: var(--name) var(--duration) minmax(0, 1fr);
  }
  /* For its words. */
  .scroller:not(.narrow) .unended {
    grid-template-columns: calc(var(--name) - 16px) calc(var(--duration) + 16px) minmax(0, 1fr);
  }
  .head > :first-child {
    position: relative;
    height: 22px;
    padding: 0 8px;
  }
  .head zonetrace-separator {
    position: absolute;
    top: 4px;
    right: 0;
    height: 14px;
  }
  .number {
    padding-right: 8px;
    overflow: hidden;
  }
  .narrow .number {
    padding: 0;
  }
  .axis {
    position: relative;
    align-self: stretch;
    margin: 0 var(--axis-room);
  }
  .row .axis {
    overflow: hidden;
    margin: 0;
    border-inline: var(--axis-room) solid transparent;
  }
  .tick::before {
    content: '';
    position: absolute;
    left: 0;
    top: 14px;
    height: 8px;
    border-left: 1px solid var(--zt-guide);
  }
  .before::before {
    left: auto;
    right: 0;
  }
  .body {
    min-height: calc(100% - 22px);
  }
  .lines {
    position: absolute;
    inset: 0 var(--axis-room) 0 calc(var(--name) + var(--duration) + var(--axis-room));
    pointer-events: none;
  }
  .lines i {
    position: absolute;
    top: 0;
    bottom: 0;
    border-left: 1px solid var(--zt-tick);
  }
  .lines b {
    position: absolute;
    top: 0;
    bottom: 0;
    background: color-mix(in srgb, var(--zt-accent) 18%, transparent);
    border-inline: 1px solid var(--zt-accent);
  }
  .name {
    display: flex;
    align-items: center;
    min-width: 0;
    overflow: hidden;
    padding: 0 4px 0 6px;
  }
  .guides {
    flex: none;
    align-self: stretch;
    height: 22px;
    max-width: 50%;
    background: repeating-linear-gradient(
      to right,
      transparent 0 5px,
      var(--zt-guide) 5px 6px,
      transparent 6px 12px
    );
  }
  /* As wide as with a count of one digit, so that the names of siblings mostly begin below each other. */
  .toggle,
  .leaf {
    flex: none;
    min-width: 22px;
  }
  .toggle {
    display: inline-flex;
    align-items: center;
    height: 16px;
    margin-right: 4px;
    padding-right: 3px;
    border-radius: 3px;
    color: var(--zt-muted);
    font-size: 10px;
    font-variant-numeric: tabular-nums;
    line-height: 16px;
  }
  .leaf {
    margin-right: 4px;
  }
  .toggle:hover {
    background: color-mix(in srgb, var(--zt-text) 10%, transparent);
  }
  .toggle i {
    width: 12px;
    height: 12px;
    background: currentColor;
    clip-path: polygon(35% 22%, 72% 50%, 35% 78%);
  }
  .toggle.open i {
    clip-path: polygon(22% 35%, 78% 35%, 50% 72%);
  }
  .toggle.hidden-error {
    color: var(--zt-error);
    box-shadow: inset 0 0 0 1px var(--zt-error);
  }
  .swatch {
    margin-right: 5px;
  }
  .mark {
    flex: none;
    width: 12px;
    height: 12px;
    margin-left: 5px;
    border-radius: 50%;
    color: var(--zt-surface);
    background: var(--zt-error);
    font: 700 10px/12px system-ui, sans-serif;
    text-align: center;
  }
  .jump {
    flex: none;
    width: 14px;
    margin-left: 4px;
    border-radius: 3px;
    color: var(--zt-accent);
    font-style: normal;
    text-align: center;
  }
  .jump:hover {
    background: var(--zt-hover);
  }
  .failed .name .cut {
    color: var(--zt-error);
  }
  .bar {
    position: absolute;
    top: 6px;
    height: 10px;
    min-width: 2px;
    border-radius: 2px;
    background: var(--c);
  }
  .bar.open {
    border-radius: 2px 0 0 2px;
    background: linear-gradient(to right, var(--c) max(2px, 100% - 40px), transparent);
  }
  .bar.member {
    opacity: 0.85;
  }
  .critical {
    position: absolute;
    top: 17px;
    height: 2px;
    min-width: 1px;
    background: var(--zt-text);
    box-shadow: 0 0 0 1px var(--zt-surface);
  }
  .name .cut {
    flex: 0 1 auto;
    min-width: 24px;
  }
  /* Shrinks to its count before the name does. */
  .repeats {
    display: grid;
    flex: 0 1e6 auto;
    grid-template-columns: auto minmax(0, max-content);
    column-gap: 3px;
    min-width: min-content;
    margin-left: 6px;
    padding: 0 5px;
    border-radius: 8px;
    color: var(--zt-muted);
    box-shadow: inset 0 0 0 1px var(--zt-guide);
    font-size: 10px;
    line-height: 15px;
  }
  .repeats b {
    font-weight: 400;
  }
  .repeats span {
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .repeats:hover {
    color: var(--zt-text);
    background: var(--zt-hover);
  }
  .head select {
    width: 100%;
    padding: 0;
    border: 0;
    color: inherit;
    background: none;
    font: inherit;
    text-align: right;
    text-align-last: right;
    appearance: none;
  }
  .head select:hover {
    color: var(--zt-text);
    text-decoration: underline dotted;
  }
  .event {
    position: absolute;
    top: 5px;
    width: 2px;
    height: 12px;
    margin-left: -1px;
    background: var(--zt-text);
    box-shadow: 0 0 0 1px var(--zt-surface);
  }
  .event.exception {
    background: var(--zt-error);
  }
  .filtered .row:not(.matched) > * {
    opacity: 0.6;
  }
  .matched .name .cut {
    font-weight: 600;
  }
  @media (forced-colors: active) {
    .row .axis {
      forced-color-adjust: none; /* Its sides stay transparent: the outline of the chosen row is below them. */
    }
    .repeats,
    .toggle.hidden-error {
      outline: 1px solid;
      outline-offset: -1px;
    }
    .toggle i {
      forced-color-adjust: none;
      background: CanvasText;
    }
  }
`;
