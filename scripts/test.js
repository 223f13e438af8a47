import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { env, platform } from 'node:process';
import { ensureBrowsers, ensureDependencies, ROOT, SetupError } from './setup.js';

/** ms for everything together, twice what it takes on two idle cores; what runs then hangs, is stopped and counts as failed. */
const DEADLINE = 28 * 60_000;
const started = Date.now();

const counts = { passed: 0, failed: 0, skipped: 0 };
const failures = [];
/** Tests that failed beside others and passed alone. */
const unsteady = [];

/** What takes the time of a run: this many files are named at its end. */
const SLOWEST = 12;

/** Files that are given a second run; more than these are broken. */
const MOST_RETRIED = 8;

/** How many tests run at a time, also where there are fewer browsers. */
const MIN_LANES = 2;

async function test() {
  // Meanwhile all goes on that needs no browser.
  const found = findOrInstallBrowsers();
  await ensureDependencies();
  tellTime('packages', started);

  // First the build: the demo imports the library by its name, and so reads the types in dist/.
  const built = await check('build', 'node', ['scripts/build.js']);
  await checkTogether([
    ['types', 'npm', ['run', '--silent', 'check']],
    ['pages of the API', 'node', ['scripts/check-api.js']],
    ['lint', 'npx', ['biome', 'check', '.']],
    ['publint', 'npx', ['publint']],
    ['are the types wrong', 'npx', ['attw', '--pack', '.', '--profile', 'esm-only']],
    ['licences', 'node', ['scripts/check-licences.js']],
  ]);
  const demoBuilt =
    built && (await check('build of the demo', 'npx', ['vite', 'build', '--config', 'demo/vite.config.ts']));

  const { browsers, hasWebkit } = await found;
  await runTests(browsers, hasWebkit, demoBuilt && browsers.includes('chromium'));

  console.log(`\nall of it took ${((Date.now() - started) / 60_000).toFixed(1)} minutes`);
  for (const name of unsteady)
    console.log(`unsteady (failed at first, passed when its file was run again alone): ${name}`);
  for (const failure of failures) console.log(`failed: ${failure}`);
  const { passed, failed, skipped } = counts;
  console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  process.exitCode = failed > 0 ? 1 : 0;
}

/**
 * Chromium and Firefox have to be there in CI; elsewhere, and WebKit everywhere, a browser that cannot be installed is
 * skipped.
 */
async function findOrInstallBrowsers() {
  const wanted = (env.BROWSERS ?? 'chromium,firefox').split(',');
  const webkit = env.BROWSERS ? [] : ['webkit', ...(env.DISPLAY ? [] : ['xvfb'])]; // WebKit has no headless mode
  const before = Date.now();
  const missing = await ensureBrowsers([...wanted, ...webkit]);
  for (const [name, sentence] of missing) {
    console.log(sentence);
    if (env.CI && wanted.includes(name)) fail(sentence);
    else counts.skipped++;
  }
  tellTime('browsers', before);
  return {
    browsers: wanted.filter((name) => !missing.has(name)),
    hasWebkit: webkit.length > 0 && webkit.every((name) => !missing.has(name)),
  };
}

/** Two at a time, the longest first: most of them use one core. */
async function checkTogether(steps) {
  const left = [...steps];
  const takeNext = async () => {
    for (let step = left.shift(); step; step = left.shift()) await check(...step, { together: true });
  };
  await Promise.all([takeNext(), takeNext()]);
}

/** A step that passes or fails as a whole. */
async function check(name, program, args, options = {}) {
  const code = await run(name, program, args, options);
  if (code === 0) counts.passed++;
  else fail(name);
  return code === 0;
}

/**
 * Each browser has its tests beside the others', and then takes files of the tests in Node, as long as some are left: tests
 * wait a lot, and a core that one leaves alone is another's. What failed runs once more when all is done, alone: browsers on
 * a small machine starve each other, and what passes then is told as unsteady, by name, and not counted as failed.
 */
async function runTests(browsers, hasWebkit, withNode) {
  const all = [...browsers, ...(hasWebkit ? ['webkit'] : [])];
  const files = withNode ? findNodeTests() : [];
  const sessions = [];
  const inNode = [];
  const runLane = async (browser) => {
    if (browser) sessions.push(...(await runInBrowser(browser, [], { together: true })));
    for (let file = files.shift(); file; file = files.shift()) inNode.push(await runInNode(file, { together: true }));
  };
  await Promise.all(Array.from({ length: Math.max(all.length, MIN_LANES) }, (_, lane) => runLane(all[lane])));
  if (all.length > 0) await judgeSessions(sessions, all.length);
  if (withNode) await judgeNode(inNode);
}

/** The tests in test/**\/*.test.ts, each file in each browser. */
async function judgeSessions(sessions, expectedBrowsers) {
  tellSlowest(sessions.map(({ file, browser, ms }) => ({ name: `${file} in ${browser}`, ms })));
  if (new Set(sessions.map(({ browser }) => browser)).size < expectedBrowsers) {
    fail('tests in browsers: not every browser has reported');
  }
  const broken = sessions.filter(({ failed }) => failed.length > 0);
  const again = new Map();
  for (const browser of isRetried(broken) ? new Set(broken.map((session) => session.browser)) : []) {
    const files = broken.filter((session) => session.browser === browser).map(({ file }) => file);
    for (const session of await runInBrowser(browser, ['--files', ...files])) {
      again.set(`${browser} ${session.file}`, session);
    }
  }
  for (const session of sessions) {
    const { file, browser, failed } = session;
    const last = again.get(`${browser} ${file}`) ?? session;
    add(last.passed, last.failed.length, last.skipped);
    for (const name of last.failed) failures.push(`${file} in ${browser}: ${name}`);
    if (last.failed.length === 0) for (const name of failed) unsteady.push(`${file} in ${browser}: ${name}`);
  }
}

async function runInBrowser(browser, args = [], options = {}) {
  const report = join(ROOT, 'test-output', `${browser}.json`);
  rmSync(report, { force: true });
  const variables = { BROWSERS: browser, TEST_REPORT: report };
  await run(`tests in ${browser}`, 'npx', ['wtr', ...args], { ...options, variables });
  return existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : [];
}

/** The tests in test/**\/*.test.js, which drive a browser from outside. */
function findNodeTests() {
  return readdirSync(join(ROOT, 'test'), { recursive: true })
    .filter((file) => file.endsWith('.test.js'))
    .map((file) => join('test', file));
}

async function judgeNode(reports) {
  tellSlowest(reports.flatMap(({ files }) => files));
  if (reports.every(({ passed }) => passed === 0)) fail('tests in Node: they did not run to their end');
  const mayRetry = isRetried(reports.filter(({ failed }) => failed.length > 0));
  for (const first of reports) {
    const last = mayRetry && first.failed.length > 0 ? await runInNode(first.file) : first;
    add(last.passed, last.failed.length, last.skipped);
    for (const { name } of last.failed) failures.push(`${first.file}: ${name}`);
    for (const { name } of first.failed) {
      if (!last.failed.some((other) => other.name === name)) unsteady.push(`${first.file}: ${name}`);
    }
  }
}

/** What a step took, and when it ended after the start of all. */
function tellTime(name, since) {
  const seconds = (time) => ((Date.now() - time) / 1000).toFixed(0);
  console.log(`— ${name} took ${seconds(since)} s, ended after ${seconds(started)} s`);
}

function tellSlowest(files) {
  for (const { name, ms } of files.toSorted((a, b) => b.ms - a.ms).slice(0, SLOWEST)) {
    console.log(`${(ms / 1000).toFixed(1).padStart(6)} s  ${name}`);
  }
}

async function runInNode(file, options = {}) {
  const report = join(ROOT, 'test-output', 'node', `${file.replaceAll(sep, '-')}.json`);
  mkdirSync(dirname(report), { recursive: true });
  rmSync(report, { force: true });
  const reporters = [
    ...['--test-reporter=spec', '--test-reporter-destination=stdout'],
    ...['--test-reporter=./scripts/report-failures.js', `--test-reporter-destination=${report}`],
  ];
  const code = await run(file, 'node', ['--test', ...reporters, file], options);
  const text = existsSync(report) ? readFileSync(report, 'utf8') : '';
  const told = text ? JSON.parse(text) : { passed: 0, skipped: 0, failed: [], files: [] };
  const failed = code !== 0 && told.failed.length === 0 ? [{ name: 'the file did not run to its end' }] : told.failed;
  return { ...told, failed, file };
}

/** Many broken files are a fault, not chance. */
function isRetried(broken) {
  return broken.length > 0 && broken.length <= MOST_RETRIED;
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

/** Runs a program and answers its exit code; what it prints comes at its end where others run together with it. */
function run(name, program, args, { variables = {}, together = false } = {}) {
  const title = `\n— ${name}: ${program} ${args.join(' ')}`;
  const before = Date.now();
  if (!together) console.log(title);
  return new Promise((resolve) => {
    const isWindows = platform === 'win32';
    const child = spawn(program === 'node' ? process.execPath : program, args, {
      cwd: ROOT,
      env: { ...env, ...variables },
      stdio: together ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
      shell: isWindows && program !== 'node',
      detached: !isWindows, // a group of its own, so that its browsers can be stopped with it
    });
    const printed = [];
    for (const stream of together ? [child.stdout, child.stderr] : []) stream.on('data', (text) => printed.push(text));
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
      if (together) console.log(`${title}\n${Buffer.concat(printed)}`);
      tellTime(name, before);
      resolve(code);
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
