export interface Lanes {
  /** By the place of the span. */
  readonly laneOf: Int32Array;
  readonly count: number;
}

/**
 * Packs spans, given by start (where equal, the longer first), into as few lanes as go by taking the first that fits: on a
 * lane each span lies within what is open there, or after it.
 */
export function packLanes(count: number, start: (at: number) => number, end: (at: number) => number): Lanes {
  const laneOf = new Int32Array(count);
  /** By lane: the ends of what is open there, the innermost last. */
  const open: number[][] = [];
  for (let at = 0; at < count; at++) {
    const from = start(at);
    const to = end(at);
    let lane = open.findIndex((ends) => {
      while (ends.length > 0 && (ends.at(-1) as number) <= from) ends.pop();
      return ends.length === 0 || (ends.at(-1) as number) >= to;
    });
    if (lane < 0) lane = open.push([]) - 1;
    open[lane]?.push(to);
    laneOf[at] = lane;
  }
  return { laneOf, count: open.length };
}
