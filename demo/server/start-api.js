import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('./main.js', import.meta.url));

/**
 * Starts the shop's API in a process of its own, on a free port of this machine.
 *
 * @returns {Promise<{ port: number, stop: () => Promise<void>, exited: Promise<number | null> }>}
 */
export async function startApi() {
  const child = fork(MAIN, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], env: { ...process.env, API_PORT: '0' } });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  const port = await new Promise((resolve, reject) => {
    child.once('message', (message) => resolve(message.port));
    child.once('error', reject);
    exited.then((code) => reject(new Error(`The shop's API ended with code ${code} before it was ready.`)));
  });
  const stop = async () => {
    child.kill();
    await exited;
  };
  return { port, stop, exited };
}
