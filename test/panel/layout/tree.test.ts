import { expect } from 'chai';
import fc from 'fast-check';
import {
  buildTree,
  CLOSED,
  childCount,
  HIDDEN,
  hasBelow,
  keptEntries,
  parentEntry,
  SHOWN,
  visibleEntries,
} from '../../../panel/layout/tree.js';

/** Traces as a store holds them: rows anywhere, parents anywhere, also outside of the trace and in circles. */
const traces = fc.uniqueArray(fc.nat(60), { maxLength: 40 }).chain((rows) =>
  fc.record({
    rows: fc.constant(rows),
    parents: fc.array(fc.integer({ min: -1, max: 60 }), { minLength: 61, maxLength: 61 }),
    startTimes: fc.array(fc.nat(1000), { minLength: 61, maxLength: 61 }),
  }),
);

describe('buildTree', () => {
  it('shows every row once, also where parents go round in circles', () => {
    fc.assert(
      fc.property(traces, ({ rows, parents, startTimes }) => {
        const tree = buildTree(rows, parents, startTimes);
        expect([...tree.rows].sort((a, b) => a - b)).to.deep.equal([...rows].sort((a, b) => a - b));
      }),
    );
  });

  it('puts a row one level below its parent, after it, and siblings in the order of their start', () => {
    fc.assert(
      fc.property(traces, ({ rows, parents, startTimes }) => {
        const tree = buildTree(rows, parents, startTimes);
        const siblings = new Map<number, number[]>();
        for (let entry = 0; entry < tree.rows.length; entry++) {
          const row = tree.rows[entry] as number;
          const parent = parentEntry(tree, entry);
          if (parent >= 0) {
            expect(tree.rows[parent]).to.equal(parents[row]);
            expect(tree.levels[entry]).to.equal((tree.levels[parent] as number) + 1);
          } else expect(tree.levels[entry]).to.equal(1);
          siblings.set(parent, [...(siblings.get(parent) ?? []), entry]);
        }
        for (const [parent, entries] of siblings) {
          const starts = entries.map((entry) => startTimes[tree.rows[entry] as number] as number);
          expect(starts).to.deep.equal([...starts].sort((a, b) => a - b));
          expect(entries.map((entry) => tree.positions[entry])).to.deep.equal(entries.map((_, i) => i + 1));
          for (const entry of entries) expect(tree.setSizes[entry]).to.equal(entries.length);
          if (parent >= 0) expect(childCount(tree, parent)).to.equal(entries.length);
        }
      }),
    );
  });

  it('makes a root of a row only where its parent is not in the trace, or to break a circle', () => {
    fc.assert(
      fc.property(traces, ({ rows, parents, startTimes }) => {
        const tree = buildTree(rows, parents, startTimes);
        const known = new Set(rows);
        for (let entry = 0; entry < tree.rows.length; entry++) {
          const row = tree.rows[entry] as number;
          if (tree.levels[entry] !== 1 || !known.has(parents[row] as number)) continue;
          let at = parents[row] as number;
          for (let i = 0; i < rows.length && at !== row; i++) at = parents[at] as number;
          expect(at).to.equal(row);
        }
      }),
    );
  });

  it('leaves out what is below a closed entry, and a hidden entry with all below it', () => {
    fc.assert(
      fc.property(
        traces,
        fc.array(fc.constantFrom(SHOWN, SHOWN, CLOSED, HIDDEN), { minLength: 40, maxLength: 40 }),
        (trace, how) => {
          const tree = buildTree(trace.rows, trace.parents, trace.startTimes);
          const isShown = (entry: number) => {
            if (how[entry] === HIDDEN) return false;
            for (let at = parentEntry(tree, entry); at >= 0; at = parentEntry(tree, at))
              if (how[at] !== SHOWN) return false;
            return true;
          };
          expect([...visibleEntries(tree, how)]).to.deep.equal([...tree.rows.keys()].filter(isShown));
        },
      ),
    );
  });

  it('shows a part of the tree as the whole', () => {
    const tree = buildTree([0, 1, 2, 3], [-1, 0, 1, 0], [0, 1, 2, 3]);
    expect([...visibleEntries(tree, [SHOWN, SHOWN, SHOWN, SHOWN], 1, 3)]).to.deep.equal([1, 2]);
  });

  it('keeps what is wanted and everything above it', () => {
    fc.assert(
      fc.property(traces, fc.uniqueArray(fc.nat(60)), ({ rows, parents, startTimes }, list) => {
        const tree = buildTree(rows, parents, startTimes);
        const wanted = new Set(list);
        const expected = new Set<number>();
        for (let entry = 0; entry < tree.rows.length; entry++) {
          if (!wanted.has(tree.rows[entry] as number)) continue;
          for (let at = entry; at >= 0; at = parentEntry(tree, at)) expected.add(at);
        }
        const kept = keptEntries(tree, (row) => wanted.has(row));
        expect([...kept].flatMap((each, entry) => (each ? [entry] : []))).to.deep.equal(
          [...expected].sort((a, b) => a - b),
        );
      }),
    );
  });

  it('finds a status below an entry, not in it', () => {
    const tree = buildTree([0, 1, 2, 3], [-1, 0, 1, 0], [0, 1, 2, 3]);
    const statuses = [0, 0, 2, 0];
    expect([0, 1, 2, 3].map((entry) => hasBelow(tree, entry, statuses, 2))).to.deep.equal([true, true, false, false]);
  });
});
