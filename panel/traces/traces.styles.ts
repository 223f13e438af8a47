import { css } from 'lit';

export const tracesStyles = css`
  :host {
    container-type: inline-size;
  }
  .scroller {
    height: 100%;
  }
  .head,
  .row {
    grid-template-columns: 54px minmax(0, 1fr) 40px 62px 42px 24px;
    column-gap: 6px;
    padding: 0 8px;
  }
  .head {
    overflow: hidden;
  }
  .name {
    display: flex;
    align-items: center;
    min-width: 0;
  }
  .swatch {
    margin-left: 2px;
  }
  .cut + .swatch {
    margin-left: 6px;
  }
  .compared {
    margin-left: 6px;
    color: var(--zt-accent);
    font-style: normal;
  }
  .elsewhere .cut {
    color: var(--zt-muted);
    font-style: italic;
  }
  .source {
    flex: 0 1e6 auto;
    min-width: 14px;
    margin-left: 6px;
    overflow: hidden;
    color: var(--zt-muted);
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .shape {
    overflow: hidden;
    line-height: 0;
  }
  .row .shape {
    color: color-mix(in srgb, var(--zt-muted) 70%, transparent);
  }
  .head .shape {
    line-height: 22px;
  }
  .pending {
    display: inline-block;
    width: 7px;
    height: 7px;
    margin-right: 5px;
    border: 1.5px solid var(--zt-accent);
    border-radius: 50%;
  }
  @container (width < 395px) {
    .head,
    .row {
      grid-template-columns: 54px minmax(0, 1fr) 40px 62px 24px;
    }
    .spans {
      display: none;
    }
  }
  @container (width < 320px) {
    .head,
    .row {
      grid-template-columns: 54px minmax(0, 1fr) 60px 24px;
    }
    .shape {
      display: none;
    }
  }
  /* The names would have no room left. The time is still read out, and still sorts. */
  @container (width < 260px) {
    .head {
      grid-template-columns: auto minmax(0, 1fr) 60px 24px;
    }
    .row {
      grid-template-columns: minmax(0, 1fr) 60px 24px;
    }
    .time {
      position: absolute;
      clip-path: inset(50%);
    }
  }
`;
