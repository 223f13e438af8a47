import { expect } from 'chai';
import { startTracing } from '../../src/index.js';
import { testConfig } from '../config.js';
import { randomSeed, runPrograms } from './run-programs.js';
import { runSpanProgram, type SpanTally } from './span-programs.js';
import { type Program, spanPrograms } from './span-steps.js';

describe('random programs with spans', () => {
  it('find the span that is current by the rules, and begin spans with the right parent, at each step', async function () {
    const { fuzzPrograms: count, fuzzSeed: seed = randomSeed() } = await testConfig();
    this.timeout(60_000 + count * 50);
    const total = { steps: 0, spans: 0, lost: 0 };
    const tracing = startTracing({ instrument: false, panel: false });
    const { warn } = console;
    console.warn = () => {}; // spans are ended twice, and late
    const began = performance.now();
    try {
      const run = async (program: Program): Promise<string[]> => {
        const tally: SpanTally = { steps: 0, spans: 0, lost: 0, wrong: [] };
        await runSpanProgram(program, tally);
        total.steps += tally.steps;
        total.spans += tally.spans;
        total.lost += tally.lost;
        return tally.wrong;
      };
      await runPrograms(spanPrograms, run, { count, seed });
    } finally {
      console.warn = warn;
      await tracing.stop();
    }
    const { steps, spans, lost } = total;
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    console.log(
      `fuzz of spans: seed ${seed}, ${count} programs, ${steps} steps, ${spans} spans, ${lost} lost, ${seconds} s`,
    );
    expect(spans).to.be.greaterThan(count);
    // As many unhookable awaits in a row as lose the span are rare in a program.
    expect(lost).to.be.at.most(count / 1000);
  });
});
