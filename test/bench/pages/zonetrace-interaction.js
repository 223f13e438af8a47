import './clock.js';
import { getCurrentSpan, startTracing, withSpan } from '../../../src/index.ts';
import { serveBenchmarks } from './measure.js';
import { NoOpProcessor } from './no-op-processor.js';

const tracing = startTracing({
  instrument: { interaction: true, fetch: false },
  panel: false,
  processors: [new NoOpProcessor()],
});

serveBenchmarks({ withSpan, current: getCurrentSpan, clear: () => tracing.store.clear() });
