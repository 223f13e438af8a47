/** Characters of half the id of a span. */
const HALF = 8;

/** The halves, as numbers, of an id that has the length that it should have, in lower case. */
export function halvesOf(id: string): [high: number, low: number] {
  return [halfAt(id, 0), halfAt(id, HALF)];
}

/** The id of a row, of a column with two halves a row. */
export function idOf(halves: Uint32Array, row: number): string {
  return [halves[row * 2] as number, halves[row * 2 + 1] as number]
    .map((half) => half.toString(16).padStart(HALF, '0'))
    .join('');
}

function halfAt(id: string, from: number): number {
  let half = 0;
  for (let i = from; i < from + HALF; i++) {
    const code = id.charCodeAt(i);
    half = (half << 4) | (code < 58 ? code - 48 : code - 87);
  }
  return half;
}
