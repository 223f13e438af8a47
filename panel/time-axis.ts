import type { ReactiveControllerHost } from 'lit';
import type { PointEvent } from './events.js';
import { clamp, type TimeRange } from './layout/scale.js';
import { fitRange, panRange, timeAt, zoomRange } from './layout/zoom.js';

/** px that a pointer moves before a press is a drag. */
const DRAG_THRESHOLD = 4;

/** What a key does: how many times as long the range gets, or by which part of itself it moves. */
const ZOOMS: Record<string, number> = { KeyW: 0.75, KeyS: 1 / 0.75 };
const PANS: Record<string, number> = { KeyA: -0.15, KeyD: 0.15 };

/** px of a line, where a wheel counts lines. */
const LINE = 16;

/** Which part of the time a view shows, and what keys, wheel and pointer do to it. */
export class TimeAxis {
  /** All that there is to see. */
  whole: TimeRange = { start: 0, end: 1 };
  /** What a drag over the axis has marked so far, or the instant that the pointer is at elsewhere. */
  marked: TimeRange | undefined;
  /** The last press became a drag: the click that follows means nothing. */
  dragged = false;
  readonly #host: ReactiveControllerHost;
  readonly #box: () => DOMRect | undefined;
  #part: TimeRange | undefined;
  /** 0 to 1: where the pointer is. */
  #pointer: number | undefined;
  #pressedAt: { x: number; time: number } | undefined;

  /** `box` is where the axis is on the screen. */
  constructor(host: ReactiveControllerHost, box: () => DOMRect | undefined) {
    this.#host = host;
    this.#box = box;
  }

  /** What is seen of the whole. */
  get range(): TimeRange {
    return this.#part ? fitRange(this.#part, this.whole) : this.whole;
  }

  get isZoomed(): boolean {
    return this.#part !== undefined;
  }

  /** Shows a part of the whole, or all of it. */
  show(part: TimeRange | undefined): void {
    const fitted = part && fitRange(part, this.whole);
    const isAll = !fitted || (fitted.start <= this.whole.start && fitted.end >= this.whole.end);
    this.#part = isAll ? undefined : fitted;
    this.#host.requestUpdate();
  }

  /** Shows a part, or all where the part is what is shown. */
  toggle(part: TimeRange): void {
    const { start, end } = fitRange(part, this.whole);
    const isShown = this.#part && this.range.start === start && this.range.end === end;
    this.show(isShown ? undefined : part);
  }

  zoom(factor: number): void {
    this.show(zoomRange(this.range, factor, timeAt(this.range, this.#pointer ?? 0.5)));
  }

  pan(part: number): void {
    if (this.#part) this.show(panRange(this.range, part));
  }

  /** By the place of the key, as they lie together on every keyboard; false where it means nothing here. */
  key(code: string): boolean {
    const zoom = ZOOMS[code];
    const pan = PANS[code];
    if (zoom) this.zoom(zoom);
    else if (pan) this.pan(pan);
    else if (code === 'Digit0' || code === 'Numpad0') this.show(undefined);
    else return false;
    return true;
  }

  /** Marks the instant that the pointer is at in the minimap. */
  point = ({ time }: PointEvent): void => {
    this.marked = time === undefined ? undefined : { start: time, end: time };
    this.#host.requestUpdate();
  };

  wheel = (event: WheelEvent): void => {
    const { deltaX, deltaY, deltaMode } = event;
    const isAcross = event.shiftKey || Math.abs(deltaX) > Math.abs(deltaY);
    if (!event.ctrlKey && !event.metaKey && !isAcross) return;
    event.preventDefault();
    this.#pointer = this.#partOf(event.clientX);
    const pixels = (isAcross && deltaX !== 0 ? deltaX : deltaY) * (deltaMode === 0 ? 1 : LINE);
    if (event.ctrlKey || event.metaKey) this.zoom(1.004 ** clamp(pixels, -200, 200));
    else this.pan(pixels / (this.#box()?.width || 1));
  };

  press = (event: PointerEvent): void => {
    this.dragged = false;
    const isOnAxis = (event.target as Element).closest('.axis');
    if (event.button !== 0 || !isOnAxis) return;
    this.#pressedAt = { x: event.clientX, time: timeAt(this.range, this.#partOf(event.clientX)) };
  };

  move = (event: PointerEvent): void => {
    this.#pointer = this.#partOf(event.clientX);
    const from = this.#pressedAt;
    if (!from || (!this.marked && Math.abs(event.clientX - from.x) < DRAG_THRESHOLD)) return;
    if (!this.marked) (event.currentTarget as Element).setPointerCapture(event.pointerId);
    this.dragged = true;
    const to = timeAt(this.range, this.#pointer);
    this.marked = { start: Math.min(from.time, to), end: Math.max(from.time, to) };
    this.#host.requestUpdate();
  };

  /** For `pointerup`. */
  release = (): void => {
    const { marked } = this;
    this.leave();
    if (marked && marked.end > marked.start) this.show(marked);
  };

  /** For `pointercancel`: nothing is shown that was not wanted. */
  leave = (): void => {
    this.#pressedAt = undefined;
    this.marked = undefined;
    this.#host.requestUpdate();
  };

  /** For `pointerleave`: keys zoom about the middle again. */
  out = (): void => {
    this.#pointer = undefined;
  };

  #partOf(x: number): number {
    const box = this.#box();
    return box && box.width > 0 ? clamp((x - box.left) / box.width, 0, 1) : 0.5;
  }
}
