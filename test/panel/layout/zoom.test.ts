import { expect } from 'chai';
import fc from 'fast-check';
import { fitRange, panRange, SHORTEST, timeAt, zoomRange } from '../../../panel/layout/zoom.js';

const T = 1_790_000_000_000;
const ranges = fc
  .tuple(fc.double({ min: -2000, max: 2000, noNaN: true }), fc.double({ min: 0.01, max: 3000, noNaN: true }))
  .map(([start, length]) => ({ start: T + start, end: T + start + length }));

describe('fitRange', () => {
  it('stays within the whole, and is as long as wanted where there is room', () => {
    fc.assert(
      fc.property(ranges, ranges, (wanted, whole) => {
        const { start, end } = fitRange(wanted, whole);
        expect(start).to.be.at.least(whole.start);
        expect(end).to.be.at.most(whole.end);
        const length = Math.min(wanted.end - wanted.start, whole.end - whole.start);
        expect(end - start).to.be.closeTo(length, 0.002);
      }),
    );
  });

  it('is never shorter than what times since 1970 can tell apart', () => {
    const whole = { start: T, end: T + 100 };
    const { start, end } = fitRange({ start: T + 50, end: T + 50 }, whole);
    expect(end - start).to.be.closeTo(SHORTEST, SHORTEST / 2);
  });
});

describe('zoomRange and panRange', () => {
  it('keep in place what is under the pointer', () => {
    fc.assert(
      fc.property(
        ranges,
        fc.double({ min: 0.1, max: 8, noNaN: true }),
        fc.integer({ min: 0, max: 10 }),
        (range, factor, tenth) => {
          const at = timeAt(range, tenth / 10);
          const zoomed = zoomRange(range, factor, at);
          expect(timeAt(zoomed, tenth / 10)).to.be.closeTo(at, 0.01);
          expect(zoomed.end - zoomed.start).to.be.closeTo((range.end - range.start) * factor, 0.01);
        },
      ),
    );
  });

  it('go back where they came from', () => {
    fc.assert(
      fc.property(ranges, fc.double({ min: -3, max: 3, noNaN: true }), (range, part) => {
        const back = panRange(panRange(range, part), -part);
        expect(back.start).to.be.closeTo(range.start, 0.01);
        expect(back.end).to.be.closeTo(range.end, 0.01);
      }),
    );
  });
});
