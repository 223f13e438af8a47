import { html } from 'lit';

/** Said where there are no spans to show: none there, none chosen, or those of the chosen trace are gone. */
export function renderEmpty(isGone: boolean, hasTraces: boolean) {
  return html`<div class="empty">
    ${
      !hasTraces
        ? html`<strong>The spans of a trace are shown here</strong>
            <p>While it runs, and after. Or drop a file of traces here: OTLP, Jaeger, Zipkin, Chrome.</p>
            <p><strong>?</strong> lists the keys.</p>`
        : isGone
          ? html`<strong>This trace is gone</strong><p>It made room for newer ones. Select another.</p>`
          : html`<strong>No trace selected</strong><p>Select a trace in the list to see its spans on the time axis.</p>`
    }
  </div>`;
}
