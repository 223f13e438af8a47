import { LitElement, type PropertyDeclarations } from 'lit';
import { adoptSheets } from './adopt-sheets.js';
import type { PanelHost } from './host.js';
import { atNextFrame } from './next-frame.js';

/** What the elements of the panel share: they update where no span is current, whoever asked for the update. */
export abstract class PanelElement extends LitElement {
  static override properties: PropertyDeclarations = { panel: { attribute: false } };

  declare panel: PanelHost | undefined;

  constructor() {
    super();
    this.panel = undefined;
  }

  /** px that `.scroller` is scrolled, which a browser forgets when the element is moved, or closed with a dialog. */
  #scrollTop = 0;

  override connectedCallback(): void {
    super.connectedCallback();
    this.connectedMoveCallback();
  }

  /** Called instead of the other two where the browser moves without removing. */
  connectedMoveCallback(): void {
    const scroller = this.#scrollTop > 0 && this.renderRoot?.querySelector('.scroller');
    if (scroller) scroller.scrollTop = this.#scrollTop;
  }

  /** Puts the keys' focus on the rows. */
  focusRows(): void {
    this.renderRoot.querySelector<HTMLElement>('.scroller')?.focus({ preventScroll: true });
  }

  protected override createRenderRoot(): HTMLElement | DocumentFragment {
    const root = this.shadowRoot ?? this.attachShadow({ mode: 'open' });
    this.#adopt(root);
    root.addEventListener(
      'scroll',
      ({ target }) => {
        const scroller = target as Element;
        if (scroller.matches('.scroller')) this.#scrollTop = scroller.scrollTop;
      },
      true,
    );
    return root;
  }

  /** Called when it was moved to another document, which empties its sheets. */
  adoptedCallback(): void {
    if (this.shadowRoot) this.#adopt(this.shadowRoot);
  }

  #adopt(root: ShadowRoot): void {
    adoptSheets(root, (this.constructor as typeof LitElement).elementStyles);
  }

  #frame: Promise<void> | undefined;
  #letGo: (() => void) | undefined;

  /**
   * Updates in the next frame, and not before: what an event changes until then is drawn with it. Nothing where it is not in a
   * page.
   */
  updateInNextFrame(): void {
    if (!this.isConnected) return;
    this.#frame ??= this.runOutside(
      () =>
        new Promise((resolve) => {
          const go = () => {
            this.#frame = undefined;
            this.requestUpdate();
            resolve();
          };
          const cancel = atNextFrame(this, go);
          this.#letGo = () => {
            cancel();
            this.#frame = undefined;
            resolve();
          };
        }),
    );
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#letGo?.();
  }

  protected override scheduleUpdate(): Promise<unknown> | undefined {
    if (this.#frame) return this.#frame.then(() => super.scheduleUpdate());
    super.scheduleUpdate();
    return undefined;
  }

  protected override performUpdate(): void {
    this.runOutside(() => super.performUpdate());
  }

  runOutside<R>(fn: () => R): R {
    return this.panel ? this.panel.runOutside(fn) : fn();
  }
}
