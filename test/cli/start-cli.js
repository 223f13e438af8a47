import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));

/** Those that run; one that a failed test leaves behind would keep the file of the test from ending. */
const running = new Set();
after(() => {
  for (const child of running) child.kill('SIGKILL');
});

/** Runs the command to its end. */
export async function runCli(...args) {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const [code, out, err] = await Promise.all([exitOf(child), textOf(child.stdout), textOf(child.stderr)]);
  return { code, out, err };
}

/** A folder for what is kept, for a test. */
export function makeFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'zonetrace-kept-'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Starts the command on a free port, unless `args` names one; without a folder, it keeps spans where it does untold. */
export async function startCli(folder, ...args) {
  const port = args.includes('--port') ? [] : ['--port', '0'];
  const data = folder === undefined ? [] : ['--data', folder];
  const child = spawn(process.execPath, [MAIN, ...data, ...port, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = exitOf(child);
  running.add(child);
  void exited.then(() => running.delete(child));
  let printed = '';
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    complaints += text;
  });
  const found = await new Promise((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text) => {
      printed += text;
      const address = /http:\/\/\S+:(\d+)\//.exec(printed);
      if (address) resolve(Number(address[1]));
    });
    exited.then((code) => reject(new Error(`it ended with ${code}: ${complaints}`)));
  });
  const url = `http://127.0.0.1:${found}`;
  return {
    pid: child.pid,
    port: found,
    url,
    get printed() {
      return printed;
    },
    get complaints() {
      return complaints;
    },
    /** Sends a body to `/v1/traces`. */
    post: (body, headers = {}) =>
      fetch(`${url}/v1/traces`, {
        method: 'POST',
        body,
        headers: { 'Content-Type': 'application/json', ...headers },
      }),
    /** Ends it, and answers with which code. */
    async end(signal = 'SIGINT') {
      child.kill(signal);
      return exited;
    },
  };
}

/**
 * What a page is sent: takes events until `isEnough` is true of what there is, `{ spans, figures, remarks }`. Fails after
 * some seconds without any.
 */
export async function readEvents(url, isEnough, signal = AbortSignal.timeout(20_000)) {
  const seen = { spans: [], figures: {}, remarks: [] };
  const stop = new AbortController();
  try {
    const response = await fetch(`${url}/events`, { signal: AbortSignal.any([signal, stop.signal]) });
    let text = '';
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      const messages = (text + chunk).split('\n\n');
      text = messages.pop();
      for (const message of messages) {
        const [, event, data] = /^event: (.*)\ndata: (.*)$/s.exec(message);
        if (event === 'message') for (const span of JSON.parse(data)) seen.spans.push(span);
        else if (event === 'figures') seen.figures = JSON.parse(data);
        else if (event === 'remark') seen.remarks.push(JSON.parse(data));
      }
      if (isEnough(seen)) return seen;
    }
  } catch (cause) {
    const { spans, figures } = seen;
    throw new Error(`not enough came: ${spans.length} spans, ${JSON.stringify(figures)}`, { cause });
  } finally {
    stop.abort();
  }
  throw new Error(`the events ended after ${seen.spans.length} spans`);
}

const exitOf = (child) => new Promise((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal)));

async function textOf(stream) {
  let text = '';
  for await (const chunk of stream.setEncoding('utf8')) text += chunk;
  return text;
}
