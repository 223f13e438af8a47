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
  const eachInSight = (
    from: readonly Lane[],
    least: number,
    draw: (row: number, left: number, width: number, y: number) => void,
    choice?: Choice,
  ) => {
    let y = 0;
    const drawHere: DrawBar = (row, left, long) => draw(row, left, long, y);
    for (let lane = first; lane < last; lane++) {
      y = lane * LANE - top + 1;
      eachBar(source, from[lane] as Lane, range, width, least, drawHere, choice);
    }
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
  const areTooMany = (least: number) => {
    let count = 0;
    const add = () => count++;
    for (let lane = first; lane < last && count <= MAX_BARS; lane++) {
      eachBar(source, lanes[lane] as Lane, range, width, least, add);
    }
    return count > MAX_BARS;
  };
  let least = LEAST;
  // Mostly there are not even pixels for so many. Bars twice as wide are not half as many where there were gaps between them.
  while (((last - first) * width) / least > MAX_BARS && areTooMany(least)) least *= 2;
  context.globalAlpha = matches ? DIMMED : 1;
  eachInSight(lanes, least, draw);
  if (source.failed) eachInSight(source.failed, least, draw);
  context.globalAlpha = 1;
  if (matches) eachInSight(lanes, least, draw, { isWanted: matches });
  paintFrame(context, width, view);
}

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
