/** Spans of one request of an exporter; the default of OpenTelemetry and of zonetrace. */
export const BATCH = 512;

/** Names for as many attributes as a span may have, less some. */
export const ATTRIBUTES = Array.from({ length: 100 }, (_, i) => `shop.attribute_${i}`);

/** What spans of a page have: five attributes and an event. */
export function describe(span) {
  span.setAttribute('shop.item', 'teapot');
  span.setAttribute('shop.count', 3);
  span.setAttribute('shop.express', true);
  span.setAttribute('shop.currency', 'EUR');
  span.setAttribute('shop.total', 59.7);
  span.addEvent('checked out');
}

/** `n` described spans in traces of eight, as of a click with what it causes. */
export function recordTraces(withSpan, n) {
  for (let left = n; left > 0; left -= 8) {
    withSpan('click "Buy"', (root) => {
      describe(root);
      for (let i = 1; i < Math.min(left, 8); i++) withSpan('GET /api/items', describe);
    });
  }
}

/** The spans of one batch of a contender whose processor is given, kept as they come. */
export function recordBatch(withSpan, processor) {
  const spans = [];
  processor.onEnd = (span) => spans.push(span);
  recordTraces(withSpan, BATCH);
  delete processor.onEnd;
  return spans;
}
