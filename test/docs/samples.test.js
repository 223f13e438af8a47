import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { basename, dirname, join, relative, sep } from 'node:path';
import { platform } from 'node:process';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { transform } from 'esbuild';
import puppeteer from 'puppeteer-core';
import { build } from 'vite';
import { chromiumFlags, findBrowser } from '../../scripts/browsers.js';
import { ROOT } from '../../scripts/setup.js';
import { checkClaims, readSamples } from './read-samples.js';

/** Samples become files here, so that the compiler and the bundler find the project's packages around them. */
const FOLDER = join(ROOT, 'test-output', 'samples');

/** ms; a sample ends long before. */
const PATIENCE = 15_000;

const samples = readSamples();
const titleOf = ({ page, line }) => `${page}:${line}`;
const nameOf = ({ page, line }) => `${page.replaceAll(/\W+/g, '-')}-${line}`;

/**
 * `ts` runs in a page, `ts worker` in a worker that has to answer a message, `ts <file>` is that file of a project and only
 * compiled, `html` is a page.
 */
const typed = samples.filter(({ language }) => language === 'ts' || language === 'tsx');
const run = typed.filter(({ about }) => about === '' || about === 'worker');
const html = samples.filter(({ language }) => language === 'html');

/** One of the project's own finds what it imports as if it stood in its place: `rootDirs` lays the folder over the root. */
const fileOf = (sample) =>
  join(FOLDER, /^(src|panel)\//.test(sample.about) ? sample.about : `${nameOf(sample)}.${sample.language}`);

const bundledFileOf = (sample) => join(FOLDER, `${nameOf(sample)}.js`);

function moduleOf({ code }) {
  return `${checkClaims(code)}\n${/^(import|export) /m.test(code) ? '' : 'export {};\n'}`;
}

const PAGE = `<!doctype html><meta charset="utf-8"><title>a sample</title><link rel="icon" href="data:,">
<script src="/scaffold.js"></script>
<button id="save" type="button">Save</button><form><input name="tea"><button>Send</button></form>`;

const SCAFFOLD = `
globalThis.claims = 0;
globalThis.claim = (expression, value, expected) => {
  globalThis.claims++;
  if (!Object.is(value, expected)) throw new Error(expression + ' is ' + String(value) + ', not ' + String(expected));
};
globalThis.load = async () => {};
globalThis.readCart = async () => ['sencha'];
globalThis.handle = () => {};
globalThis.socket = { send() {} };
globalThis.message = { headers: {} };
globalThis.body = 'hello';
`;

/** The paths of the samples, and what the demo's shop would answer. */
async function serve(bundles) {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    const name = pathname.slice(1);
    const page = html.find((sample) => nameOf(sample) === name);
    const answer = (type, body) => response.writeHead(200, { 'Content-Type': type }).end(body);
    if (pathname === '/scaffold.js') answer('text/javascript', SCAFFOLD);
    else if (/^\/zonetrace\.[\w.-]+\.js$/.test(pathname)) {
      answer('text/javascript', readFileSync(join(ROOT, 'dist', basename(pathname))));
    } else if (bundles.has(name)) answer('text/javascript', bundles.get(name));
    else if (page) answer('text/html', `${PAGE}\n${page.code}`);
    else if (run.some((sample) => nameOf(sample) === name)) answer('text/html', PAGE);
    else if (pathname === '/v1/traces') answer('application/json', '{}');
    else answer('application/json', '[]');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

describe('the samples of the documentation', { concurrency: 3 }, () => {
  let server;
  let browser;

  before(async () => {
    rmSync(FOLDER, { recursive: true, force: true });
    mkdirSync(FOLDER, { recursive: true });
    // Decorators go before the bundle is made, which would leave them to browsers that have none.
    for (const sample of run) {
      const { code } = await transform(moduleOf(sample), { loader: 'ts', target: 'es2022' });
      writeFileSync(bundledFileOf(sample), code);
    }
    server = await serve(await bundleSamples());
    browser = await puppeteer.launch({
      executablePath: findBrowser('chromium'),
      headless: true,
      args: chromiumFlags,
    });
  });
  after(async () => {
    await browser?.close();
    server?.close();
  });

  test('are some', () => {
    assert.ok(run.length > 20 && html.length > 3, `${run.length} of code, ${html.length} of markup`);
  });

  test('are compiled, with the types of the package', async () => {
    assert.deepEqual(await compileSamples(), []);
  });

  for (const sample of run) {
    const claims = checkClaims(sample.code).split('globalThis.claim(').length - 1;
    test(`${titleOf(sample)} runs${claims > 0 ? ', and says what is true' : ''}`, async () => {
      const faults = await visit(sample, async (page) => {
        if (sample.about === 'worker') await page.evaluate(answerOfWorker, nameOf(sample));
        else await page.evaluate((name) => import(`/${name}.js`), nameOf(sample));
        assert.equal(await page.evaluate(() => globalThis.claims), claims, 'claims that were checked');
      });
      assert.deepEqual(faults, []);
    });
  }

  for (const sample of html) {
    test(`${titleOf(sample)} is a page`, async () => {
      const faults = await visit(sample, (page) => page.evaluate(() => document.querySelector('#save')?.click()));
      assert.deepEqual(faults, []);
    });
  }

  /** Answers what the page complained of. */
  async function visit(sample, use) {
    const page = await browser.newPage();
    page.setDefaultTimeout(PATIENCE);
    const faults = [];
    page.on('pageerror', (error) => faults.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error' || message.text().startsWith('zonetrace:')) faults.push(message.text());
    });
    await page.goto(`http://127.0.0.1:${server.address().port}/${nameOf(sample)}`);
    await use(page);
    await page.close();
    return faults;
  }
});

/** Answers what the compiler complains of, by the lines of the documentation. */
async function compileSamples() {
  for (const sample of typed) {
    mkdirSync(dirname(fileOf(sample)), { recursive: true });
    writeFileSync(fileOf(sample), moduleOf(sample));
  }
  const config = {
    extends: relative(FOLDER, join(ROOT, 'tsconfig.json')),
    compilerOptions: { incremental: false, tsBuildInfoFile: null, rootDirs: [ROOT, FOLDER] },
    include: [],
    files: [...typed.map(fileOf), join(ROOT, 'test', 'docs', 'scaffold.ts')],
  };
  writeFileSync(join(FOLDER, 'tsconfig.json'), JSON.stringify(config));
  const args = ['run', '--silent', 'tsc', '--', '-p', FOLDER, '--pretty', 'false'];
  const compiled = promisify(execFile)('npm', args, { cwd: ROOT, shell: platform === 'win32' });
  const { stdout, code } = await compiled.catch((error) => error);
  if (stdout === '' && code) return [`the compiler ended with ${code}`];
  const byFile = new Map(typed.map((sample) => [relative(ROOT, fileOf(sample)).replaceAll(sep, '/'), sample]));
  return stdout
    .split('\n')
    .filter((line) => line)
    .map((line) => {
      const [, file, row, fault] = /^(\S+)\((\d+),\d+\): (.*)$/.exec(line) ?? [];
      const sample = byFile.get(file);
      return sample ? `${sample.page}:${sample.line + Number(row)}: ${fault}` : line;
    });
}

/** Runs in the page. */
function answerOfWorker(name) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(`/${name}.js`, { type: 'module' });
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(message));
    worker.postMessage(2);
  });
}

/** Each sample in a module of its own, and what they share besides: `{ 'name.js': code }`. */
async function bundleSamples() {
  const result = await build({
    root: ROOT,
    configFile: false,
    envFile: false,
    logLevel: 'silent',
    define: { 'process.env.NODE_ENV': '"production"' },
    build: {
      write: false,
      target: 'es2022',
      minify: false,
      copyPublicDir: false,
      modulePreload: false,
      rolldownOptions: {
        input: Object.fromEntries(run.map((sample) => [nameOf(sample), bundledFileOf(sample)])),
        preserveEntrySignatures: 'strict',
        output: { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name].js' },
      },
    },
  });
  const chunks = [result].flat()[0].output.filter(({ type }) => type === 'chunk');
  return new Map(chunks.map(({ fileName, code }) => [fileName, code]));
}
