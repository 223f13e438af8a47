import { type SpanStore, STATUS_ERROR } from '../../src/store/span-store.js';
import type { StoredTrace } from '../../src/store/stored-trace.js';
import { PALETTE, THEME } from './colours.js';
import { formatDuration } from './format-duration.js';
import { formatTick, ticksOf } from './ticks.js';
import { buildTree } from './tree.js';
import { SHORTEST } from './zoom.js';

/** px. */
const WIDTH = 1000;
const NAMES = 300;
const AXIS = 620;
const ROW = 22;
const BAR = 10;
const LETTER = 6.5;

/** A picture of more rows is no picture any more; its last line says how many are left out. */
const MAX_ROWS = 1000;

export const FONT = 'system-ui,sans-serif';
export const FONT_SIZE = 11;

/** px, from the upper left corner; a text from its base line. */
export interface PictureText {
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly fill: string;
}

/** A span: its name, its bar and its duration. */
export interface PictureRow {
  /** In full. */
  readonly title: string;
  readonly name: PictureText;
  readonly bar: {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
    readonly fill: string;
  };
  readonly duration: PictureText;
}

/** A trace as it is drawn, whatever draws it. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly ground: string;
  readonly ticks: readonly { readonly line: string; readonly label: PictureText }[];
  readonly rows: readonly PictureRow[];
  /** What is left out. */
  readonly rest: PictureText | undefined;
}

export function pictureOf(store: SpanStore, trace: StoredTrace, now: number): Picture {
  const tree = buildTree(trace.rows, store.parents, store.startTimes);
  const zero = trace.startTime;
  const startAt = (row: number) => store.startTimes[row] as number;
  const endAt = (row: number) => {
    const end = store.endTimes[row] as number;
    return Number.isNaN(end) ? (trace.settled ? trace.endTime : now) : end;
  };
  const rows = [...tree.rows.subarray(0, MAX_ROWS)];
  const length = Math.max(SHORTEST, ...rows.map((row) => endAt(row) - zero));
  const round = (px: number) => Math.round(px * 100) / 100;
  const x = (ms: number) => round(NAMES + (ms / length) * AXIS);
  const { values, step } = ticksOf(0, length, 7);
  const left = trace.rows.length - rows.length;
  const height = (rows.length + 2 + (left > 0 ? 1 : 0)) * ROW;
  const [text, muted, error] = [THEME.text[0], THEME.muted[0], THEME.error[0]];
  const colours = new Map<string, string>();
  const rowOf = (row: number, i: number): PictureRow => {
    const name = store.record(row)?.name ?? '';
    const failed = store.statuses[row] === STATUS_ERROR;
    const key = store.services.length > 1 ? store.serviceOf(row) : name;
    const colour = colours.get(key) ?? (PALETTE[colours.size % PALETTE.length]?.[0] as string);
    colours.set(key, colour);
    const y = (i + 1) * ROW;
    const indent = 8 + Math.min(((tree.levels[i] as number) - 1) * 12, NAMES / 2);
    const from = x(startAt(row) - zero);
    const width = round(Math.max(2, x(endAt(row) - zero) - from));
    const duration = formatDuration(endAt(row) - startAt(row));
    return {
      title: `${name} ${duration}`,
      name: {
        x: indent,
        y: y + 15,
        text: name.slice(0, Math.floor((NAMES - indent) / LETTER)),
        fill: failed ? error : text,
      },
      bar: { x: from, y: y + 6, width, height: BAR, fill: failed ? error : colour },
      duration: { x: round(from + width + 4), y: y + 15, text: duration, fill: muted },
    };
  };
  return {
    width: WIDTH,
    height,
    ground: THEME.surface[0],
    ticks: values.map((value) => ({
      line: THEME.tick[0],
      label: { x: x(value) + 3, y: 16, text: formatTick(value, step, length), fill: muted },
    })),
    rows: rows.map(rowOf),
    rest: left > 0 ? { x: 8, y: height - ROW - 7, text: `${left} more spans`, fill: text } : undefined,
  };
}
