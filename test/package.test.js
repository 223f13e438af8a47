import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { promisify } from 'node:util';
import { shippedPackages } from '../scripts/check-licences.js';
import { ROOT } from '../scripts/setup.js';

const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

/** Whatever is named by a place in package.json, at any depth: conditions of exports, programs. */
function pathsIn(named) {
  return typeof named === 'string' ? [named.replace(/^\.\//, '')] : Object.values(named).flatMap(pathsIn);
}

/** The paths in the package that users get. */
let packed;

before(async () => {
  assert.ok(existsSync(join(ROOT, 'dist/zonetrace.script.js')), 'dist is missing; run npm test, which builds it first');
  const { stdout } = await promisify(execFile)('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: ROOT,
    maxBuffer: 16 * 1024 * 1024,
    shell: process.platform === 'win32',
  });
  packed = Object.values(JSON.parse(stdout))[0].files.map(({ path }) => path);
});

test('the package has every file that package.json names', () => {
  const { exports, bin, unpkg, jsdelivr, customElements } = manifest;
  const named = pathsIn({ exports, bin, unpkg, jsdelivr, customElements });
  assert.ok(named.length > 15);
  assert.deepEqual(
    named.filter((path) => !packed.includes(path)),
    [],
  );
});

test('the package has every file that those of the script tag load later', () => {
  const parts = packed.filter((path) => /^dist\/zonetrace\.\w+\.js$/.test(path));
  const loaded = parts.flatMap((path) => readFileSync(join(ROOT, path), 'utf8').match(/\bzonetrace\.\w+\.js\b/g) ?? []);
  assert.ok(loaded.length > 0);
  assert.deepEqual(
    loaded.filter((file) => !parts.includes(`dist/${file}`)),
    [],
  );
});

test('the package says what it is, what changed, and how to report a vulnerability', () => {
  for (const page of ['README.md', 'CHANGELOG.md', 'SECURITY.md', 'LICENSE']) assert.ok(packed.includes(page), page);
});

test('the package has nothing of tests, demo and scripts, and no sources that are not built', () => {
  const pages = ['package.json', 'README.md', 'CHANGELOG.md', 'SECURITY.md', 'LICENSE'];
  const others = packed.filter((path) => !pages.includes(path) && !/^dist\/(src\/|panel\/|[^/]+$)/.test(path));
  assert.deepEqual(others, []);
});

test('nothing of ours runs when the package is installed', () => {
  for (const hook of ['preinstall', 'install', 'postinstall', 'prepare'])
    assert.equal(manifest.scripts[hook], undefined);
});

test('what users get besides has a licence that lets them ship it, optional packages too', () => {
  const packages = shippedPackages();
  const names = packages.map(({ name }) => name);
  const named = Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies });
  assert.deepEqual(
    named.filter((name) => !names.includes(name)),
    [],
  );
  assert.deepEqual(
    packages.filter(({ isAllowed }) => !isAllowed),
    [],
  );
});

test('SECURITY.md names every package that is shipped', () => {
  const security = readFileSync(join(ROOT, 'SECURITY.md'), 'utf8');
  const named = Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies });
  assert.deepEqual(
    named.filter((name) => !security.includes(name)),
    [],
  );
});
