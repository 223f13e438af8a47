/** The rows of a list that are drawn: from `first` up to, not including, `last`. */
export interface Slice {
  readonly first: number;
  readonly last: number;
}

/** Rows drawn beyond each edge, so that a step of the wheel finds them there. */
const OVERSCAN = 4;

/** The rows that a window of `height` px sees at `scrollTop`, and a few around them. */
export function sliceOf(
  total: number,
  rowHeight: number,
  scrollTop: number,
  height: number,
  overscan = OVERSCAN,
): Slice {
  const top = Math.max(0, scrollTop);
  const first = Math.max(0, Math.min(total, Math.floor(top / rowHeight)) - overscan);
  const last = Math.min(total, Math.ceil((top + height) / rowHeight) + overscan);
  return { first: Math.min(first, last), last };
}
