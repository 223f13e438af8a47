import { css, html, nothing, type PropertyDeclarations } from 'lit';
import { copyText } from './copy-text.js';
import { icon } from './icons.js';
import { PanelElement } from './panel-element.js';
import { base } from './styles.js';

/** ms that the answer is shown. */
const ANSWER_TIME = 1200;

/** Copies a text, and says so for a moment. */
export class ZonetraceCopy extends PanelElement {
  static override properties: PropertyDeclarations = {
    text: { attribute: false },
    label: {},
    caption: {},
    answer: { state: true },
  };

  /** What is copied. */
  declare text: string | (() => string);
  /** What it copies, for a tooltip and a screen reader. */
  declare label: string;
  /** Shown beside the icon. */
  declare caption: string;
  declare protected answer: 'copied' | 'refused' | undefined;

  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.text = '';
    this.label = '';
    this.caption = '';
    this.answer = undefined;
  }

  static override styles = [
    base,
    css`
      :host {
        display: inline-block;
        background: none;
      }
      button {
        display: inline-flex;
        align-items: center;
        gap: 3px;
        height: 17px;
        padding: 0 2px;
        border: 0;
        border-radius: 3px;
        color: var(--zt-muted);
        background: none;
      }
      button:hover {
        color: var(--zt-text);
        background: var(--zt-hover);
      }
      svg {
        width: 14px;
        height: 14px;
      }
    `,
  ];

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
    this.answer = undefined;
  }

  protected override render() {
    const { answer } = this;
    const says = answer === 'copied' ? 'Copied' : answer === 'refused' ? 'Refused by the browser' : this.caption;
    return html`<button title=${this.label} aria-label=${this.label} @click=${this.#copy}>
      ${icon(answer === 'copied' ? 'done' : 'copy')}
      <span role="status">${says || nothing}</span>
    </button>`;
  }

  #copy = (): void => {
    this.runOutside(async () => {
      const text = typeof this.text === 'string' ? this.text : this.text();
      this.answer = (await copyText(text, this.renderRoot as ShadowRoot)) ? 'copied' : 'refused';
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => {
        this.answer = undefined;
      }, ANSWER_TIME);
    });
  };
}
