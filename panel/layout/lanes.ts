export interface Lanes {
  /** By the place of the span. */
  readonly laneOf: readonly number[];
  readonly count: number;
  /** How many spans of its lane a span lies within, by its place. */
  readonly depthOf: readonly number[];
}

/**
 * Packs spans, given by start (where equal, the longer first), into as few lanes as go by taking the first that fits: on a
 * lane each span lies within what is open there, or after it.
 */
export class LanePacker implements Lanes {
  readonly laneOf: number[] = [];
  readonly depthOf: number[] = [];
  /** By lane: the ends of what is open there, the innermost last. */
  readonly #open: number[][] = [];

  get count(): number {
    return this.#open.length;
  }

  /** Packs the next span. */
  add(from: number, to: number): void {
    const open = this.#open;
    let lane = 0;
    while (lane < open.length && !fits(open[lane] as number[], from, to)) lane++;
    if (lane === open.length) open.push([]);
    const ends = open[lane] as number[];
    this.laneOf.push(lane);
    this.depthOf.push(ends.length);
    ends.push(to);
  }
}

/** Packs all of them at once. */
export function packLanes(count: number, start: (at: number) => number, end: (at: number) => number): Lanes {
  const packer = new LanePacker();
  for (let at = 0; at < count; at++) packer.add(start(at), end(at));
  return packer;
}

/** Whether a span lies within what is open on a lane, once what ended before it is not. */
function fits(open: number[], from: number, to: number): boolean {
  while (open.length > 0 && (open[open.length - 1] as number) <= from) open.pop();
  return open.length === 0 || (open[open.length - 1] as number) >= to;
}

/** One line for each depth of each lane, as flame charts are drawn: by the place of the span, and how many there are. */
export function linesOf({ laneOf, depthOf, count }: Lanes): { lineOf: number[]; count: number } {
  /** By lane, the first line of the next one: the depths so far, then their sums. */
  const firsts = new Array<number>(count + 1).fill(0);
  for (let at = 0; at < laneOf.length; at++) {
    const next = (laneOf[at] as number) + 1;
    firsts[next] = Math.max(firsts[next] as number, (depthOf[at] as number) + 1);
  }
  for (let lane = 0; lane < count; lane++) firsts[lane + 1] = (firsts[lane + 1] as number) + (firsts[lane] as number);
  const lineOf = laneOf.map((lane, at) => (firsts[lane] as number) + (depthOf[at] as number));
  return { lineOf, count: firsts[count] as number };
}

/**
 * Puts what lies on a line together: `starts` says where each line begins in `rows`, and where the last one ends. Plain arrays:
 * there are a few of them for each trace, mostly short, for which typed ones cost many times what they hold.
 */
export function groupByLine(
  rows: readonly number[],
  { lineOf, count }: { lineOf: readonly number[]; count: number },
): { rows: readonly number[]; starts: readonly number[] } {
  if (count === 1) return { rows, starts: [0, rows.length] };
  const starts = new Array<number>(count + 1).fill(0);
  for (const line of lineOf) starts[line + 1] = (starts[line + 1] as number) + 1;
  for (let line = 0; line < count; line++) starts[line + 1] = (starts[line + 1] as number) + (starts[line] as number);
  const next = starts.slice();
  const grouped = new Array<number>(rows.length).fill(0);
  for (let at = 0; at < rows.length; at++) {
    const line = lineOf[at] as number;
    grouped[next[line] as number] = rows[at] as number;
    next[line] = (next[line] as number) + 1;
  }
  return { rows: grouped, starts };
}
