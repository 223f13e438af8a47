import { css } from 'lit';

export const barStyles = css`
  :host {
    flex: none;
    container-type: inline-size;
    background: var(--zt-raised);
    border-bottom: 1px solid var(--zt-line);
  }
  [role='toolbar'] {
    display: flex;
    align-items: center;
    flex-wrap: wrap;
    gap: 2px;
    min-height: 28px;
    padding: 2px 4px;
    white-space: nowrap;
  }
  i {
    flex: none;
    width: 1px;
    height: 16px;
    margin: 0 4px;
    background: var(--zt-line);
  }
  label.icon {
    position: relative;
  }
  .icon input,
  .icon select {
    position: absolute;
    inset: 0;
    width: 100%;
    opacity: 0;
  }
  label.icon:focus-within {
    outline: 2px solid var(--zt-accent);
    outline-offset: -2px;
  }
  button,
  label.icon {
    display: inline-flex;
    flex: none;
    align-items: center;
    justify-content: center;
    height: 22px;
    padding: 0 6px;
    border: 0;
    border-radius: 4px;
    color: var(--zt-muted);
    background: none;
  }
  button:hover,
  label.icon:hover {
    color: var(--zt-text);
    background: color-mix(in srgb, var(--zt-text) 8%, transparent);
  }
  button.icon,
  label.icon {
    width: 26px;
    padding: 0;
  }
  button.on {
    color: var(--zt-accent);
  }
  .hold {
    gap: 6px;
    min-width: 54px;
  }
  .lamp {
    width: 8px;
    height: 8px;
    border-radius: 50%;
    background: var(--zt-accent);
  }
  .held .lamp {
    background: none;
    box-shadow: inset 0 0 0 2px var(--zt-muted);
  }
  .filter {
    display: flex;
    flex: 100 1 110px;
    align-items: center;
    min-width: 90px;
    max-width: 260px;
    height: 20px;
    padding-left: 4px;
    border: 1px solid var(--zt-line);
    border-radius: 4px;
    color: var(--zt-muted);
    background: var(--zt-surface);
  }
  .filter svg {
    flex: none;
    width: 14px;
    height: 14px;
  }
  .filter:focus-within {
    border-color: var(--zt-accent);
    outline: 1px solid var(--zt-accent);
    outline-offset: -1px;
  }
  .filter input {
    flex: 1;
    min-width: 0;
    height: 18px;
    padding: 0 4px;
    border: 0;
    color: var(--zt-text);
    background: none;
    font: inherit;
  }
  .filter input:focus-visible {
    outline: none;
  }
  input::placeholder {
    color: var(--zt-muted);
    opacity: 1;
  }
  .views {
    display: flex;
    flex: none;
    margin: 0 4px;
  }
  .views [aria-pressed='true'] {
    color: var(--zt-accent);
    background: color-mix(in srgb, var(--zt-accent) 12%, transparent);
  }
  .view {
    display: none;
    height: 22px;
    margin: 0 4px;
    padding: 0 2px;
    border: 1px solid var(--zt-line);
    border-radius: 4px;
    color: var(--zt-accent);
    background: var(--zt-surface);
    font: inherit;
  }
  .tools {
    display: flex;
    flex: 1 0 200px;
    align-items: center;
    justify-content: flex-end;
    gap: 2px;
    min-width: 0;
  }
  /* What has no room goes, the last first: a new count does not move anything. */
  .counts {
    display: flex;
    flex: 1;
    flex-wrap: wrap;
    justify-content: flex-end;
    gap: 0 12px;
    height: 24px;
    min-width: 0;
    line-height: 24px;
    margin: 0 8px;
    overflow: hidden;
    color: var(--zt-muted);
    font-variant-numeric: tabular-nums;
  }
  .counts .error {
    height: 24px;
    padding: 0 4px;
    color: var(--zt-error);
  }
  .counts .error:hover {
    background: none;
    text-decoration: underline;
  }
  .counts::before {
    content: '';
    width: 0;
    height: 24px;
  }
  @container (width < 700px) {
    .views,
    i {
      display: none;
    }
    .counts {
      margin: 0 6px 0 0;
    }
    .view {
      display: block;
    }
    .tools {
      /* Of seven buttons and their gaps: with less they lie over what stands before them. */
      flex-basis: 206px;
    }
  }
`;
