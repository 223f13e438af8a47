#!/usr/bin/env node
/**
 * `npx zonetrace`: takes the spans of services and pages, keeps the last ones, and shows them in a page of its own.
 * @module
 */
import { readFileSync } from 'node:fs';
import { readFile as readBytes } from 'node:fs/promises';
import { readFile } from '../../panel/formats/read-file.js';
import { CliError } from './cli-error.js';
import { History } from './history.js';
import { listen } from './listen.js';
import { type Arguments, HELP, readArguments } from './read-arguments.js';
import { createViewer } from './viewer-server.js';

async function main(): Promise<void> {
  const given = readArguments(process.argv.slice(2));
  if (given.help) process.stdout.write(HELP);
  else if (given.version) process.stdout.write(`${readVersion()}\n`);
  else await run(given);
}

async function run({ files, data, host, port, forward, origins }: Arguments): Promise<void> {
  for (const file of files) await checkFile(file);
  const history = await History.open(data);
  const viewer = createViewer({
    history,
    files,
    forward,
    origins,
    host,
    warn: (message) => console.error(`zonetrace: ${message}`),
  });
  const listening = await listen(host, port, viewer.listener).catch(async (error) => {
    viewer.close();
    await history.close();
    throw error;
  });
  let isStopping = false;
  const stop = async () => {
    if (isStopping) process.exit(1); // asked for twice
    isStopping = true;
    viewer.close();
    await listening.close();
    await history.close();
    console.log(
      Object.entries(viewer.figures)
        .map(([name, figure]) => `${name}: ${figure}`)
        .join(', '),
    );
    process.exit(0);
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  const name = host === undefined ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  console.log(`zonetrace takes spans and shows them at http://${name}:${listening.port}/ (Ctrl+C stops it)`);
}

/** Throws a `CliError` where a file cannot be shown: the page, which reads it, is not there yet to say so. */
async function checkFile(file: string): Promise<void> {
  try {
    await readFile(new Blob([await readBytes(file)]));
  } catch (cause) {
    throw new CliError(`${file} could not be read; ${(cause as Error).message}`, 1, { cause });
  }
}

function readVersion(): string {
  const text = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

main().catch((error: unknown) => {
  console.error(error instanceof CliError ? `zonetrace: ${error.message}` : error);
  process.exitCode = error instanceof CliError ? error.exitCode : 1;
});
