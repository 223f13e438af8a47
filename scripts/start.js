import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureDependencies, ROOT, SetupError } from './setup.js';

/** Taken where it is free, so that what the browser remembers of the page survives a restart. */
const USUAL_PORT = 4321;

/** Builds library and demo, starts the shop's services and the web server, and prints the address. */
async function start() {
  const wanted = readPort();
  await ensureDependencies();
  run('The library', ['scripts/build.js']);
  run('The demo', [join('node_modules', 'vite', 'bin', 'vite.js'), 'build', '--config', 'demo/vite.config.ts']);

  // Only now: on a fresh clone the packages were not there before.
  const { receiveSpans } = await import('../demo/server/receive-spans.js');
  const { startApi } = await import('../demo/server/start-api.js');
  const spans = await receiveSpans();
  const api = await startApi({ endpoint: spans.endpoint });
  const web = await listen(wanted, { apiPort: api.port, serveSpans: spans.serve }).catch(async (error) => {
    await api.stop();
    throw error;
  });

  let stopping = false;
  const stop = async (code) => {
    if (stopping) return;
    stopping = true;
    await Promise.all([web.close(), api.stop()]);
    await spans.close();
    process.exit(code);
  };
  process.on('SIGINT', () => stop(0));
  process.on('SIGTERM', () => stop(0));
  api.exited.then((code) => {
    if (!stopping) console.error(`A service of the shop ended with code ${code}.`);
    stop(1);
  });
  console.log(`The shop is open at http://127.0.0.1:${web.port}/ (Ctrl+C closes it)`);
}

function readPort() {
  const { PORT } = process.env;
  if (!PORT) return undefined;
  const port = Number(PORT);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new SetupError(`PORT is "${PORT}"; give a number from 0 to 65535, or leave it out.`);
}

/** Says nothing of a step that works, and everything of one that fails. */
function run(what, args) {
  const { status, stdout } = spawnSync(process.execPath, args, {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status === 0) return;
  process.stdout.write(stdout);
  throw new SetupError(`${what} could not be built: ${args[0]} failed, see its message above.`);
}

async function listen(wanted, options) {
  const { serveDemo } = await import('../demo/serve.js');
  // An OpenTelemetry Collector on this machine; `/?otlp` sends the demo's spans there.
  const collectorPort = Number(process.env.COLLECTOR_PORT ?? 4318);
  try {
    return await serveDemo({ ...options, port: wanted ?? USUAL_PORT, collectorPort });
  } catch (error) {
    if (error.code === 'EADDRINUSE' && wanted === undefined) return serveDemo({ ...options, port: 0, collectorPort });
    if (error.code === 'EADDRINUSE') {
      throw new SetupError(`Port ${wanted} is in use; set PORT to another, or leave it out and a free one is taken.`);
    }
    if (error.code === 'EACCES') throw new SetupError(`Port ${wanted} may not be used; set PORT to one above 1023.`);
    throw error;
  }
}

start().catch((error) => {
  console.error(error instanceof SetupError ? error.message : error);
  process.exit(1);
});
