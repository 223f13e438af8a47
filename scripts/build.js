import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

function run(program, ...args) {
  const { status } = spawnSync('npx', ['--no-install', program, ...args], {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (status !== 0) {
    console.error(`zonetrace: the build stopped at "${program} ${args.join(' ')}"; see the lines above`);
    process.exit(status ?? 1);
  }
}

rmSync(new URL('../dist', import.meta.url), { recursive: true, force: true });
run('tsc', '-p', 'tsconfig.build.json');
run('tsc', '-p', 'tsconfig.node.json'); // apart: what is for the page must not see the types of Node
for (const mode of ['script', 'panel', 'history', 'viewer']) run('vite', 'build', '--mode', mode, '--logLevel', 'warn');
run('cem', 'analyze', '--quiet');
