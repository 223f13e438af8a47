import { css, html, nothing, type PropertyDeclarations } from 'lit';
import { FollowEvent } from '../events.js';
import { formatCount } from '../layout/format-count.js';
import { PanelElement } from '../panel-element.js';
import { base } from '../styles.js';
import { diagnose, type Finding } from './diagnose.js';

/**
 * What the tracer itself noticed, each with its remedy, and what became of the spans that it was to export.
 *
 * @fires zonetrace-follow - the reader wants to see a span
 */
export class ZonetraceDiagnostics extends PanelElement {
  static override properties: PropertyDeclarations = { version: { type: Number } };

  /** Of the store; asks for an update when it changes. */
  declare version: number;

  constructor() {
    super();
    this.version = -1;
  }

  static override styles = [
    base,
    css`
      .scroller {
        display: flex;
        flex-direction: column;
        height: 100%;
        user-select: text;
        -webkit-user-select: text;
      }
      ul {
        margin: 0;
        padding: 0;
        list-style: none;
      }
      .empty {
        flex: 1;
        height: auto;
      }
      li {
        padding: 5px 10px;
        border-bottom: 1px solid var(--zt-line);
        overflow-wrap: anywhere;
      }
      p {
        margin: 0;
        line-height: 17px;
      }
      summary {
        width: fit-content;
        color: var(--zt-muted);
        cursor: pointer;
      }
      pre {
        margin: 2px 0;
        font: 11px/16px ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace;
        white-space: pre-wrap;
      }
      dl {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(160px, 1fr));
        gap: 0 16px;
        margin: 0;
        padding: 6px 10px;
        border-bottom: 1px solid var(--zt-line);
      }
      dl div {
        display: flex;
        gap: 8px;
        line-height: 18px;
      }
      dt {
        color: var(--zt-muted);
      }
      dd {
        margin: 0;
        font-variant-numeric: tabular-nums;
      }
    `,
  ];

  protected override render() {
    if (!this.panel) return nothing;
    const findings = diagnose(this.panel);
    return html`<div class="scroller" role="region" tabindex="0" aria-label="Diagnostics">
      ${this.#stats()}
      ${
        findings.length > 0
          ? html`<ul>
              ${findings.map((finding) => this.#item(finding))}
            </ul>`
          : html`<div class="empty"><strong>Nothing is amiss</strong><p>No span was lost, left open or dropped, and all of the options are understood.</p></div>`
      }
    </div>`;
  }

  #item({ what, remedy, count, detail, span }: Finding) {
    return html`<li>
      <p><strong>${what}</strong>${count > 1 ? html` <span class="muted">${formatCount(count)} times</span>` : nothing}</p>
      <p class="muted">${remedy}</p>
      ${span ? html`<button class="link" @click=${() => this.dispatchEvent(new FollowEvent(span))}>Show the span</button>` : nothing}
      ${
        detail
          ? html`<details>
              <summary>Where</summary>
              <pre>${detail}</pre>
            </details>`
          : nothing
      }
    </li>`;
  }

  #stats() {
    const stats = this.panel?.stats?.();
    if (!stats) return nothing;
    return html`<dl aria-label="Export">
      ${Object.entries(stats).map(
        ([name, value]) =>
          html`<div><dt>${inWords(name)}</dt><dd>${typeof value === 'number' ? formatCount(value) : value}</dd></div>`,
      )}
    </dl>`;
  }
}

/** `overRate` as `over rate`. */
function inWords(name: string): string {
  return name.replace(/\B[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
