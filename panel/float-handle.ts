import { css, html, type PropertyDeclarations } from 'lit';
import { MoveEvent } from './events.js';
import { PanelElement } from './panel-element.js';

/** px that an arrow key moves. */
const KEY_STEP = 16;

/**
 * Moves the floating panel, or sizes it, by pointer and arrow keys.
 *
 * @fires zonetrace-move - with the px that the reader wants it moved by
 */
export class ZonetraceFloatHandle extends PanelElement {
  static override properties: PropertyDeclarations = { sizes: { type: Boolean, reflect: true } };

  /** Sizes the panel by its corner instead of moving it. */
  declare sizes: boolean;

  #last: { x: number; y: number } | undefined;

  constructor() {
    super();
    this.sizes = false;
    this.addEventListener('pointerdown', this.#start);
    this.addEventListener('pointermove', this.#move);
    this.addEventListener('pointerup', this.#end);
    this.addEventListener('lostpointercapture', this.#end);
    this.addEventListener('keydown', this.#key);
  }

  static override styles = css`
    :host {
      flex: none;
      height: 9px;
      touch-action: none;
      cursor: move;
      background: var(--zt-raised);
    }
    :host([sizes]) {
      position: absolute;
      z-index: 4;
      right: 0;
      bottom: 0;
      width: 16px;
      height: 16px;
      cursor: nwse-resize;
      background: linear-gradient(135deg, transparent 50%, var(--zt-guide) 50%);
    }
    :host(:focus) {
      outline: none;
    }
    :host(:focus-visible) {
      outline: 2px solid var(--zt-accent);
      outline-offset: -2px;
    }
    i {
      display: block;
      width: 36px;
      height: 3px;
      margin: 4px auto 0;
      border-radius: 2px;
      background: var(--zt-guide);
    }
    :host([sizes]) i {
      display: none;
    }
  `;

  protected override willUpdate(): void {
    this.setAttribute('role', 'button');
    this.tabIndex = 0;
    const label = this.sizes ? 'Size the panel: drag, or arrow keys' : 'Move the panel: drag, or arrow keys';
    this.setAttribute('aria-label', label);
    this.title = label;
  }

  protected override render() {
    return html`<i></i>`;
  }

  #start = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    event.preventDefault();
    this.focus({ preventScroll: true });
    this.setPointerCapture(event.pointerId);
    this.#last = { x: event.clientX, y: event.clientY };
  };

  #move = (event: PointerEvent): void => {
    if (!this.#last) return;
    const { clientX: x, clientY: y } = event;
    this.#ask(x - this.#last.x, y - this.#last.y);
    this.#last = { x, y };
  };

  #end = (): void => {
    this.#last = undefined;
  };

  #key = (event: KeyboardEvent): void => {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    this.#ask((step[0] as number) * KEY_STEP, (step[1] as number) * KEY_STEP);
  };

  #ask(x: number, y: number): void {
    this.dispatchEvent(new MoveEvent(x, y, this.sizes));
  }
}
