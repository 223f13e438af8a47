import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const FOLDER = new URL('./', import.meta.url);
const TABLE = readFileSync(new URL('../../docs/faults.md', import.meta.url), 'utf8');

/** The names of the tests, without what a loop puts into them. */
function namesOfTests() {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith('.test.ts'));
  assert.ok(files.length > 3);
  return files.flatMap((file) => {
    const source = readFileSync(new URL(file, FOLDER), 'utf8');
    return [...source.matchAll(/\bit\(\s*(['"`])(.*?)\1,/g)].map(([, , name]) => name);
  });
}

/** `${name}` in the name of a test stands for whatever the table says there. */
function matches(name, row) {
  const literal = name.split(/\$\{[^}]*\}/).map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${literal.join('.+')}$`).test(row);
}

test('each row of the table of faults names a test, and each test of a fault has a row', () => {
  const rows = TABLE.split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| fault'))
    .map((line) => line.split(' | ').at(-1).replace(/ \|$/, ''));
  const names = namesOfTests();
  assert.ok(rows.length > 20);
  assert.deepEqual(
    rows.filter((row) => !names.some((name) => matches(name, row))),
    [],
  );
  assert.deepEqual(
    names.filter((name) => !rows.some((row) => matches(name, row))),
    [],
  );
});
