import { ConsoleExporter, getCurrentSpan, getCurrentTrace, startTracing, withSpan } from 'zonetrace';
import { delay } from '../src/delay.js';
import { byId, element } from '../src/dom.js';
import { createPageConsole } from './page-console.js';
import { showTrace } from './show-trace.js';

const tracing = startTracing({
  service: 'concurrent',
  exporters: [new ConsoleExporter({ console: createPageConsole() })],
});

function runTask(name: string, milliseconds: number): Promise<void> {
  return withSpan(name, async (span) => {
    check(`${name}: its own span before the await`, getCurrentSpan() === span);
    await delay(milliseconds);
    check(`${name}: its own span after the await`, getCurrentSpan() === span);
    await withSpan(`finish ${name}`, () => delay(30));
    check(`${name}: its own span after its child`, getCurrentSpan() === span);
  });
}

function check(what: string, holds: boolean): void {
  byId('checks', HTMLElement).append(element('li', {}, `${holds ? 'yes' : 'NO'}: ${what}`));
}

withSpan('concurrent tasks', async () => {
  const trace = getCurrentTrace();
  await Promise.all([runTask('task one', 120), runTask('task two', 60), runTask('task three', 90)]);
  return trace;
}).then((trace) => showTrace(tracing, trace));
