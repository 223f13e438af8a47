import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../../scripts/setup.js';

test('the manifest of custom elements names every element that the panel defines, where the package has it', () => {
  const { modules } = JSON.parse(readFileSync(join(ROOT, 'dist', 'custom-elements.json'), 'utf8'));
  const described = modules.flatMap(({ path, declarations }) =>
    declarations.filter(({ customElement }) => customElement).map(({ tagName }) => ({ path, tagName })),
  );
  const defined = readFileSync(join(ROOT, 'panel', 'define.ts'), 'utf8').matchAll(/^ {4}'(zonetrace-[\w-]+)': /gm);
  const tags = [...defined].map(([, tag]) => tag);
  assert.ok(tags.length > 10);
  assert.deepEqual(
    tags.filter((tag) => !described.some(({ tagName }) => tagName === tag)),
    [],
  );
  assert.deepEqual(
    described.filter(({ path }) => !existsSync(join(ROOT, path))),
    [],
  );
});
