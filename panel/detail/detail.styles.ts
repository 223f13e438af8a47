import { css } from 'lit';

export const detailStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    overflow: hidden;
  }
  .title {
    display: flex;
    flex: none;
    align-items: center;
    gap: 4px;
    height: 22px;
    padding: 0 2px 0 10px;
    background: var(--zt-raised);
    box-shadow: inset 0 -1px var(--zt-line);
  }
  h2 {
    flex: 1;
    min-width: 0;
    margin: 0;
    overflow: hidden;
    font-size: 12px;
    font-weight: 600;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .close {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    width: 22px;
    height: 20px;
    padding: 0;
    border: 0;
    border-radius: 3px;
    color: var(--zt-muted);
    background: none;
  }
  .close:hover {
    color: var(--zt-text);
    background: var(--zt-hover);
  }
  .scroller {
    flex: 1;
    min-height: 0;
    padding-bottom: 8px;
    user-select: text;
    -webkit-user-select: text;
  }
  section {
    border-top: 1px solid var(--zt-line);
  }
  h3 {
    margin: 0;
    padding: 6px 10px 0;
    font-size: 11px;
    font-weight: 600;
  }
  h3 .muted {
    font-weight: 400;
  }
  dl {
    display: grid;
    grid-template-columns: minmax(72px, max-content) minmax(0, 1fr);
    gap: 2px 12px;
    margin: 0;
    padding: 6px 10px;
    line-height: 17px;
  }
  dt {
    max-width: 170px;
    color: var(--zt-muted);
    overflow-wrap: anywhere;
  }
  dd {
    min-width: 0;
    margin: 0;
    overflow-wrap: anywhere;
    font-variant-numeric: tabular-nums;
  }
  dd.mono {
    white-space: pre-wrap;
  }
  dd.number {
    text-align: left;
  }
  .mono {
    line-height: 17px;
  }
  /* The signs stand where texts do, not the buttons around them. */
  .copies {
    display: block;
    margin-left: -3px;
  }
  .id {
    display: flex;
    align-items: flex-start;
    gap: 2px;
  }
  .id .mono {
    min-width: 0;
    word-break: break-all;
  }
  .id zonetrace-copy {
    flex: none;
  }
  ol {
    margin: 0;
    padding: 4px 0 6px;
    list-style: none;
  }
  li p {
    display: flex;
    gap: 8px;
    margin: 0;
    padding: 0 10px;
    line-height: 18px;
  }
  li dl {
    padding: 0 10px 4px 82px;
  }
  .offset {
    flex: none;
    width: 64px;
    white-space: nowrap;
    color: var(--zt-muted);
    font-variant-numeric: tabular-nums;
    text-align: right;
  }
  .exception {
    padding: 6px 10px;
    color: var(--zt-error);
    background: var(--zt-error-ground);
    border-bottom: 1px solid var(--zt-line);
  }
  .exception p {
    margin: 0;
    line-height: 17px;
    overflow-wrap: anywhere;
  }
  pre {
    max-height: 160px;
    margin: 4px 0 2px;
    overflow: auto;
    font: 11px/16px ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace;
    scrollbar-width: thin;
    overflow-wrap: anywhere;
    white-space: pre-wrap;
  }
  .source {
    display: inline;
    font: inherit;
    text-align: start;
    white-space: inherit;
    overflow-wrap: anywhere;
    user-select: text;
    -webkit-user-select: text;
  }
  .phases dd {
    display: flex;
    align-items: center;
    gap: 8px;
  }
  .phases .track {
    position: relative;
    flex: 1;
    height: 8px;
    background: var(--zt-hover);
  }
  .phases i {
    position: absolute;
    height: 8px;
    min-width: 1px;
    background: var(--c);
  }
  .phases .number {
    width: 56px;
  }
  .note {
    margin: 0;
    padding: 6px 10px;
    border-top: 1px solid var(--zt-line);
    color: var(--zt-muted);
    line-height: 17px;
  }
  code {
    font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace;
    font-size: 11px;
  }
`;
