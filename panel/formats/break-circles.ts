/** Takes one parent (-1: none) out of each circle of parents, so that the rest is a tree. Answers the places that lost theirs. */
export function breakCircles(parents: Int32Array): number[] {
  const broken: number[] = [];
  /** 0: not seen; else the number of the climb that passed. */
  const climbs = new Int32Array(parents.length);
  for (let place = 0; place < parents.length; place++) {
    let at = place;
    while (at >= 0 && climbs[at] === 0) {
      climbs[at] = place + 1;
      at = parents[at] as number;
    }
    if (at < 0 || climbs[at] !== place + 1) continue;
    parents[at] = -1;
    broken.push(at);
  }
  return broken;
}
