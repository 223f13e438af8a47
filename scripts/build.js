import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Resolves when a tool of the project has ended; one that fails says so, and the build has failed. */
function run(program, ...args) {
  return new Promise((resolve) => {
    const child = spawn('npx', ['--no-install', program, ...args], {
      cwd: root,
      stdio: 'inherit',
      shell: process.platform === 'win32',
    });
    const finish = (code) => {
      if (code !== 0) {
        console.error(`zonetrace: the build failed at "${program} ${args.join(' ')}"; see the lines above`);
        process.exitCode = 1;
      }
      resolve();
    };
    child.on('error', finish);
    child.on('close', finish);
  });
}

rmSync(new URL('../dist', import.meta.url), { recursive: true, force: true });
// None reads what another writes.
await Promise.all([
  run('tsc', '-p', 'tsconfig.build.json'),
  run('tsc', '-p', 'tsconfig.node.json'), // apart: what is for the page must not see the types of Node
  ...['script', 'panel', 'history', 'viewer'].map((mode) => run('vite', 'build', '--mode', mode, '--logLevel', 'warn')),
  run('cem', 'analyze', '--quiet'),
]);
