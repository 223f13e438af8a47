import { packLanes } from '../layout/lanes.js';
import type { ReadSpan } from './span.js';

/** Spans in the Chrome Trace Event format, which Perfetto opens: a service is a process, with lanes that nest. */
export function writeChrome(spans: readonly ReadSpan[], now: number): string {
  const services = [...new Set(spans.map(({ service }) => service))];
  const traceEvents: unknown[] = [];
  services.forEach((service, i) => {
    const pid = i + 1;
    const own = spans.filter((each) => each.service === service).map(({ record }) => record);
    own.sort((a, b) => a.startTime - b.startTime || (b.endTime ?? now) - (a.endTime ?? now));
    const end = (at: number) => Math.max(own[at]?.endTime ?? now, own[at]?.startTime ?? 0);
    const { laneOf } = packLanes(own.length, (at) => own[at]?.startTime ?? 0, end);
    traceEvents.push({ name: 'process_name', ph: 'M', ts: 0, pid, tid: 0, args: { name: service } });
    own.forEach((record, at) => {
      const tid = laneOf[at];
      const { traceId, spanId } = record.context;
      const ts = record.startTime * 1000;
      const ids = { 'trace.id': traceId, 'span.id': spanId, 'parent.id': record.parentSpanId };
      const args = { ...record.attributes, ...ids, 'span.status': record.status };
      traceEvents.push({ name: record.name, ph: 'X', cat: 'span', ts, dur: end(at) * 1000 - ts, pid, tid, args });
      for (const { name, time, attributes } of record.events) {
        traceEvents.push({ name, ph: 'i', s: 't', ts: time * 1000, pid, tid, args: attributes });
      }
    });
  });
  return JSON.stringify({ traceEvents, displayTimeUnit: 'ms' });
}
