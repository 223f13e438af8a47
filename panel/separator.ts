import { css, html, type PropertyDeclarations, type PropertyValues } from 'lit';
import { ResizeEvent } from './events.js';
import { clamp } from './layout/scale.js';
import { PanelElement } from './panel-element.js';

/** px that an arrow key moves. */
const KEY_STEP = 16;

/**
 * A line between two areas that pointer and keyboard move (https://www.w3.org/WAI/ARIA/apg/patterns/windowsplitter/).
 *
 * @fires zonetrace-resize - with the size that the reader wants, in px
 */
export class ZonetraceSeparator extends PanelElement {
  static override properties: PropertyDeclarations = {
    orientation: { reflect: true },
    label: {},
    value: { type: Number },
    min: { type: Number },
    max: { type: Number },
    inverted: { type: Boolean },
  };

  /** The direction of the line itself. */
  declare orientation: 'vertical' | 'horizontal';
  /** What it sizes, for a screen reader. */
  declare label: string;
  /** px, of the area that it sizes. */
  declare value: number;
  declare min: number;
  declare max: number;
  /** The sized area lies after the line. */
  declare inverted: boolean;

  #drag: { from: number; value: number } | undefined;

  constructor() {
    super();
    this.orientation = 'vertical';
    this.label = '';
    this.value = 0;
    this.min = 0;
    this.max = 10_000;
    this.inverted = false;
    this.addEventListener('pointerdown', this.#start);
    this.addEventListener('pointermove', this.#move);
    this.addEventListener('pointerup', this.#end);
    this.addEventListener('lostpointercapture', this.#end);
    this.addEventListener('keydown', this.#key);
  }

  static override styles = css`
    :host {
      position: relative;
      z-index: 3;
      flex: none;
      touch-action: none;
      user-select: none;
      -webkit-user-select: none;
    }
    :host([orientation='vertical']) {
      width: 1px;
      cursor: col-resize;
    }
    :host([orientation='horizontal']) {
      height: 1px;
      cursor: row-resize;
    }
    i {
      position: absolute;
      inset: 0;
      background: var(--zt-line);
    }
    b {
      position: absolute;
      inset: -3px;
    }
    :host(:hover) b {
      background: var(--zt-accent);
      opacity: 0.35;
      transition: opacity 0.1s 0.1s;
    }
    @media (prefers-reduced-motion: reduce) {
      :host(:hover) b {
        transition: none;
      }
    }
    @media (forced-colors: active) {
      i,
      :host(:focus-visible) b {
        background: CanvasText;
      }
    }
    :host(:focus) {
      outline: none;
    }
    :host(:focus-visible) b {
      background: var(--zt-accent);
    }
  `;

  protected override willUpdate(changed: PropertyValues<this>): void {
    this.setAttribute('role', 'separator');
    this.tabIndex = 0;
    if (changed.has('orientation')) this.setAttribute('aria-orientation', this.orientation);
    if (changed.has('label')) this.setAttribute('aria-label', this.label);
    this.setAttribute('aria-valuenow', String(Math.round(this.value)));
    this.setAttribute('aria-valuemin', String(Math.round(this.min)));
    this.setAttribute('aria-valuemax', String(Math.round(this.max)));
  }

  protected override render() {
    return html`<i></i><b></b>`;
  }

  #start = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    event.preventDefault();
    this.focus({ preventScroll: true });
    this.setPointerCapture(event.pointerId);
    this.#drag = { from: this.#position(event), value: this.value };
  };

  #move = (event: PointerEvent): void => {
    if (!this.#drag) return;
    const moved = this.#position(event) - this.#drag.from;
    this.#ask(this.#drag.value + (this.inverted ? -moved : moved));
  };

  #end = (): void => {
    this.#drag = undefined;
  };

  #key = (event: KeyboardEvent): void => {
    const [back, on] = this.orientation === 'vertical' ? ['ArrowLeft', 'ArrowRight'] : ['ArrowUp', 'ArrowDown'];
    const step = this.inverted ? -KEY_STEP : KEY_STEP;
    const wanted = {
      [back as string]: this.value - step,
      [on as string]: this.value + step,
      Home: this.min,
      End: this.max,
    }[event.key];
    if (wanted === undefined) return;
    event.preventDefault();
    this.#ask(wanted);
  };

  #position(event: PointerEvent): number {
    return this.orientation === 'vertical' ? event.clientX : event.clientY;
  }

  #ask(value: number): void {
    this.dispatchEvent(new ResizeEvent(clamp(value, this.min, this.max)));
  }
}
