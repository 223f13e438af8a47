import { objectAt } from '../formats/json.js';
import { readOtlp } from '../formats/read-otlp.js';
import { breakCircles, type ReadSpan } from '../formats/span.js';

/** The spans of a snapshot's text; throws where it is none. */
export function readSnapshot(text: string): ReadSpan[] {
  const spans = readOtlp(objectAt(JSON.parse(text), ''));
  breakCircles(spans);
  return spans;
}
