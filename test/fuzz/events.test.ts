import { expect } from 'chai';
import * as fc from 'fast-check';
import { startTracing } from '../../src/index.js';
import { Collector, only } from '../collect.js';
import { testConfig } from '../config.js';
import { until } from '../until.js';
import { EventPage, type EventStep, eventPrograms } from './event-programs.js';
import { randomSeed, runPrograms } from './run-programs.js';

/** Programs that run in one page at the same time. */
const TOGETHER = 10;

describe('random sequences of events in a page', () => {
  it('find the trace and the parent that the model has, at each step', async function () {
    const { fuzzPrograms, fuzzSeed: seed = randomSeed() } = await testConfig();
    const count = Math.ceil(fuzzPrograms / 200);
    this.timeout(60_000 + count * 500);
    const address = location.href;
    const began = performance.now();
    let steps = 0;

    /** As one of a page's; those that `runPrograms` runs at the same time are told apart by it. */
    const run = async (programs: EventStep[][]): Promise<string[]> => {
      const spans = new Collector();
      const sources = only('interaction', 'fetch', 'xhr', 'navigation', 'worker');
      const tracing = startTracing({ processors: [spans], panel: false, instrument: sources });
      const worker = new Worker('/test-server/page/traced-worker.js', { type: 'module' });
      const page = new EventPage(spans, worker);
      try {
        worker.postMessage({ name: 'ready' });
        await until(() => spans.ended.some(({ name }) => name === 'ready'), 'the worker');
        await Promise.all(programs.map((program) => page.run(program)));
      } finally {
        worker.terminate();
        await tracing.stop();
        history.replaceState(null, '', address);
      }
      steps += page.steps;
      return page.wrong;
    };
    const pages = fc.array(eventPrograms, { minLength: TOGETHER, maxLength: TOGETHER });
    await runPrograms(pages, run, { count: Math.ceil(count / TOGETHER), seed, together: 1 });
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    console.log(`fuzz of events: seed ${seed}, ${count} programs, ${steps} steps, ${seconds} s`);
    expect(steps).to.be.greaterThan(count);
  });
});
