import { build } from 'vite';
import { bundle, bundleChunks, chunksOf, ROOT } from './bundle.js';
import { gzipped, partsOf } from './parts.js';

/** zone.js is shown beside and counted for nobody; the overlay is loaded when it is opened. */
const NOT_COUNTED = [/^zone\.js/, /\/panel\/(history\/index|index|launcher)\.js$/];

export const ZONETRACE_ALL = `
import { OtlpHttpExporter, startTracing } from './src/index.ts';
startTracing({ service: 'shop', exporters: [new OtlpHttpExporter({ url: '/v1/traces' })] });`;

const ZONETRACE_CORE = `
import { endSpan, startSpan, withSpan } from './src/index.ts';
globalThis.page = { endSpan, startSpan, withSpan };`;

export const OPENTELEMETRY = `
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

export const SENTRY = `
import { browserTracingIntegration, init } from '@sentry/browser';
init({ dsn: 'https://public@127.0.0.1/1', tracesSampleRate: 1, integrations: [browserTracingIntegration()] });`;

const counted = (entry) => () => bundleChunks(entry, { external: NOT_COUNTED, sourcemap: true });

/** The script tag's bundles, as vite.config.ts makes them; zone.js is in them. */
async function scriptTag() {
  const result = await build({ root: ROOT, mode: 'script', logLevel: 'silent', build: { write: false } });
  return chunksOf(result);
}

/** What is shipped, by the word that it is called in reports: how its chunks are made, the one that is loaded first before the others. */
export const ENTRIES = {
  All: counted(ZONETRACE_ALL),
  Core: counted(ZONETRACE_CORE),
  Zone: counted('src/zone/index.ts'),
  Worker: counted('src/worker.ts'),
  OpenTelemetry: () =>
    bundleChunks('src/opentelemetry.ts', { external: [...NOT_COUNTED, /^@opentelemetry/], sourcemap: true }),
  Panel: () => bundleChunks('panel/index.ts', { sourcemap: true }),
  Script: scriptTag,
};

/** What a page could do without, or not, by the word of its row: what its modules are called. The rest starts and joins them. */
const ROOMS = {
  Zones: /^src\/zone\//,
  Spans:
    /^src\/(trace\/|(call-in-span|core|held-tasks|internals|scope|share|span-options|span-sink|suppressed|traced|tracer|unrecorded|verbs)\.ts)/,
  Store: /^src\/(store\/|(open-store|receive-spans)\.ts)/,
  Export: /^src\/(pipeline\/|exporters\/|resource\.ts)/,
  Requests:
    /^src\/(propagation\/|(carrier|request-options|trace-headers)\.ts|instrumentation\/(beacon|byte-length|clean-url|fetch|http-span|read-url|refused-headers|resource-timing|watch-bodies|xhr))/,
  Interactions: /^src\/instrumentation\/(call-hook|describe-element|error|event-timing|interaction)/,
  Pages:
    /^src\/(page-context|session|set-user)\.ts|^src\/instrumentation\/(document-load|frame-cause|late|loaded-document|long-frame|navigation|page|visibility|web-vitals)/,
  Messages:
    /^src\/instrumentation\/(broadcast-channel|connection|event-source|frame\.|message|neighbour|noted-runs|roll-call|sent-spans|web-socket|web-transport|worker)/,
};

const roomOf = (module) => Object.keys(ROOMS).find((room) => ROOMS[room].test(module)) ?? 'Rest';

const bytesOf = (chunks) => chunks.reduce((sum, { code }) => sum + gzipped(code), 0);

/** Bytes after gzip, by row and contender. What cannot be built says so and is left out. */
export async function measureSizes() {
  const sizes = {};
  const add = async (row, contender, make) => {
    try {
      sizes[row] = { ...sizes[row], [contender]: await make() };
    } catch (error) {
      console.error(`The size of ${row} (${contender}) is left out: ${String(error.message).split('\n')[0]}`);
    }
  };
  /** What is loaded later as well counts in a row of its own. Answers the chunks. */
  const addChunks = async (row, contender, make) => {
    let chunks = [];
    await add(row, contender, async () => {
      chunks = await make();
      return bytesOf(chunks.slice(0, 1));
    });
    if (chunks.length > 1) await add(`${row}Late`, contender, () => bytesOf(chunks));
    return chunks;
  };
  const [first] = await addChunks('sizeAll', 'zonetrace', ENTRIES.All);
  for (const { module, gzip } of first ? partsOf(first, roomOf) : []) {
    await add(`sizeRoom${module}`, 'zonetrace', () => gzip);
  }
  await addChunks('sizeAll', 'opentelemetry', counted(OPENTELEMETRY));
  await addChunks('sizeAll', 'sentry', counted(SENTRY));
  await addChunks('sizeCore', 'zonetrace', ENTRIES.Core);
  await addChunks('sizeZone', 'zonetrace-zone', ENTRIES.Zone);
  await addChunks('sizePanel', 'zonetrace', ENTRIES.Panel);
  await addChunks('sizeScript', 'zonetrace', ENTRIES.Script);
  await add('sizeZoneJs', 'zone-js', async () => gzipped(await bundle("import 'zone.js';")));
  return sizes;
}

/** What each module costs of an entry of {@link ENTRIES}, as lines to read. */
export async function describeParts(entry) {
  const chunks = await ENTRIES[entry]();
  return chunks
    .flatMap((chunk, i) => [
      `${i === 0 ? '' : '\n'}${chunk.fileName}${i === 0 ? '' : ', loaded later'}: ${chunk.code.length} bytes minified, ${gzipped(chunk.code)} after gzip`,
      'minified   gzip  (how much less the chunk would be without the module)',
      ...partsOf(chunk).map(
        ({ module, minified, gzip }) => `${String(minified).padStart(8)} ${String(gzip).padStart(6)}  ${module}`,
      ),
    ])
    .join('\n');
}
