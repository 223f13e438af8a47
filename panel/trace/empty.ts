import { html } from 'lit';

/** Said where there are no spans to show: none chosen, or those of the chosen trace are gone. */
export function renderEmpty(isGone: boolean) {
  return html`<div class="empty">
    ${
      isGone
        ? html`<strong>This trace is gone</strong><p>It made room for newer ones. Select another.</p>`
        : html`<strong>No trace selected</strong><p>Select a trace in the list to see its spans on the time axis.</p>`
    }
  </div>`;
}
