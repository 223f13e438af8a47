import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { env, platform } from 'node:process';
import { stripVTControlCharacters } from 'node:util';
import { ensureBrowsers, ensureDependencies, ROOT, SetupError } from './setup.js';

/** ms for everything together; what runs then is stopped and counts as failed. */
const DEADLINE = 14 * 60_000;
const started = Date.now();

const counts = { passed: 0, failed: 0, skipped: 0 };
const failures = [];

async function test() {
  ensureDependencies();
  const { browsers, hasWebkit } = findOrInstallBrowsers();

  // First the build: the demo imports the library by its name, and so reads the types in dist/.
  const built = await check('build', 'node', ['scripts/build.js']);
  await check('types', 'npx', ['tsc', '-p', '.']);
  await check('lint', 'npx', ['biome', 'check', '.']);
  await check('publint', 'npx', ['publint']);
  await check('are the types wrong', 'npx', ['attw', '--pack', '.', '--profile', 'esm-only']);
  const demoBuilt =
    built && (await check('build of the demo', 'npx', ['vite', 'build', '--config', 'demo/vite.config.ts']));

  if (browsers.length > 0) await testInBrowsers(browsers, hasWebkit);
  if (demoBuilt && browsers.includes('chromium')) await testInNode();

  console.log();
  for (const failure of failures) console.log(`failed: ${failure}`);
  const { passed, failed, skipped } = counts;
  console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  process.exitCode = failed > 0 ? 1 : 0;
}

/**
 * Chromium and Firefox have to be there in CI; elsewhere, and WebKit everywhere, a browser that cannot be installed is
 * skipped.
 */
function findOrInstallBrowsers() {
  const wanted = (env.BROWSERS ?? 'chromium,firefox').split(',');
  const webkit = env.BROWSERS ? [] : ['webkit', ...(env.DISPLAY ? [] : ['xvfb'])]; // WebKit has no headless mode
  const missing = ensureBrowsers([...wanted, ...webkit]);
  for (const [name, sentence] of missing) {
    console.log(sentence);
    if (env.CI && wanted.includes(name)) fail(sentence);
    else counts.skipped++;
  }
  return {
    browsers: wanted.filter((name) => !missing.has(name)),
    hasWebkit: webkit.length > 0 && webkit.every((name) => !missing.has(name)),
  };
}

/** A step that passes or fails as a whole. */
async function check(name, program, args) {
  const { code } = await run(name, program, args);
  if (code === 0) counts.passed++;
  else fail(name);
  return code === 0;
}

/** The tests in test/**\/*.test.ts, in each browser; web-test-runner adds WebKit where nothing names the browsers. */
async function testInBrowsers(browsers, hasWebkit) {
  const all = hasWebkit && browsers.length === 2;
  const { code, output } = await run('tests in browsers', 'npx', ['wtr'], all ? {} : { BROWSERS: browsers.join(',') });
  const reports = lastReports(output);
  for (const { passed, failed, skipped } of reports) add(passed, failed, skipped);
  const counted = reports.reduce((sum, { failed }) => sum + failed, 0);
  if (counted > 0) failures.push(`tests in browsers (${counted})`);
  else if (code !== 0) fail('tests in browsers: some files did not run');
  else if (reports.length < browsers.length + (all ? 1 : 0)) fail('tests in browsers: not every browser has reported');
}

/** One line a browser, printed again and again while the tests run: the last block is the result. */
function lastReports(output) {
  const report = /\d+\/\d+ test files \| (\d+) passed, (\d+) failed(?:, (\d+) skipped)?/;
  const lines = output.split('\n').map((line) => report.exec(line));
  const end = lines.findLastIndex((match) => match !== null);
  const start = lines.findLastIndex((match, i) => i < end && match === null);
  return lines
    .slice(start + 1, end + 1)
    .map(([, passed, failed, skipped]) => ({ passed: +passed, failed: +failed, skipped: +(skipped ?? 0) }));
}

/** The tests in test/**\/*.test.js, which drive a browser from outside. */
async function testInNode() {
  const files = readdirSync(join(ROOT, 'test'), { recursive: true })
    .filter((file) => file.endsWith('.test.js'))
    .map((file) => join('test', file));
  const options = ['--test', '--test-reporter=spec', '--test-concurrency=1'];
  const { code, output } = await run('tests in Node', 'node', [...options, ...files]);
  const count = (what) => Number(new RegExp(`^ℹ ${what} (\\d+)$`, 'm').exec(output)?.[1] ?? 0);
  const failed = count('fail') + count('cancelled');
  add(count('pass'), failed, count('skipped') + count('todo'));
  if (failed > 0) failures.push(`tests in Node (${failed})`);
  else if (code !== 0 || count('pass') === 0) fail('tests in Node: they did not run to their end');
}

function add(passed, failed, skipped) {
  counts.passed += passed;
  counts.failed += failed;
  counts.skipped += skipped;
}

function fail(what) {
  counts.failed++;
  failures.push(what);
}

/** Runs a program, shows what it prints, and answers its exit code and its output without colours. */
function run(name, program, args, variables = {}) {
  console.log(`\n— ${name}: ${program} ${args.join(' ')}`);
  return new Promise((resolve) => {
    const isWindows = platform === 'win32';
    const child = spawn(program === 'node' ? process.execPath : program, args, {
      cwd: ROOT,
      env: { ...env, ...variables },
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: isWindows && program !== 'node',
      detached: !isWindows, // a group of its own, so that its browsers can be stopped with it
    });
    let output = '';
    const take = (stream) => (chunk) => {
      output += chunk;
      stream.write(chunk);
    };
    child.stdout.setEncoding('utf8').on('data', take(process.stdout));
    child.stderr.setEncoding('utf8').on('data', take(process.stderr));
    const timer = setTimeout(
      () => {
        console.log(`\n${name} was stopped: the tests may take ${DEADLINE / 60_000} minutes together.`);
        if (isWindows) child.kill('SIGKILL');
        else process.kill(-child.pid, 'SIGKILL');
      },
      DEADLINE - (Date.now() - started),
    );
    const finish = (code) => {
      clearTimeout(timer);
      resolve({ code, output: stripVTControlCharacters(output) });
    };
    child.on('error', (error) => {
      console.log(error.message);
      finish(1);
    });
    child.on('close', finish);
  });
}

test().catch((error) => {
  console.log(error instanceof SetupError ? error.message : error);
  console.log(`${counts.passed} passed, ${counts.failed + 1} failed`);
  process.exitCode = 1;
});
