import {
  OtlpHttpExporter,
  type OtlpHttpExporterOptions,
  startTracing,
  type Tracing,
  type TracingOptions,
} from '../../src/index.js';
import { LIMITS } from '../../src/pipeline/delivery-limits.js';

interface Taken {
  spanId: string;
  traceId: string;
  parentSpanId?: string;
  name: string;
  attributes: { key: string; value: Record<string, unknown> }[];
  resource: { key: string; value: Record<string, unknown> }[];
}

/** What the fault server tells of one receiver. */
export interface Received {
  requests: { fault: string; at: number; bytes: number; encoding?: string; traceparent?: string }[];
  taken: Taken[];
}

let receivers = 0;

/** A receiver of its own, that fails as it is told, request by request; the last word counts for all that follow. */
export async function newReceiver(...faults: string[]): Promise<{ url: string; read(): Promise<Received> }> {
  const address = await (await fetch('/test-server/faults')).text();
  const key = `${address}/${Date.now()}-${Math.random().toString(36).slice(2)}-${receivers++}`;
  return { url: `${key}?faults=${faults.join(',')}`, read: async () => (await fetch(key)).json() };
}

/** Makes deliveries impatient; returns the undo. */
export function hurry(limits: Partial<typeof LIMITS> = {}): () => void {
  const before = { ...LIMITS };
  Object.assign(LIMITS, { firstBackoff: 20, maxBackoff: 100, ...limits });
  return () => Object.assign(LIMITS, before);
}

export function trace(
  url: string,
  options: TracingOptions = {},
  exporter: Partial<OtlpHttpExporterOptions> = {},
): Tracing {
  return startTracing({
    exporters: [new OtlpHttpExporter({ url, timeout: 20_000, ...exporter })],
    instrument: false,
    panel: false,
    ...options,
  });
}

/** Everything recorded has been delivered or dropped. */
export function allAccounted({ stats }: Tracing): boolean {
  return stats.queued === 0 && stats.stored === 0;
}
