import type { SpanRecord } from '../../src/trace/types.js';

/** What a reader of the page's timeline looks for, in the order of its lanes. */
export const LANE_KINDS = [
  'interactions',
  'navigations',
  'web vitals',
  'long frames',
  'network',
  'spans',
  'errors',
] as const;

export type LaneKind = (typeof LANE_KINDS)[number];

/** Which lanes a span belongs to, by what the sources of spans write. Errors are shown once more in lanes of their own. */
export function kindOfSpan(record: SpanRecord): LaneKind {
  const { name, kind, attributes } = record;
  if (kind === 'CLIENT' || kind === 'PRODUCER') return 'network';
  if ('web_vital.rating' in attributes) return 'web vitals';
  if ('zonetrace.navigation.type' in attributes) return 'navigations';
  if ('long_frame.scripts' in attributes || name === 'long task') return 'long frames';
  if ('event.type' in attributes && record.parentSpanId === undefined) return 'interactions';
  return 'spans';
}
