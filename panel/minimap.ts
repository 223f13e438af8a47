import { css, html, nothing, type PropertyDeclarations } from 'lit';
import { type BarSource, Overview } from './draw/bars.js';
import { paintOverview } from './draw/paint-overview.js';
import { type Colours, Painter } from './draw/painter.js';
import { PointEvent, RangeEvent } from './events.js';
import { FrameWork, proceed } from './frame-work.js';
import type { Theme } from './host.js';
import { formatCount } from './layout/format-count.js';
import { formatDuration } from './layout/format-duration.js';
import { barOf, clamp, percentOf, type TimeRange } from './layout/scale.js';
import { panRange, timeAt, zoomRange } from './layout/zoom.js';
import { PanelElement } from './panel-element.js';
import { base } from './styles.js';

/** px beside an edge of the window in which the pointer takes the edge. */
const EDGE = 5;

interface Drag {
  /** 0 to 1, where it began. */
  from: number;
  x: number;
  part: 'start' | 'end' | 'window' | 'new';
  range: TimeRange;
  moved: boolean;
}

/**
 * All of the time in small, with a window on the part that is in view.
 *
 * @fires zonetrace-range - the reader wants to see another part, or all
 * @fires zonetrace-point - the time that the pointer is at
 */
export class ZonetraceMinimap extends PanelElement {
  static override properties: PropertyDeclarations = {
    source: { attribute: false },
    state: {},
    whole: { attribute: false },
    range: { attribute: false },
    hovered: { attribute: false },
    theme: {},
  };

  declare source: BarSource | undefined;
  /** Another one says that the source shows something else. */
  declare state: string;
  declare whole: TimeRange;
  declare range: TimeRange;
  /** What the pointer is at. */
  declare hovered: TimeRange | undefined;
  declare theme: Theme;

  #drag: Drag | undefined;
  readonly #work = new FrameWork(this);
  #filling: Generator<void, Overview> | undefined;
  #overview: Overview | undefined;

  constructor() {
    super();
    this.source = undefined;
    this.state = '';
    this.whole = this.range = { start: 0, end: 1 };
    this.hovered = undefined;
    this.theme = 'system';
    new Painter(this, (context, _width, _height, colours) => this.#paint(context, colours), {
      seen: () => [this.state, this.whole.start, this.whole.end],
      prepare: (width, height) => this.#prepare(width, height),
    });
  }

  static override styles = [
    base,
    css`
      :host {
        position: relative;
        flex: none;
        height: 32px;
        border-bottom: 1px solid var(--zt-line);
      }
      canvas {
        display: block;
        width: 100%;
        height: 100%;
      }
      .track {
        position: absolute;
        inset: 0;
        overflow: hidden;
        cursor: crosshair;
        touch-action: none;
      }
      .window {
        position: absolute;
        top: 0;
        bottom: 0;
        min-width: 4px;
      }
      .hovered {
        position: absolute;
        top: 0;
        bottom: 0;
        min-width: 2px;
        background: color-mix(in srgb, var(--zt-accent) 30%, transparent);
        pointer-events: none;
      }
      .zoomed .window {
        border-inline: 2px solid var(--zt-accent);
        box-shadow: 0 0 0 9999px color-mix(in srgb, var(--zt-raised) 70%, transparent);
        cursor: grab;
      }
    `,
  ];

  protected override render() {
    const { range, whole } = this;
    const left = percentOf(whole, range.start);
    const right = percentOf(whole, range.end);
    const zero = whole.start;
    const all = formatDuration(whole.end - zero);
    const isZoomed = range.start > zero || range.end < whole.end;
    const says = `${formatDuration(range.start - zero)} to ${formatDuration(range.end - zero)} of ${all}`;
    return html`<canvas
        role="img"
        aria-label=${`Overview: ${formatCount(this.source?.size ?? 0)} spans in ${all}`}
      ></canvas>
      <div
        class=${isZoomed ? 'track zoomed' : 'track'}
        role="slider"
        tabindex="0"
        aria-label="Part of the time in view"
        aria-valuemin="0"
        aria-valuemax="100"
        aria-valuenow=${Math.round((left + right) / 2)}
        aria-valuetext=${says}
        title=${`${says}. Drag to zoom; double click shows all. Keys: left and right move, up and down zoom, 0 shows all`}
        @keydown=${this.#key}
        @pointerdown=${this.#press}
        @pointermove=${this.#move}
        @pointerleave=${() => this.#point(undefined)}
        @pointerup=${this.#release}
        @pointercancel=${this.#stop}
        @dblclick=${() => this.#ask(undefined)}
      >
        <div class="window" .style=${`left:${left.toFixed(3)}%;width:${(right - left).toFixed(3)}%`}></div>
        ${this.#hovered()}
      </div>`;
  }

  #hovered() {
    if (!this.hovered) return nothing;
    const { left, width } = barOf(this.whole, this.hovered.start, this.hovered.end);
    return html`<div class="hovered" .style=${`left:${left.toFixed(3)}%;width:${width.toFixed(3)}%`}></div>`;
  }

  #prepare(width: number, height: number): boolean {
    const { source } = this;
    if (!source) {
      this.#overview = this.#filling = undefined;
      return true;
    }
    this.#work.begin();
    this.#filling ??= Overview.of(source, this.whole, width, height - 4);
    const overview = proceed(this.#filling, this.#work.isOver);
    if (!overview) {
      this.#work.goOn();
      return false;
    }
    this.#filling = undefined;
    this.#overview = overview;
    return true;
  }

  #paint(context: CanvasRenderingContext2D, colours: Colours): void {
    if (this.#overview) paintOverview(context, this.#overview, 2, colours);
  }

  #key = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { range, whole } = this;
    const length = range.end - range.start;
    const about = (factor: number) => zoomRange(range, factor, timeAt(range, 0.5));
    const wanted: Record<string, TimeRange | undefined> = {
      ArrowLeft: panRange(range, -0.1),
      ArrowRight: panRange(range, 0.1),
      ArrowUp: about(0.75),
      ArrowDown: about(1 / 0.75),
      Home: { start: whole.start, end: whole.start + length },
      End: { start: whole.end - length, end: whole.end },
    };
    if (!(event.key in wanted)) return;
    event.preventDefault();
    event.stopPropagation();
    this.#ask(wanted[event.key]);
  };

  #press = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    const track = event.currentTarget as Element;
    track.setPointerCapture(event.pointerId);
    const { width } = track.getBoundingClientRect();
    const [left, right] = [this.range.start, this.range.end].map((at) => (percentOf(this.whole, at) / 100) * width);
    const from = this.#partOf(event);
    const x = from * width;
    const isZoomed = track.classList.contains('zoomed');
    const near = (edge = 0) => isZoomed && Math.abs(x - edge) <= EDGE;
    const isInside = isZoomed && x > (left ?? 0) && x < (right ?? 0);
    const part = near(left) ? 'start' : near(right) ? 'end' : isInside ? 'window' : 'new';
    this.#drag = { from, x: event.clientX, part, range: this.range, moved: false };
  };

  #move = (event: PointerEvent): void => {
    const drag = this.#drag;
    const at = timeAt(this.whole, this.#partOf(event));
    this.#point(at);
    if (!drag || (!drag.moved && Math.abs(event.clientX - drag.x) < 3)) return;
    drag.moved = true;
    const { start, end } = drag.range;
    const from = timeAt(this.whole, drag.from);
    if (drag.part === 'window') {
      this.#ask({ start: start + at - from, end: end + at - from });
      return;
    }
    const fixed = { start: end, end: start, new: from }[drag.part];
    this.#ask({ start: Math.min(fixed, at), end: Math.max(fixed, at) });
  };

  /** A click beside the window brings it there. */
  #release = (event: PointerEvent): void => {
    const drag = this.#drag;
    this.#stop();
    if (!drag || drag.moved || drag.part !== 'new') return;
    const half = (this.range.end - this.range.start) / 2;
    const at = timeAt(this.whole, this.#partOf(event));
    this.#ask({ start: at - half, end: at + half });
  };

  #stop = (): void => {
    this.#drag = undefined;
  };

  #partOf(event: PointerEvent): number {
    const { left, width } = (event.currentTarget as Element).getBoundingClientRect();
    return clamp((event.clientX - left) / width, 0, 1);
  }

  #point(time: number | undefined): void {
    this.dispatchEvent(new PointEvent(time));
  }

  #ask(range: TimeRange | undefined): void {
    this.dispatchEvent(new RangeEvent(range));
  }
}
