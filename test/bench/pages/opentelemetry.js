import './clock.js';
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { JsonTraceSerializer } from 'otlp-official';
import { recordBatch } from './describe.js';
import { serveBenchmarks } from './measure.js';
import { opentelemetry, processor, registerProvider } from './opentelemetry-adapter.js';

// What has ended is kept by nobody, unless it is asked for.
const exporter = location.search === '?keep' ? new InMemorySpanExporter() : undefined;
registerProvider(exporter && [new SimpleSpanProcessor(exporter)]);
let batch;

serveBenchmarks({
  ...opentelemetry,
  keepsEnded: exporter !== undefined,
  clear: () => exporter?.reset(),
  encode() {
    batch ??= recordBatch(opentelemetry.withSpan, processor);
    return JsonTraceSerializer.serializeRequest(batch).length;
  },
});
