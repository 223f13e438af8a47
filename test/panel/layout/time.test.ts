import { expect } from 'chai';
import fc from 'fast-check';
import { formatClock } from '../../../panel/layout/format-clock.js';
import { formatDuration, formatGrowing } from '../../../panel/layout/format-duration.js';
import { barOf, percentOf } from '../../../panel/layout/scale.js';
import { selfTime } from '../../../panel/layout/self-time.js';
import { formatTick, growingEnd, niceStep, ticksOf } from '../../../panel/layout/ticks.js';

const spans = fc.double({ min: 0.001, max: 1e8, noNaN: true });
const counts = fc.integer({ min: 1, max: 40 });

describe('ticks', () => {
  it('have a step of 1, 2 or 5 times a power of ten, the smallest that fits', () => {
    fc.assert(
      fc.property(spans, counts, (span, maxCount) => {
        const step = niceStep(span, maxCount);
        const digit = step / 10 ** Math.floor(Math.log10(step) + 1e-9);
        expect([1, 2, 5].some((nice) => Math.abs(nice - digit) < 1e-6)).to.equal(true);
        expect(span / step).to.be.at.most(maxCount * (1 + 1e-6));
        expect((span / step) * 2.5).to.be.at.least(maxCount * (1 - 1e-6));
      }),
    );
  });

  it('lie inside the range, a step apart', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 30_000, noNaN: true }), spans, counts, (start, span, maxCount) => {
        const { values, step } = ticksOf(start, start + span, maxCount);
        for (const value of values) {
          expect(value).to.be.at.least(start - step * 1e-3);
          expect(value).to.be.at.most(start + span + step * 1e-3);
        }
        for (let i = 1; i < values.length; i++) {
          expect((values[i] as number) - (values[i - 1] as number)).to.be.closeTo(step, step * 1e-3);
        }
      }),
    );
  });

  it('are labelled in one unit with the decimals that tell them apart', () => {
    const labels = (end: number, maxCount: number) => {
      const { values, step } = ticksOf(0, end, maxCount);
      return values.map((value) => formatTick(value, step, end));
    };
    expect(labels(842, 5)).to.deep.equal(['0 ms', '200 ms', '400 ms', '600 ms', '800 ms']);
    expect(labels(1500, 3)).to.deep.equal(['0 s', '0.5 s', '1.0 s', '1.5 s']);
    expect(labels(2.4, 3)).to.deep.equal(['0 ms', '1 ms', '2 ms']);
    expect(labels(0.4, 2)).to.deep.equal(['0 µs', '200 µs', '400 µs']);
  });

  it('of a growing trace end beyond what has passed, and never move back', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1e6, noNaN: true }),
        fc.double({ min: 0, max: 1e6, noNaN: true }),
        (a, b) => {
          const [early, late] = a < b ? [a, b] : [b, a];
          expect(growingEnd(early)).to.be.greaterThan(early);
          expect(growingEnd(late)).to.be.at.least(growingEnd(early));
        },
      ),
    );
    expect(growingEnd(1000)).to.be.lessThan(1600);
  });
});

describe('the scale', () => {
  it('keeps bars on the axis, or just outside of it', () => {
    const times = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(times, spans, times, times, (start, span, from, to) => {
        const { left, width } = barOf({ start, end: start + span }, from, to);
        expect(left).to.be.within(-2, 102);
        expect(left + width).to.be.within(-2.001, 102.001);
        expect(width).to.be.at.least(0);
      }),
    );
  });

  it('puts an instant where it belongs', () => {
    expect(percentOf({ start: 100, end: 300 }, 150)).to.equal(25);
    expect(barOf({ start: 100, end: 300 }, 150, 250)).to.deep.equal({ left: 25, width: 50 });
    expect(percentOf({ start: 5, end: 5 }, 5)).to.equal(0);
  });
});

describe('durations', () => {
  it('are written with three digits that count', () => {
    const written = [
      0, 0.0042, 0.85, 1, 9.999, 12.34, 123.4, 999.6, 1240, 59_949, 59_960, 125_000, 3_599_600, 5_400_000,
    ];
    expect(written.map(formatDuration)).to.deep.equal([
      ...['0 ms', '4.20 µs', '850 µs', '1.00 ms', '10.0 ms', '12.3 ms', '123 ms', '1.00 s', '1.24 s', '59.9 s'],
      ...['1 min 00 s', '2 min 05 s', '1 h 00 min', '1 h 30 min'],
    ]);
    expect(formatDuration(Number.NaN)).to.equal('');
  });

  it('are never shown smaller for a longer time', () => {
    const units: Record<string, number> = { µs: 0.001, ms: 1, s: 1000, min: 60_000, h: 3_600_000 };
    const read = (text: string) =>
      [...text.matchAll(/([\d.]+) (µs|ms|s|min|h)/g)].reduce(
        (sum, [, n, unit]) => sum + Number(n) * (units[unit as string] ?? 0),
        0,
      );
    const long = fc.double({ min: 0.001, max: 1e8, noNaN: true });
    fc.assert(
      fc.property(long, long, (a, b) => {
        expect(read(formatDuration(Math.max(a, b)))).to.be.at.least(read(formatDuration(Math.min(a, b))) - 1e-9);
        expect(read(formatDuration(a))).to.be.closeTo(a, Math.max(a * 0.02, 0.0001));
      }),
    );
  });

  it('that grow are written in steps that can be followed', () => {
    expect([0, 99, 140, 9999, 10_500, 61_200].map(formatGrowing)).to.deep.equal([
      '0.0 s',
      '0.0 s',
      '0.1 s',
      '9.9 s',
      '10 s',
      '1 min 01 s',
    ]);
  });

  it('of a day are the local time', () => {
    const noon = new Date(2026, 0, 2, 12, 3, 4, 56).getTime();
    expect([formatClock(noon), formatClock(noon, 'ms'), formatClock(Number.NaN)]).to.deep.equal([
      '12:03:04',
      '12:03:04.056',
      '',
    ]);
  });
});

describe('self time', () => {
  const ranges = fc.array(
    fc.tuple(fc.integer({ min: -20, max: 120 }), fc.nat(60)).map(([start, length]) => ({ start, end: start + length })),
    { maxLength: 12 },
  );

  it('is the time in which no child ran', () => {
    fc.assert(
      fc.property(ranges, (children) => {
        let own = 0;
        for (let t = 0; t < 100; t++) if (!children.some(({ start, end }) => start <= t && t + 1 <= end)) own++;
        expect(selfTime({ start: 0, end: 100 }, children)).to.equal(own);
      }),
    );
  });
});
