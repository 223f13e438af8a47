import type { ReactiveController } from 'lit';
import { takeTurn } from '../frame-turns.js';
import type { Theme } from '../host.js';
import { type ColourPair, PALETTE, THEME } from '../layout/colours.js';
import { countDrawing } from '../next-frame.js';
import { observeSize } from '../observe-size.js';
import type { PanelElement } from '../panel-element.js';
import { windowOf } from '../window-of.js';

/** The colours of the panel as a canvas takes them. */
export interface Colours {
  readonly palette: readonly string[];
  readonly theme: Readonly<Record<keyof typeof THEME, string>>;
}

type PaintedElement = PanelElement & { readonly theme: Theme };

/** A picture that stays while what it is made of is the same; a new one can wait for frames in which nothing else does that can. */
export interface Lasting {
  /** What it is made of. */
  seen(): readonly unknown[];
  /**
   * Works out what is painted then, of what there is where it begins. False where it has used its time: it asks for an update
   * in the next frame, and goes on.
   */
  prepare(width: number, height: number): boolean;
}

export type Paint = (context: CanvasRenderingContext2D, width: number, height: number, colours: Colours) => void;

const isSame = (some: readonly unknown[], others: readonly unknown[]) => some.every((each, i) => each === others[i]);

const coloursOf = (place: 0 | 1): Colours => ({
  palette: PALETTE.map((pair: ColourPair) => pair[place]),
  theme: Object.fromEntries(Object.entries(THEME).map(([name, pair]) => [name, pair[place]])) as Colours['theme'],
});
const LIGHT = coloursOf(0);
const DARK = coloursOf(1);

/** Paints the `canvas` of an element after each of its updates, as sharp as the screen is and in the colours of the theme. */
export class Painter implements ReactiveController {
  /** px. */
  width = 0;
  height = 0;
  readonly #host: PaintedElement;
  readonly #paint: Paint;
  readonly #lasting: Lasting | undefined;
  #painted: readonly unknown[] = [];
  /** What is being prepared. */
  #begun: readonly unknown[] | undefined;
  #canvas: HTMLCanvasElement | null = null;
  #stopObserving: (() => void) | undefined;
  #system: MediaQueryList | undefined;

  /** Without `lasting` it is painted each time. */
  constructor(host: PaintedElement, paint: Paint, lasting?: Lasting) {
    this.#host = host;
    this.#paint = paint;
    this.#lasting = lasting;
    host.addController(this);
  }

  hostConnected(): void {
    this.#system = this.#view.matchMedia('(prefers-color-scheme: dark)');
    this.#system.addEventListener('change', this.#again);
    this.#again();
  }

  hostDisconnected(): void {
    this.#system?.removeEventListener('change', this.#again);
    this.#stopObserving?.();
    this.#canvas = null;
  }

  hostUpdated(): void {
    this.#observe(this.#host.renderRoot.querySelector('canvas'));
    const canvas = this.#canvas;
    const context = canvas?.getContext('2d');
    if (!canvas || !context || this.width === 0) return;
    const ratio = this.#view.devicePixelRatio;
    if (this.#lasting) {
      const seen = [canvas, this.width, this.height, ratio, this.#colours, ...this.#lasting.seen()];
      if (!this.#begun && isSame(seen, this.#painted)) return;
      if (!takeTurn(this.#host, this.#again)) return;
      this.#begun ??= seen;
      if (!this.#lasting.prepare(this.width, this.height)) return;
      this.#painted = this.#begun;
      this.#begun = undefined;
      if (!isSame(seen, this.#painted)) this.#again();
    }
    const width = Math.round(this.width * ratio);
    const height = Math.round(this.height * ratio);
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    const began = performance.now();
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, this.width, this.height);
    this.#paint(context, this.width, this.height, this.#colours);
    countDrawing(this.#host, performance.now() - began);
  }

  /** It is painted once its size is known. */
  #observe(canvas: HTMLCanvasElement | null): void {
    // The last update can come after the panel was closed.
    if (canvas === this.#canvas || !this.#host.isConnected) return;
    this.#canvas = canvas;
    this.#stopObserving?.();
    if (!canvas) return;
    this.#stopObserving = observeSize(canvas, this.#host, () => {
      const { clientWidth, clientHeight } = canvas;
      if (clientWidth === this.width && clientHeight === this.height) return;
      this.width = clientWidth;
      this.height = clientHeight;
      this.#again();
    });
  }

  #again = (): void => {
    this.#host.requestUpdate();
  };

  /** One of its own can be on another screen, and dark where the page's is light. */
  get #view(): Window {
    return windowOf(this.#host);
  }

  get #colours(): Colours {
    const { theme } = this.#host;
    return theme === 'dark' || (theme === 'system' && this.#system?.matches) ? DARK : LIGHT;
  }
}
