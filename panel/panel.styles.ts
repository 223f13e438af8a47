import { css } from 'lit';
import { helpStyles } from './help.styles.js';
import { base, colourTokens } from './styles.js';

/** Of the shell. The host takes nothing from the page: neither what is inherited nor what a rule for `*` says. */
export const panelStyles = [
  base,
  helpStyles,
  css`
    :host {
      ${colourTokens}
      all: initial !important;
      position: fixed !important;
      z-index: 2147483646 !important;
      inset: auto 0 0 0 !important;
      display: block !important;
      height: min(var(--height), 100vh - 40px) !important;
      color-scheme: light dark !important;
      direction: ltr !important;
      pointer-events: auto !important;
      contain: layout style !important;
    }
    :host::backdrop {
      display: none !important;
    }
    :host([dock='right']),
    :host([dock='left']) {
      inset: 0 0 0 auto !important;
      width: min(var(--width), 100vw - 40px) !important;
      height: auto !important;
    }
    :host([dock='left']) {
      inset: 0 auto 0 0 !important;
    }
    :host([dock='float']) {
      inset: clamp(0px, var(--floatTop), 100vh - 60px) auto auto clamp(0px, var(--floatLeft), 100vw - 120px) !important;
      width: clamp(260px, var(--floatWidth), 100vw) !important;
      height: clamp(140px, var(--floatHeight), 100vh) !important;
    }
    :host([popped-out]) {
      inset: 0 !important;
      width: auto !important;
      height: auto !important;
    }
    :host([dock='float']) .panel {
      position: relative;
      border-radius: 6px;
      overflow: hidden;
      box-shadow: 0 4px 24px rgb(0 0 0 / 35%);
    }
    :host([theme='light']) {
      color-scheme: light !important;
    }
    :host([theme='dark']) {
      color-scheme: dark !important;
    }
    .panel {
      display: flex;
      flex-direction: column;
      width: 100%;
      height: 100%;
      color: var(--zt-text);
      background: var(--zt-surface);
      box-shadow: 0 0 12px rgb(0 0 0 / 22%);
      font: 12px/16px system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif;
      text-align: left;
      user-select: none;
      -webkit-user-select: none;
    }
    :host([dock='right']) .panel {
      flex-direction: row;
    }
    :host([dock='left']) .panel {
      flex-direction: row-reverse;
    }
    .content {
      position: relative;
      display: flex;
      flex: 1;
      flex-direction: column;
      min-width: 0;
      min-height: 0;
    }
    .notice {
      display: flex;
      gap: 12px;
      max-height: 66px;
      margin: 0;
      padding: 4px 10px;
      overflow: auto;
      background: var(--zt-error-ground);
      user-select: text;
      overflow-wrap: anywhere;
    }
    .notice[role='status'] {
      background: var(--zt-raised);
    }
    .notice span {
      flex: 1;
      white-space: pre-line;
    }
    .areas {
      display: flex;
      flex: 1;
      min-height: 0;
      --most: min(45%, 100% - 360px);
    }
    .areas.both {
      --most: min(45%, (100% - 360px) / 2);
    }
    :host([stacked]) .areas {
      flex-direction: column;
    }
    zonetrace-traces {
      flex: none;
      width: clamp(120px, var(--listWidth), var(--most));
    }
    .main {
      flex: 1;
    }
    zonetrace-detail {
      flex: none;
      width: clamp(120px, var(--detailWidth), var(--most));
    }
    :host([stacked]) zonetrace-traces {
      width: auto;
      height: clamp(66px, var(--listHeight), 40%);
    }
    :host([stacked]) zonetrace-detail {
      width: auto;
      height: clamp(66px, var(--detailHeight), 45%);
    }
    @media print {
      :host {
        display: none !important;
      }
    }
  `,
];
