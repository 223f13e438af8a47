import './clock.js';
import './fetch-clock.js';
import { OtlpHttpExporter, startTracing, withSpan } from '../../../src/index.ts';
import { serveExport } from './exporting.js';

const compression = location.search === '?gzip' ? 'gzip' : 'none';
const tracing = startTracing({
  instrument: false,
  panel: false,
  exporters: [new OtlpHttpExporter({ url: '/v1/traces', compression })],
});

serveExport({ withSpan, flush: () => tracing.flush() });
