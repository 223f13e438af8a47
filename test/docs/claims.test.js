import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../../scripts/setup.js';
import { FILES, rendered } from '../bench/readme.js';
import { ROWS } from '../bench/rows.js';

const read = (file) => readFileSync(join(ROOT, file), 'utf8');

/** Of a pattern, that there is a file for it. */
function isThere(path) {
  const [begin, end] = basename(path).split('*');
  if (end === undefined) return existsSync(join(ROOT, path));
  return readdirSync(join(ROOT, dirname(path))).some((file) => file.startsWith(begin) && file.endsWith(end));
}

for (const file of FILES) {
  test(`the figures of ${file} are the recorded ones`, () => {
    const same = read(file) === rendered(file);
    assert.ok(same, `${file} differs from test/bench/results.json; write it anew by npm run bench -- --readme`);
  });
}

const claims = [...read('docs/claims.md').matchAll(/^\| (?!said|figure|---)(.*) \| ([^|]*`[^|]*`[^|]*) \|$/gm)];
const commands = claims.flatMap(([, , cell]) => [...cell.matchAll(/`([^`]+)`/g)].map(([, command]) => command));

test('each claim that has a command is made by the README or a guide', () => {
  const guides = readdirSync(join(ROOT, 'docs/guides')).map((file) => `docs/guides/${file}`);
  const texts = ['README.md', ...guides].map(read).join('\n').replace(/\s+/g, ' ');
  assert.ok(claims.length > 40);
  const unsaid = claims.map(([, claim]) => claim).filter((claim) => !texts.includes(claim));
  assert.deepEqual(unsaid, []);
});

test('the commands of claims name files, scripts and rows that are there', () => {
  const { scripts } = JSON.parse(read('package.json'));
  const wrong = commands.filter((command) => {
    const words = command.split(' ').map((word) => word.replaceAll("'", ''));
    const files = words.filter((word) => word.startsWith('test/'));
    if (!files.every(isThere)) return true;
    if (files.length > 0) return false;
    const [program, verb] = words;
    const script = verb === 'run' ? words[2] : verb;
    if (program !== 'npm' || !scripts[script]) return true;
    const only = words[words.indexOf('--only') + 1];
    return script === 'bench' && only !== 'panel' && !ROWS.some(({ key }) => key?.startsWith(only));
  });
  assert.deepEqual(wrong, []);
});
