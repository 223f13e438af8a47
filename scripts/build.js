import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Resolves when a tool of the project has ended; one that fails says so, and the build has failed. */
function run(...command) {
  return new Promise((resolve) => {
    const [program, ...args] = command;
    const child = spawn(program, args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });
    const finish = (code) => {
      if (code !== 0) {
        console.error(`zonetrace: the build failed at "${command.join(' ')}"; see the lines above`);
        process.exitCode = 1;
      }
      resolve();
    };
    child.on('error', finish);
    child.on('close', finish);
  });
}

const runTool = (...command) => run('npx', '--no-install', ...command);
/** The script of package.json: `npx` would find the compiler that typedoc needs. */
const compile = (project) => run('npm', 'run', '--silent', 'tsc', '--', '-p', project);

rmSync(new URL('../dist', import.meta.url), { recursive: true, force: true });
// None reads what another writes.
await Promise.all([
  compile('tsconfig.build.json'),
  compile('tsconfig.node.json'), // apart: what is for the page must not see the types of Node
  ...['script', 'panel', 'history', 'viewer'].map((mode) =>
    runTool('vite', 'build', '--mode', mode, '--logLevel', 'warn'),
  ),
  runTool('cem', 'analyze', '--quiet'),
]);
