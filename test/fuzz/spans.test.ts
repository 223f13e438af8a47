import { expect } from 'chai';
import * as fc from 'fast-check';
import { startTracing } from '../../src/index.js';
import { testConfig } from '../config.js';
import { runSpanProgram, type SpanTally, spanPrograms } from './span-programs.js';

/** Programs that run at the same time, as independent parts of a page do. */
const TOGETHER = 8;

describe('random programs with spans', () => {
  it('find the span that is current by the rules, and begin spans with the right parent, at each step', async function () {
    const { fuzzPrograms, fuzzSeed } = await testConfig();
    this.timeout(60_000 + fuzzPrograms * 50);
    const seed = fuzzSeed ?? Math.floor(Math.random() * 2 ** 31);
    const total = { steps: 0, spans: 0 };
    const tracing = startTracing({ instrument: false, panel: false });
    const { warn } = console;
    console.warn = () => {}; // spans are ended twice, and late
    try {
      await fc.assert(
        fc.asyncProperty(fc.array(spanPrograms, { minLength: TOGETHER, maxLength: TOGETHER }), async (group) => {
          const tally: SpanTally = { steps: 0, spans: 0, wrong: [] };
          await Promise.all(group.map((program) => runSpanProgram(program, tally)));
          total.steps += tally.steps;
          total.spans += tally.spans;
          expect(tally.wrong).to.deep.equal([]);
        }),
        { numRuns: Math.ceil(fuzzPrograms / TOGETHER), seed },
      );
    } finally {
      console.warn = warn;
      await tracing.stop();
    }
    console.log(`fuzz of spans: seed ${seed}, ${fuzzPrograms} programs, ${total.steps} steps, ${total.spans} spans`);
    expect(total.spans).to.be.greaterThan(fuzzPrograms / 10);
  });
});
