import { css } from 'lit';

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
