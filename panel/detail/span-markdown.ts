import type { SpanRecord } from '../../src/trace/types.js';
import { formatDuration } from '../layout/format-duration.js';
import { formatOpen } from '../layout/format-open.js';

/** What one pastes into an issue. `isSettled`: nothing of its trace will come any more. */
export function spanToMarkdown(record: SpanRecord, service: string, isSettled: boolean): string {
  const { name, context, startTime, endTime, status, statusMessage, attributes, events } = record;
  const rows: [string, unknown][] = [
    ['service', service],
    ['status', statusMessage ? `${status}: ${statusMessage}` : status],
    ['start', new Date(startTime).toISOString()],
    ['duration', endTime === undefined ? formatOpen(isSettled) : formatDuration(endTime - startTime)],
    ['trace', context.traceId],
    ['span', context.spanId],
    ...Object.entries(attributes),
    ...events.map((event): [string, unknown] => [
      `event +${formatDuration(event.time - startTime)}`,
      `${event.name} ${JSON.stringify(event.attributes)}`,
    ]),
  ];
  const lines = rows.map(([key, value]) => `| ${cell(key)} | ${cell(value)} |`);
  return [`**${cell(name)}**`, '', '| | |', '|---|---|', ...lines, ''].join('\n');
}

function cell(value: unknown): string {
  return String(value)
    .replace(/[\\|`*_<]/g, '\\$&')
    .replace(/\s*\n\s*/g, '<br>');
}
