import { expect } from 'chai';
import fc from 'fast-check';
import { type BarSource, ERROR_COLOUR, eachBar, type Lane, Overview, rowAt } from '../../../panel/draw/bars.js';
import { paintOverview } from '../../../panel/draw/paint-overview.js';
import type { Colours } from '../../../panel/draw/painter.js';
import { proceed } from '../../../panel/frame-work.js';
import { SpanStore, STATUS_ERROR } from '../../../src/store/span-store.js';
import { addTrace } from '../records.js';

const T = 1_000_000;

/** Lanes of spans that follow each other, by the gap before each, its length, and whether it failed. */
const lane = fc.array(fc.tuple(fc.nat(30), fc.nat(30), fc.boolean()), { maxLength: 30 });

interface LaneSource extends BarSource {
  readonly lanes: readonly Lane[];
}

const laneOf = (rows: readonly number[]): Lane => ({ rows, count: rows.length });

const rowsOf = ({ lanes }: LaneSource, lane = 0): number[] => Array.from(lanes[lane]?.rows ?? []);

function sourceOf(made: readonly (readonly (readonly [number, number, boolean])[])[]): LaneSource {
  const store = new SpanStore();
  const lanes: Lane[] = [];
  const failed: Lane[] = [];
  for (const spans of made) {
    const rows: number[] = [];
    let at = T;
    for (const [gap, length, failed] of spans) {
      at += gap;
      const { trace } = addTrace(store, {
        name: 's',
        startTime: at,
        endTime: at + length,
        status: failed ? 'ERROR' : 'OK',
      });
      rows.push(...trace.rows);
      at += length;
    }
    lanes.push(laneOf(rows));
    failed.push(laneOf(rows.filter((row) => store.statuses[row] === STATUS_ERROR)));
  }
  return { store, lanes, failed, size: store.size, openEnd: () => T, colourOf: (row) => row % 16 };
}

const range = fc.tuple(fc.nat(900), fc.integer({ min: 1, max: 900 }));
const width = fc.integer({ min: 1, max: 300 });

/** Pixels from the start of the range to those of a bar. */
const inPixels = (source: BarSource, row: number, from: number, scale: number) => ({
  left: Math.floor(((source.store.startTimes[row] as number) - from) * scale),
  right: Math.round(((source.store.endTimes[row] as number) - from) * scale),
});

/** Worked out at once. */
function overviewOf(...args: Parameters<typeof Overview.of>): Overview {
  return proceed(Overview.of(...args), () => false) as Overview;
}

describe('bars', () => {
  it('cover every span of a lane that is in the range, next to each other, and never more than there are pixels', () => {
    fc.assert(
      fc.property(lane, range, width, fc.integer({ min: 1, max: 4 }), (spans, [offset, length], pixels, least) => {
        const source = sourceOf([spans]);
        const from = T + offset;
        const drawn: { row: number; left: number; right: number }[] = [];
        eachBar(
          source,
          source.lanes[0] as Lane,
          { start: from, end: from + length },
          pixels,
          least,
          (row, left, long) => drawn.push({ row, left, right: left + long }),
        );
        expect(drawn.length).to.be.at.most(pixels / least + 3);
        drawn.forEach(({ left, right }, i) => {
          if (i > 0) expect(left).to.be.at.least(drawn[i - 1]?.right as number);
          expect(right).to.be.at.most(pixels + 1);
        });
        for (const row of rowsOf(source)) {
          const start = source.store.startTimes[row] as number;
          const end = source.store.endTimes[row] as number;
          if (end < from || start > from + length) continue;
          const { left, right } = inPixels(source, row, from, pixels / length);
          const isCovered = drawn.some(
            (bar) => bar.left <= Math.max(left, -1) + least && bar.right >= Math.min(right, pixels) - 1,
          );
          const isPart = drawn.some((bar) => bar.row === row);
          expect(isCovered || isPart, `${start - from} to ${end - from}`).to.equal(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('are those that are drawn by asking each span in turn', () => {
    fc.assert(
      fc.property(
        lane,
        range,
        width,
        fc.integer({ min: 1, max: 4 }),
        fc.boolean(),
        (spans, at, pixels, least, isOpen) => {
          const source = sourceOf([spans]);
          const rows = rowsOf(source);
          const { startTimes, endTimes } = source.store;
          // Clocks that went back, and what is still open.
          rows.forEach((row, i) => {
            if (i % 5 === 4) endTimes[row] = (startTimes[row] as number) - 40;
          });
          const last = rows.at(-1);
          if (isOpen && last !== undefined) endTimes[last] = Number.NaN;
          const shown = { start: T + at[0], end: T + at[0] + at[1] };
          const scale = pixels / at[1];
          const endOf = (row: number) => {
            const end = endTimes[row] as number;
            return Math.max(startTimes[row] as number, Number.isNaN(end) ? T : end);
          };
          const expected: number[] = [];
          let edge = -1;
          for (const row of rows) {
            const start = startTimes[row] as number;
            const isPast = edge < 0 ? endOf(row) < shown.start : endOf(row) <= shown.start + edge / scale;
            if (isPast || start > shown.end) continue;
            expected.push(row);
            const left = Math.max(edge, Math.floor((start - shown.start) * scale));
            edge = Math.min(pixels + 1, Math.max(left + least, Math.round((endOf(row) - shown.start) * scale)));
          }
          const drawn: number[] = [];
          eachBar(source, source.lanes[0] as Lane, shown, pixels, least, (row) => drawn.push(row));
          expect(drawn).to.deep.equal(expected);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('that are wanted are drawn, however many others lie on their pixels', () => {
    fc.assert(
      fc.property(lane, width, (spans, pixels) => {
        const source = sourceOf([spans]);
        const failed = (row: number) => source.store.statuses[row] === STATUS_ERROR;
        const drawn: { row: number; left: number; right: number }[] = [];
        eachBar(
          source,
          source.lanes[0] as Lane,
          { start: T, end: T + 2000 },
          pixels,
          1,
          (row, left, long) => drawn.push({ row, left, right: left + long }),
          { isWanted: failed },
        );
        expect(drawn.every(({ row }) => failed(row))).to.equal(true);
        for (const row of rowsOf(source).filter(failed)) {
          const { left } = inPixels(source, row, T, pixels / 2000);
          expect(drawn.some((bar) => bar.row === row || (bar.left <= left && left <= bar.right))).to.equal(true);
        }
      }),
    );
  });

  it('are found under the pointer, each of them', () => {
    fc.assert(
      fc.property(lane, (spans) => {
        const source = sourceOf([spans]);
        for (const row of rowsOf(source)) {
          const start = source.store.startTimes[row] as number;
          const end = source.store.endTimes[row] as number;
          const found = rowAt(source, source.lanes[0] as Lane, (start + end) / 2, 0);
          // Of several of no length at one instant, one.
          if (end > start) expect(found).to.equal(row);
          else expect(source.store.startTimes[found]).to.be.at.most(start);
        }
        expect(rowAt(source, source.lanes[0] as Lane, T - 10, 9)).to.equal(-1);
      }),
    );
  });

  it('of an overview leave nothing out: each error has its pixels, and each lane something where a span is', () => {
    fc.assert(
      fc.property(fc.array(lane, { minLength: 1, maxLength: 60 }), width, (lanes, pixels) => {
        const source = sourceOf(lanes);
        const whole = { start: T, end: T + 2000 };
        const overview = overviewOf(source, whole, pixels, 28);
        expect(overview.lines).to.be.at.most(28);
        lanes.forEach((_, at) => {
          const line = Math.floor(at * overview.lane);
          for (const row of rowsOf(source, at)) {
            const { left } = inPixels(source, row, T, pixels / 2000);
            const near = [left - 1, left, left + 1]
              .filter((x) => x >= 0 && x < overview.width)
              .map((x) => overview.colourAt(line, x));
            expect(overview.isEmpty(line)).to.equal(false);
            expect(near.some((colour) => colour !== undefined)).to.equal(true);
            if (source.store.statuses[row] === STATUS_ERROR) expect(near).to.include(ERROR_COLOUR);
          }
        });
      }),
      { numRuns: 60 },
    );
  });

  it('of an overview are the same of rows that are lanes as of lanes of one row', () => {
    fc.assert(
      fc.property(lane, width, fc.integer({ min: 1, max: 12 }), (spans, pixels, height) => {
        const source = sourceOf([spans]);
        const rows = rowsOf(source);
        const drawn = (from: BarSource) => {
          const overview = overviewOf(from, { start: T, end: T + 900 }, pixels, height);
          return Array.from({ length: overview.lines }, (_, line) =>
            Array.from({ length: overview.width }, (_, x) => overview.colourAt(line, x)),
          );
        };
        expect(drawn({ ...source, lanes: Int32Array.from(rows) })).to.deep.equal(
          drawn({
            ...source,
            lanes: rows.map((row) => laneOf([row])),
            failed: rows.map((row) => laneOf(source.store.statuses[row] === STATUS_ERROR ? [row] : [])),
          }),
        );
      }),
    );
  });

  for (const ratio of [0.5, 1, 1.5, 2]) {
    it(`of an overview are seen at ${ratio} pixels of the screen a pixel, two thirds of their lane high, errors too`, () => {
      const source = sourceOf([
        [
          [0, 100, false],
          [100, 1, true],
          [0, 99, false],
        ],
        [[300, 100, true]],
      ]);
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [400 * ratio, 32 * ratio];
      const context = canvas.getContext('2d') as CanvasRenderingContext2D;
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      const [failed, other, second] = ['#ff0000', '#00ff00', '#0000ff'];
      const colours = { palette: [other, '#777777', second], theme: { error: failed } } as unknown as Colours;
      paintOverview(context, overviewOf(source, { start: T, end: T + 400 }, 400, 28), 2, colours);
      const at = (x: number, y: number) => {
        const [red, green, blue, alpha] = context.getImageData(Math.floor(x * ratio), Math.round(y * ratio), 1, 1).data;
        return alpha === 0 ? '' : `#${[red, green, blue].map((each) => each?.toString(16).padStart(2, '0')).join('')}`;
      };
      const row = (y: number) => [50, 150, 200, 250, 350].map((x) => at(x, y));
      expect(row(2)).to.deep.equal([other, '', failed, second, '']);
      expect(row(5)).to.deep.equal(['', '', '', '', failed]);
      const isWhole = Number.isInteger(ratio);
      if (isWhole) for (const y of [1, 4, 7]) expect(row(y)).to.deep.equal(['', '', '', '', '']);
      if (isWhole) expect([row(3), row(6)]).to.deep.equal([row(2), row(5)]);
    });
  }
});
