import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { gzipped, minifiedByModule } from './bench/parts.js';
import { readRecord } from './bench/record.js';
import { ENTRIES } from './bench/sizes.js';

const budgets = JSON.parse(readFileSync(new URL('size-budgets.json', import.meta.url), 'utf8'));

/** The modules that are larger than when the budget was set, as lines; those that grew most first. */
function grown(chunks, before) {
  return Object.entries(minifiedByModule(chunks))
    .map(([module, to]) => ({ module, from: before[module] ?? 0, to }))
    .filter(({ from, to }) => to > from)
    .sort((a, b) => b.to - b.from - (a.to - a.from))
    .map(({ module, from, to }) => `  +${to - from} bytes minified: ${module} (${from} -> ${to})`);
}

function check(what, bytes, most, chunks, modules) {
  if (bytes <= most) return;
  assert.fail(
    `${what} has ${bytes} bytes after gzip; its budget is ${most}. Since the budget was set these have grown:\n${grown(chunks, modules).join('\n')}\nMake them smaller, load them later, or set the budget again by node test/bench/set-budgets.js and say why in the commit.`,
  );
}

/** Of a size that stands in the README; below the room of budgets, so that what is read there is true. */
const STALE = 0.03;

/** The sizes that are recorded of an entry: of what is loaded first, and of everything. */
function recorded(entry) {
  const { rows } = readRecord().chromium;
  const sizeOf = (row) => (rows.zonetrace[row] ?? rows['zonetrace-zone'][row])?.value;
  return [sizeOf(`size${entry}`), sizeOf(`size${entry}Late`)];
}

function checkRecorded(what, bytes, kilobytes) {
  if (kilobytes === undefined || Math.abs(bytes / 1000 / kilobytes - 1) <= STALE) return;
  assert.fail(
    `${what} has ${bytes} bytes after gzip, and ${kilobytes} KB are recorded. Record it by npm run bench -- --only size --record, and write it into the README by npm run bench -- --readme`,
  );
}

for (const [entry, make] of Object.entries(ENTRIES)) {
  test(`${entry} keeps its budget of bytes`, async () => {
    assert.ok(budgets[entry], `${entry} has no budget; set it by node test/bench/set-budgets.js`);
    const { first, total, modules } = budgets[entry];
    const chunks = await make();
    const sizes = chunks.map(({ code }) => gzipped(code));
    check(`What ${entry} loads first`, sizes[0], first, chunks.slice(0, 1), modules);
    const all = sizes.reduce((sum, size) => sum + size);
    check(`${entry} with all that it loads later`, all, total, chunks, modules);
    const [recordedFirst, recordedAll] = recorded(entry);
    checkRecorded(`What ${entry} loads first`, sizes[0], recordedFirst);
    checkRecorded(`${entry} with all that it loads later`, all, recordedAll);
  });
}
