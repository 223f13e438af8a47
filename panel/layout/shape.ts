/** Spans of a trace that are looked at, evenly spread: more of them do not change what so small a picture shows. */
const MOST_SPANS = 1000;

/** About how many spans were open in each of so many equal parts of a trace's time, as parts of the largest number. */
export function shapeOf(
  rows: readonly number[],
  startTimes: ArrayLike<number>,
  endOf: (row: number) => number,
  range: { readonly start: number; readonly end: number },
  parts: number,
): number[] {
  const scale = parts / Math.max(range.end - range.start, 1e-9);
  const placeOf = (time: number) => Math.min(parts - 1, Math.max(0, Math.floor((time - range.start) * scale)));
  /** How many more are open from a part on. */
  const changes = new Float64Array(parts + 1);
  const step = Math.ceil(rows.length / MOST_SPANS);
  for (let i = 0; i < rows.length; i += step) {
    const row = rows[i] as number;
    const from = placeOf(startTimes[row] as number);
    const to = Math.max(from, placeOf(endOf(row)));
    changes[from] = (changes[from] as number) + 1;
    changes[to + 1] = (changes[to + 1] as number) - 1;
  }
  let open = 0;
  const counts = Array.from({ length: parts }, (_, part) => {
    open += changes[part] as number;
    return open;
  });
  const most = Math.max(...counts, 1);
  return counts.map((count) => count / most);
}
