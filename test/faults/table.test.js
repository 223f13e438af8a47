import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { lastCells, matches, namesOfTests } from '../docs/named-tests.js';

const FOLDER = new URL('./', import.meta.url);
const TABLE = readFileSync(new URL('../../docs/faults.md', import.meta.url), 'utf8');

test('each row of the table of faults names a test, and each test of a fault has a row', () => {
  const files = readdirSync(FOLDER).filter((file) => /\.test\.[jt]s$/.test(file) && file !== 'table.test.js');
  assert.ok(files.length > 3);
  const names = files.flatMap((file) => namesOfTests(readFileSync(new URL(file, FOLDER), 'utf8')));
  const rows = lastCells(TABLE);
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
