import { ConsoleExporter, endSpan, getCurrentTrace, startSpan, startTracing, withSpan } from 'zonetrace';
import { createPageConsole } from './page-console.js';
import { showTrace } from './show-trace.js';

const tracing = startTracing({
  service: 'synchronous',
  exporters: [new ConsoleExporter({ console: createPageConsole() })],
});

function work(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

const trace = withSpan('main operation', () => {
  withSpan('child operation', (span) => {
    span.addEvent('work starts', { 'work.planned_ms': 100 });
    work(100);
    span.addEvent('work done');
  });

  startSpan('manual operation');
  work(50);
  endSpan();

  return getCurrentTrace();
});

showTrace(tracing, trace);
