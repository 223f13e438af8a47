import { nothing, svg } from 'lit';
import type { SpanStore } from '../../src/store/span-store.js';
import type { StoredTrace } from '../../src/store/stored-trace.js';
import { shapeOf } from '../layout/shape.js';

/** px. */
export const WIDTH = 40;
const HEIGHT = 12;
const PARTS = 20;

interface Drawn {
  state: string;
  path: string;
}

/** The shapes of traces as small pictures, drawn again when a trace has changed. */
export class Sparklines {
  #drawn = new WeakMap<StoredTrace, Drawn>();

  of(store: SpanStore, trace: StoredTrace) {
    if (trace.rows.length < 2) return nothing;
    const state = `${trace.rows.length} ${trace.openSpans}`;
    let drawn = this.#drawn.get(trace);
    if (drawn?.state !== state) {
      drawn = { state, path: pathOf(store, trace) };
      this.#drawn.set(trace, drawn);
    }
    return svg`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" width=${WIDTH} height=${HEIGHT} aria-hidden="true"><path d=${drawn.path} fill="currentColor" /></svg>`;
  }
}

function pathOf(store: SpanStore, trace: StoredTrace): string {
  const endOf = (row: number) => {
    const end = store.endTimes[row] as number;
    return Number.isNaN(end) ? trace.endTime : end;
  };
  const heights = shapeOf(trace.rows, store.startTimes, endOf, { start: trace.startTime, end: trace.endTime }, PARTS);
  const step = WIDTH / PARTS;
  return heights
    .map((height, part) => {
      const top = HEIGHT - Math.max(height > 0 ? 1 : 0, height * HEIGHT);
      return `M${part * step} ${HEIGHT}V${top.toFixed(1)}h${step}V${HEIGHT}z`;
    })
    .join('');
}
