import { objectAt, WHOLE } from '../formats/json.js';
import type { ReadSpan } from '../formats/span.js';
import { spansOfOtlp } from '../formats/spans-of-otlp.js';

/** The spans of a snapshot's text; throws where it is none. */
export function readSnapshot(text: string): ReadSpan[] {
  return spansOfOtlp(objectAt(JSON.parse(text), WHOLE));
}
