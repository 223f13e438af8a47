import './clock.js';
import './fetch-clock.js';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace-web';
import { serveExport } from './exporting.js';
import { opentelemetry, registerProvider } from './opentelemetry-adapter.js';

const provider = registerProvider([new BatchSpanProcessor(new OTLPTraceExporter({ url: '/v1/traces' }))]);

serveExport({ withSpan: opentelemetry.withSpan, flush: () => provider.forceFlush() });
