/**
 * Tracing inside a Worker or SharedWorker. Importing it starts tracing with the defaults. It also has `withSpan`,
 * `startSpan`, `endSpan`, `traced`, `getCurrentSpan`, `getCurrentTrace`, `ConsoleExporter` and `OtlpHttpExporter` of
 * `zonetrace`.
 * @module zonetrace/worker
 */
export { startWorkerTracing, type WorkerTracing, type WorkerTracingOptions } from '../../src/worker.js';
