import { expect } from 'chai';
import fc from 'fast-check';
import { selfTime } from '../../../panel/layout/self-time.js';
import { percentile, sortStatistics, statisticsOf } from '../../../panel/layout/statistics.js';
import { SpanStore } from '../../../src/store/span-store.js';
import { addTrace } from '../records.js';

const T = 1_000_000;

const spans = fc.array(fc.tuple(fc.nat(30), fc.nat(50), fc.integer({ min: -1, max: 2 })), {
  maxLength: 30,
  size: 'max',
});

describe('statisticsOf', () => {
  it('counts the ended spans of each name, with errors, and the part without children', () => {
    const store = new SpanStore();
    for (const [duration, status] of [
      [10, 'OK'],
      [30, 'ERROR'],
    ] as const) {
      addTrace(store, {
        name: 'root',
        endTime: T + 100,
        children: [
          { name: 'query', startTime: T, endTime: T + duration, status },
          { name: 'open', endTime: undefined },
        ],
      });
    }
    const [root, query] = sortStatistics(statisticsOf(store, store.traces), 'total', false);
    expect(root).to.deep.equal({
      name: 'root',
      count: 2,
      errors: 0,
      total: 200,
      self: 0,
      p50: 100,
      p95: 100,
      max: 100,
    });
    expect(query).to.deep.equal({ name: 'query', count: 2, errors: 1, total: 40, self: 40, p50: 10, p95: 30, max: 30 });
    expect(statisticsOf(store, store.traces).length).to.equal(2);
  });

  it('finds the same self time as for one span alone, whatever order spans come in', () => {
    fc.assert(
      fc.property(spans, (made) => {
        const store = new SpanStore();
        const trace = store.beginTrace(T);
        if (!trace) return;
        const { trace: source, records } = addTrace(new SpanStore(), { name: 'x' });
        void source;
        made.forEach(([start, length, parent], i) => {
          const record = { ...records['x'], name: `${i}`, startTime: T + start, endTime: T + start + length };
          store.addSpan(trace, record as never, parent < i ? parent : -1, 'web');
        });
        for (const { name, self } of statisticsOf(store, store.traces)) {
          const row = Number(name);
          const range = (each: number) => ({
            start: store.startTimes[each] as number,
            end: store.endTimes[each] as number,
          });
          const children = trace.rows.filter((each) => store.parents[each] === row).map(range);
          expect(self).to.be.closeTo(selfTime(range(row), children), 1e-6);
        }
      }),
    );
  });
});

describe('percentile', () => {
  it('is the smallest value that so large a part does not exceed', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(100), { minLength: 1 }), fc.integer({ min: 1, max: 100 }), (values, hundredths) => {
        const sorted = values.sort((a, b) => a - b);
        const found = percentile(sorted, hundredths / 100);
        expect(sorted.filter((value) => value <= found).length).to.be.at.least(
          (values.length * hundredths) / 100 - 1e-9,
        );
        expect(sorted.filter((value) => value < found).length).to.be.below((values.length * hundredths) / 100 + 1e-9);
      }),
    );
  });
});
