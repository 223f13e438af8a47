import { expect } from 'chai';
import { testConfig } from '../config.js';
import { randomSeed, runPrograms } from '../fuzz/run-programs.js';
import { programs, runProgram, type Step, type Tally } from './programs.js';

describe('random programs', () => {
  it('see the value that each of their steps carries explicitly', async function () {
    const { fuzzPrograms, fuzzSeed: seed = randomSeed() } = await testConfig();
    // Fewer than of the richer programs with spans (test/fuzz), which go through the same hooks.
    const count = Math.ceil(fuzzPrograms / 4);
    this.timeout(60_000 + count * 50);
    const total = { steps: 0, lost: 0, lossy: 0 };
    const run = async (program: Step[]): Promise<string[]> => {
      const { steps, lost, wrong, leaked }: Tally = await runProgram(program);
      total.steps += steps;
      total.lost += lost;
      if (lost > 0) total.lossy++;
      return wrong + leaked === 0 ? [] : [`${wrong} wrong, ${leaked} leaked`];
    };
    const began = performance.now();
    await runPrograms(programs, run, { count, seed });
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    console.log(`fuzz: seed ${seed}, ${count} programs, ${total.steps} steps, ${total.lost} lost, ${seconds} s`);
    // More plain-value awaits in a row than the timeline replays lose the value; a program rarely has so many.
    expect(total.lossy).to.be.at.most(1 + count / 1000);
  });
});
