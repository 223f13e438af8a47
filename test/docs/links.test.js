import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../../scripts/setup.js';
import { readPages } from './read-samples.js';

test('links in the documentation lead to files that are there', () => {
  const links = readPages().flatMap((page) => {
    const text = readFileSync(join(ROOT, page), 'utf8');
    return [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, target]) => ({ page, target }));
  });
  assert.ok(links.length > 10);
  const dead = links.filter(({ page, target }) => !existsSync(join(ROOT, dirname(page), target)));
  assert.deepEqual(dead, []);
});
