import { expect } from 'chai';
import fc from 'fast-check';
import { criticalPath } from '../../../panel/layout/critical-path.js';
import { buildTree } from '../../../panel/layout/tree.js';

/** Spans of one trace: each has a parent before it, or none. */
const traces = fc.array(fc.record({ parent: fc.integer({ min: -1, max: 30 }), start: fc.nat(100), took: fc.nat(50) }), {
  minLength: 1,
  maxLength: 30,
});

/** By name of the row: from, to. */
function pathOf(spans: { parent: number; start: number; end: number }[]): Record<number, [number, number][]> {
  const rows = spans.map((_, row) => row);
  const starts = spans.map(({ start }) => start);
  const tree = buildTree(
    rows,
    spans.map(({ parent }) => parent),
    starts,
  );
  const path = criticalPath(tree, starts, (row) => (spans[row] as { end: number }).end);
  return Object.fromEntries(
    [...path].map(([entry, segments]) => [
      tree.rows[entry] as number,
      segments.map(({ start, end }): [number, number] => [start, end]).sort((a, b) => a[0] - b[0]),
    ]),
  );
}

describe('criticalPath', () => {
  it('is the one that ended last of those that ran at once', () => {
    const path = pathOf([
      { parent: -1, start: 0, end: 100 },
      { parent: 0, start: 10, end: 50 },
      { parent: 0, start: 10, end: 70 },
    ]);
    expect(path).to.deep.equal({
      0: [
        [0, 10],
        [70, 100],
      ],
      2: [[10, 70]],
    });
  });

  it('goes back through a chain, and gives the gaps to the parent', () => {
    const path = pathOf([
      { parent: -1, start: 0, end: 100 },
      { parent: 0, start: 10, end: 40 },
      { parent: 0, start: 50, end: 90 },
      { parent: 2, start: 60, end: 80 },
    ]);
    expect(path).to.deep.equal({
      0: [
        [0, 10],
        [40, 50],
        [90, 100],
      ],
      1: [[10, 40]],
      2: [
        [50, 60],
        [80, 90],
      ],
      3: [[60, 80]],
    });
  });

  it('does not wait for what still ran when the next began', () => {
    const path = pathOf([
      { parent: -1, start: 0, end: 100 },
      { parent: 0, start: 0, end: 65 },
      { parent: 0, start: 60, end: 100 },
    ]);
    expect(path).to.deep.equal({ 0: [[0, 60]], 2: [[60, 100]] });
  });

  it('follows a handler whose work outlives it', () => {
    const path = pathOf([
      { parent: -1, start: 0, end: 100 },
      { parent: 0, start: 0, end: 5 },
      { parent: 1, start: 2, end: 100 },
    ]);
    expect(path).to.deep.equal({ 1: [[0, 2]], 2: [[2, 100]] });
  });

  it('never counts a moment twice, nor one outside of its span', () => {
    fc.assert(
      fc.property(traces, (given) => {
        const spans = given.map(({ parent, start, took }, row) => ({
          parent: parent < row ? parent : -1,
          start,
          end: start + took,
        }));
        const all = Object.entries(pathOf(spans)).flatMap(([row, segments]) => {
          for (const [start, end] of segments) {
            const span = spans[Number(row)] as { start: number; end: number };
            expect(start).to.be.at.least(span.start);
            expect(end).to.be.at.most(span.end);
          }
          return segments;
        });
        all.sort((a, b) => a[0] - b[0]);
        for (let i = 1; i < all.length; i++) {
          expect((all[i] as [number, number])[0]).to.be.at.least((all[i - 1] as [number, number])[1]);
        }
      }),
    );
  });

  it('covers everything of a root whose children lie inside of it', () => {
    const path = pathOf([
      { parent: -1, start: 0, end: 100 },
      { parent: 0, start: 10, end: 50 },
      { parent: 0, start: 20, end: 70 },
      { parent: 2, start: 30, end: 70 },
    ]);
    const sum = Object.values(path)
      .flat()
      .reduce((total, [start, end]) => total + end - start, 0);
    expect(sum).to.equal(100);
  });
});
