import type { SpanRecord } from '../../../src/trace/types.js';

const MEMBERS = [
  'name',
  'context',
  'parentSpanId',
  'parentIsRemote',
  'kind',
  'startTime',
  'endTime',
  'status',
  'statusMessage',
  'attributes',
  'events',
  'links',
  'droppedAttributesCount',
  'droppedEventsCount',
  'droppedLinksCount',
] as const;

/** All that a record says, as an object of its own: some records make it when they are asked. */
export function membersOf(record: SpanRecord | undefined): Record<string, unknown> {
  return Object.fromEntries(MEMBERS.map((key) => [key, record?.[key]]));
}
