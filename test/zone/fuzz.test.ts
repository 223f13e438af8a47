import { expect } from 'chai';
import * as fc from 'fast-check';
import { testConfig } from '../config.js';
import { programs, runProgram, type Tally } from './programs.js';

/** Programs that run at the same time, as independent parts of a page do. */
const TOGETHER = 8;

describe('random programs', () => {
  it('see the value that each of their steps carries explicitly', async function () {
    const { fuzzPrograms, fuzzSeed } = await testConfig();
    this.timeout(60_000 + fuzzPrograms * 50);
    const seed = fuzzSeed ?? Math.floor(Math.random() * 2 ** 31);
    const total: Tally = { steps: 0, wrong: 0, leaked: 0, lost: 0 };
    let groups = 0;
    let lossyGroups = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(programs, { minLength: TOGETHER, maxLength: TOGETHER }), async (group) => {
        const tally: Tally = { steps: 0, wrong: 0, leaked: 0, lost: 0 };
        await Promise.all(group.map((program) => runProgram(program, tally)));
        total.steps += tally.steps;
        total.lost += tally.lost;
        groups++;
        if (tally.lost > 0) lossyGroups++;
        expect({ wrong: tally.wrong, leaked: tally.leaked }).to.deep.equal({ wrong: 0, leaked: 0 });
      }),
      { numRuns: Math.ceil(fuzzPrograms / TOGETHER), seed },
    );
    console.log(`fuzz: seed ${seed}, ${fuzzPrograms} programs, ${total.steps} steps, ${total.lost} lost`);
    // More plain-value awaits in a row than the timeline replays lose the value; a program rarely has so many.
    expect(lossyGroups).to.be.at.most(1 + groups / 100);
  });
});
