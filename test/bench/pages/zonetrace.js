import './clock.js';
import { encodeOtlp } from '../../../src/exporters/otlp-encode.ts';
import { getCurrentSpan, startTracing, withSpan } from '../../../src/index.ts';
import { recordBatch } from './describe.js';
import { serveBenchmarks } from './measure.js';
import { NoOpProcessor } from './no-op-processor.js';

const processor = new NoOpProcessor();
const tracing = startTracing({
  instrument: false,
  panel: false,
  processors: [processor],
  // Of the growth of traces it is asked what spans cost, not what it costs to count those beyond the limit.
  limits: location.search === '?growth' ? { spansPerTrace: 1_000_000 } : undefined,
});

const utf8 = new TextEncoder();
let batch;

serveBenchmarks({
  withSpan,
  current: getCurrentSpan,
  hasAttributes: true,
  keeps: tracing.store.maxSpans,
  keepsEnded: true,
  clear: () => tracing.store.clear(),
  encode() {
    batch ??= recordBatch(withSpan, processor);
    return utf8.encode(encodeOtlp(batch, { 'service.name': 'bench' })).length;
  },
});
