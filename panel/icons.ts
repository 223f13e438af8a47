import { html, svg, type TemplateResult } from 'lit';

/** Icons of 16 by 16, in the colour of the text. */
const shapes = {
  record: svg`<circle cx="8" cy="8" r="4.5" fill="currentColor" /><circle cx="8" cy="8" r="6.5" fill="none" stroke="currentColor" />`,
  paused: svg`<circle cx="8" cy="8" r="6.5" fill="none" stroke="currentColor" /><path d="M6.5 5.5v5M9.5 5.5v5" stroke="currentColor" stroke-width="1.5" />`,
  clear: svg`<circle cx="8" cy="8" r="5.5" fill="none" stroke="currentColor" stroke-width="1.3" /><path d="M4.2 4.2l7.6 7.6" stroke="currentColor" stroke-width="1.3" />`,
  filter: svg`<circle cx="7" cy="7" r="4" fill="none" stroke="currentColor" stroke-width="1.3" /><path d="M10 10l3.5 3.5" stroke="currentColor" stroke-width="1.3" />`,
  close: svg`<path d="M4 4l8 8M12 4l-8 8" stroke="currentColor" stroke-width="1.4" />`,
  bottom: svg`<path d="M2.5 3.5h11v9h-11z" fill="none" stroke="currentColor" /><path d="M3 9h10v3H3z" fill="currentColor" />`,
  right: svg`<path d="M2.5 3.5h11v9h-11z" fill="none" stroke="currentColor" /><path d="M9 4h4v8H9z" fill="currentColor" />`,
  left: svg`<path d="M2.5 3.5h11v9h-11z" fill="none" stroke="currentColor" /><path d="M3 4h4v8H3z" fill="currentColor" />`,
  float: svg`<path d="M2.5 3.5h11v9h-11z" fill="none" stroke="currentColor" /><path d="M5 6h6v4H5z" fill="currentColor" />`,
  window: svg`<path d="M7 3.5H3.5v9h9V9M9.5 3.5h3v3M12.5 3.5L8 8" fill="none" stroke="currentColor" stroke-width="1.2" />`,
  system: svg`<circle cx="8" cy="8" r="5" fill="none" stroke="currentColor" stroke-width="1.3" /><path d="M8 3a5 5 0 0 1 0 10z" fill="currentColor" />`,
  light: svg`<circle cx="8" cy="8" r="2.8" fill="currentColor" /><path d="M8 1.5v2M8 12.5v2M1.5 8h2M12.5 8h2M3.4 3.4l1.4 1.4M11.2 11.2l1.4 1.4M3.4 12.6l1.4-1.4M11.2 4.8l1.4-1.4" stroke="currentColor" stroke-width="1.3" />`,
  dark: svg`<path d="M12.5 9.8A5.2 5.2 0 0 1 6.2 3.5a5.2 5.2 0 1 0 6.3 6.3z" fill="currentColor" />`,
  copy: svg`<path d="M5.5 5.5h7v8h-7z" fill="none" stroke="currentColor" /><path d="M3.5 10.5v-8h7" fill="none" stroke="currentColor" />`,
  open: svg`<path d="M2.5 12.5v-9h4l1.5 2h5.5v7z" fill="none" stroke="currentColor" stroke-width="1.2" />`,
  save: svg`<path d="M8 2.5v7M5 7l3 3 3-3M2.5 11v2.5h11V11" fill="none" stroke="currentColor" stroke-width="1.3" />`,
  help: svg`<path d="M5.5 6a2.5 2.5 0 1 1 3.6 2.2Q8 8.8 8 10M8 12v1.3" fill="none" stroke="currentColor" stroke-width="1.3" />`,
  done: svg`<path d="M3.5 8.5l3 3 6-7" fill="none" stroke="currentColor" stroke-width="1.5" />`,
};

export type IconName = keyof typeof shapes;

export function icon(name: IconName): TemplateResult {
  return html`<svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">${shapes[name]}</svg>`;
}
