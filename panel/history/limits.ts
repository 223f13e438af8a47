/** How much is kept for the next loads of a page. Beyond it whole loads go, the oldest first. */
export const LIMITS = {
  /** Loads of all pages of the origin. */
  loads: 20,
  /** Of all loads: they are read, and go into the panel, together. */
  spans: 20_000,
  /** Characters of all loads. */
  length: 16 * 1024 * 1024,
  /** ms since a load began. What was two days ago is not asked for any more. */
  age: 48 * 60 * 60 * 1000,
  /** Spans of one load; beyond it its oldest traces go. One busy page does not drive out all loads before it. */
  loadSpans: 8000,
  /** Characters of one load. */
  loadLength: 6 * 1024 * 1024,
  /** Spans of one trace; its first ones are kept. Writing more would take too long to be unnoticed. */
  traceSpans: 1000,
  /** Traces that wait to be written. A page that makes more in a moment does not need each of them. */
  waiting: 500,
} as const;
