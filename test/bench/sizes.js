import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { bundle, ROOT } from './bundle.js';

/** zone.js is shown beside and counted for nobody; the overlay is loaded when it is opened. */
const NOT_COUNTED = [/^zone\.js/, /\/panel\/(index|launcher)\.js$/];

const ZONETRACE_ALL = `
import { OtlpHttpExporter, startTracing } from './src/index.ts';
startTracing({ service: 'shop', exporters: [new OtlpHttpExporter({ url: '/v1/traces' })] });`;

const ZONETRACE_CORE = `
import { endSpan, startSpan, withSpan } from './src/index.ts';
globalThis.page = { endSpan, startSpan, withSpan };`;

const OPENTELEMETRY = `
import { ZoneContextManager } from '@opentelemetry/context-zone-peer-dep';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { DocumentLoadInstrumentation } from '@opentelemetry/instrumentation-document-load';
import { FetchInstrumentation } from '@opentelemetry/instrumentation-fetch';
import { UserInteractionInstrumentation } from '@opentelemetry/instrumentation-user-interaction';
import { XMLHttpRequestInstrumentation } from '@opentelemetry/instrumentation-xml-http-request';
import { BatchSpanProcessor, WebTracerProvider } from '@opentelemetry/sdk-trace-web';
import 'zone.js';
const provider = new WebTracerProvider({
  spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter({ url: '/v1/traces' }))],
});
provider.register({ contextManager: new ZoneContextManager() });
registerInstrumentations({
  instrumentations: [
    new DocumentLoadInstrumentation(), new FetchInstrumentation(), new UserInteractionInstrumentation(),
    new XMLHttpRequestInstrumentation(),
  ],
});`;

const SENTRY = `
import { browserTracingIntegration, init } from '@sentry/browser';
init({ dsn: 'https://public@127.0.0.1/1', tracesSampleRate: 1, integrations: [browserTracingIntegration()] });`;

const gzipped = (code) => gzipSync(code, { level: 9 }).length;

/** The script tag's bundle, as vite.config.ts makes it; zone.js is in it. */
async function scriptTag() {
  const result = await build({ root: ROOT, mode: 'script', logLevel: 'silent', build: { write: false } });
  return [result].flat()[0].output.find((chunk) => chunk.type === 'chunk').code;
}

/** Bytes after gzip, by row and contender. What cannot be built says so and is left out. */
export async function measureSizes() {
  const sizes = {};
  const add = async (row, contender, make) => {
    try {
      sizes[row] = { ...sizes[row], [contender]: gzipped(await make()) };
    } catch (error) {
      console.error(`The size of ${row} (${contender}) is left out: ${String(error.message).split('\n')[0]}`);
    }
  };
  const counted = (entry) => () => bundle(entry, { external: NOT_COUNTED });
  await add('sizeAll', 'zonetrace', counted(ZONETRACE_ALL));
  await add('sizeAll', 'opentelemetry', counted(OPENTELEMETRY));
  await add('sizeAll', 'sentry', counted(SENTRY));
  await add('sizeCore', 'zonetrace', counted(ZONETRACE_CORE));
  await add('sizeZone', 'zonetrace-zone', counted('src/zone/index.ts'));
  if (existsSync(join(ROOT, 'panel', 'index.ts'))) await add('sizePanel', 'zonetrace', () => bundle('panel/index.ts'));
  await add('sizeScript', 'zonetrace', scriptTag);
  await add('sizeZoneJs', 'zone-js', () => bundle("import 'zone.js';"));
  return sizes;
}
