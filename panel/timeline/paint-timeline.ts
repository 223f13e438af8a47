import { STATUS_ERROR } from '../../src/store/span-store.js';
import { type BarSource, barEnd, type Choice, type DrawBar, eachBar, type Lane } from '../draw/bars.js';
import type { Colours } from '../draw/painter.js';
import { percentOf, type TimeRange } from '../layout/scale.js';
import type { Section } from './page-lanes.js';

/** px. */
export const LANE = 16;
const BAR = 14;

/** px that a bar has at least to be labelled, and about those of a letter. */
const LABEL = 36;
const LETTER = 6.2;

/** px that a bar has at least. */
const LEAST = 2;

/** A canvas in a browser without a GPU takes about 16 ms for as many, half of what a frame may. */
const MAX_BARS = 4000;

/** How much is seen of what the filter does not find. */
const DIMMED = 0.25;

/** What a picture of the lanes is made of. */
export interface TimelineView {
  readonly source: BarSource;
  readonly colours: Colours;
  readonly sections: readonly Section[];
  readonly range: TimeRange;
  /** In percent of the width. */
  readonly ticks: readonly number[];
  /** px that are scrolled out of sight. */
  readonly top: number;
  /** What the filter finds; undefined without a filter. */
  readonly matches: ((row: number) => boolean) | undefined;
  /** A row, or -1. */
  readonly selected: number;
  readonly selectedLane: number;
}

/** Paints the lanes that are in sight. */
export function paintTimeline(
  context: CanvasRenderingContext2D,
  width: number,
  height: number,
  view: TimelineView,
): void {
  const { source, range, top, matches } = view;
  const { palette, theme } = view.colours;
  const { store } = source;
  const lanes = source.lanes as readonly Lane[];
  paintGround(context, width, height, view);
  const first = Math.floor(top / LANE);
  const last = Math.min(Math.ceil((top + height) / LANE), lanes.length);
  /** Finds the bars of lanes; false where they are too many. */
  const find = (from: readonly Lane[], least: number, choice?: Choice): boolean => {
    bars.count = 0;
    for (let lane = first; lane < last && bars.count <= MAX_BARS; lane++) {
      bars.top = lane * LANE - top + 1;
      eachBar(source, from[lane] as Lane, range, width, least, bars.add, choice);
    }
    return bars.count <= MAX_BARS;
  };
  const draw = (row: number, left: number, long: number, y: number) => {
    context.fillStyle = store.statuses[row] === STATUS_ERROR ? theme.error : (palette[source.colourOf(row)] as string);
    context.fillRect(left, y, Math.max(1, long - 1), BAR);
    if (long < LABEL) return;
    const from = Math.max(left, 0) + 4;
    const letters = Math.floor((left + long - from - 3) / LETTER);
    context.fillStyle = theme.surface;
    if (letters > 2) context.fillText(shorten(store.record(row)?.name ?? '', letters), from, y + BAR / 2 + 0.5);
  };
  const drawFound = () => {
    const { rows, lefts, widths, tops } = bars;
    for (let i = 0; i < bars.count; i++) {
      draw(rows[i] as number, lefts[i] as number, widths[i] as number, tops[i] as number);
    }
  };
  let least = LEAST;
  // Bars twice as wide are not half as many where there were gaps between them.
  while (!find(lanes, least)) least *= 2;
  context.globalAlpha = matches ? DIMMED : 1;
  drawFound();
  if (source.failed) {
    find(source.failed, least);
    drawFound();
  }
  context.globalAlpha = 1;
  if (matches) {
    find(lanes, least, { isWanted: matches });
    drawFound();
  }
  paintFrame(context, width, view);
}

/** The bars of a picture, kept from where they are counted to where they are drawn: to find them costs more than either. */
class FoundBars {
  readonly rows = new Int32Array(MAX_BARS);
  readonly lefts = new Int32Array(MAX_BARS);
  readonly widths = new Int32Array(MAX_BARS);
  readonly tops = new Float32Array(MAX_BARS);
  /** Also those that had no room. */
  count = 0;
  /** px: of those that come next. */
  top = 0;

  readonly add: DrawBar = (row, left, width) => {
    const at = this.count++;
    this.rows[at] = row;
    this.lefts[at] = left;
    this.widths[at] = width;
    this.tops[at] = this.top;
  };
}

const bars = new FoundBars();

function shorten(name: string, letters: number): string {
  return name.length > letters ? `${name.slice(0, letters - 1).trimEnd()}…` : name;
}

/** The ticks, and the headings of the sections. */
function paintGround(
  context: CanvasRenderingContext2D,
  width: number,
  height: number,
  { colours: { theme }, sections, ticks, top }: TimelineView,
): void {
  context.fillStyle = theme.tick;
  for (const percent of ticks) context.fillRect(Math.round((percent / 100) * width), 0, 1, height);
  context.font = '11px system-ui, sans-serif';
  context.textBaseline = 'middle';
  for (const { kind, lane } of sections) {
    const y = lane * LANE - top;
    context.fillStyle = theme.raised;
    context.fillRect(0, y, width, LANE);
    context.fillStyle = theme.muted;
    context.fillText(kind, 4, y + LANE / 2 + 0.5);
  }
}

/** A frame around the chosen span, also where it shares its pixels with others. */
function paintFrame(
  context: CanvasRenderingContext2D,
  width: number,
  { source, colours, range, top, selected, selectedLane }: TimelineView,
): void {
  if (selectedLane < 0) return;
  const x = (time: number) => (percentOf(range, time) / 100) * width;
  const left = Math.max(-LEAST, Math.floor(x(source.store.startTimes[selected] as number)));
  const right = Math.min(width + LEAST, Math.max(left + LEAST, x(barEnd(source, selected))));
  context.strokeStyle = colours.theme.text;
  context.lineWidth = 2;
  context.strokeRect(left + 1, selectedLane * LANE - top + 2, Math.max(1, right - left - 3), BAR - 2);
}
