import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../../scripts/setup.js';
import { lastCells, matches, namesOfTests } from './named-tests.js';

/** The tests of what is different; each is to be documented. */
const DIFFERENCES = 'test/zone/differences.test.ts';

const read = (path) => readFileSync(join(ROOT, path), 'utf8');

test('each row of the page on conformance names a test that is there, and each tested difference has a row', () => {
  const cells = lastCells(read('docs/conformance.md'));
  assert.ok(cells.length > 25);
  const named = cells.map((cell) => {
    const [, file, sentence] = /^`(.+?)`: (.+)$/.exec(cell) ?? assert.fail(`"${cell}" is no test`);
    return { file, sentence };
  });
  assert.deepEqual(
    named.filter(({ file, sentence }) => !namesOfTests(read(file)).some((name) => matches(name, sentence))),
    [],
  );
  const documented = named.filter(({ file }) => file === DIFFERENCES).map(({ sentence }) => sentence);
  assert.deepEqual(
    namesOfTests(read(DIFFERENCES)).filter((name) => !documented.includes(name)),
    [],
  );
});
