/** Fails where the pages in docs/api are not what the code says: npm run docs writes them anew. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './setup.js';

const fresh = join('test-output', 'api');
const { status } = spawnSync('npx', ['--no-install', 'typedoc', '--out', fresh, '--logLevel', 'Warn'], {
  cwd: ROOT,
  stdio: 'inherit',
  shell: process.platform === 'win32',
});
if (status !== 0) process.exit(1);

const read = (folder) => {
  const files = readdirSync(join(ROOT, folder), { recursive: true }).filter((file) => file.endsWith('.md'));
  return new Map(files.map((file) => [file, readFileSync(join(ROOT, folder, file), 'utf8')]));
};
const [now, then] = [read(fresh), read(join('docs', 'api'))];
const stale = [...new Set([...now.keys(), ...then.keys()])].filter((file) => now.get(file) !== then.get(file));
if (stale.length > 0) {
  console.error(`zonetrace: docs/api is not what the code says (${stale.join(', ')}); run npm run docs and commit it`);
  process.exit(1);
}
