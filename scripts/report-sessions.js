import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { ROOT } from './setup.js';

/**
 * A reporter of @web/test-runner that writes to `path`, as JSON, what became of each test file in each browser:
 * `{ file, browser, ms, passed, failed: string[], skipped }`, where `failed` names the tests (or says that the file broke) and
 * `ms` is how long its tests took.
 */
export function reportSessions(path) {
  return {
    stop({ sessions }) {
      for (const line of skippedTests(sessions)) console.log(line);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, JSON.stringify(sessions.map(describeSession)));
    },
  };
}

/** What no test has run of, and the reason in its title (test/skip.ts), by browser. */
function skippedTests(sessions) {
  return [...sessions].flatMap(({ browser, testResults }) =>
    testsOf(testResults ?? { tests: [], suites: [] }, '')
      .filter(({ skipped }) => skipped)
      .map(({ title }) => `skipped in ${browser.name}: ${title}`),
  );
}

function describeSession({ testFile, browser, passed, testResults, errors, status }) {
  const tests = testResults ? testsOf(testResults, '') : [];
  const failed = tests.filter((test) => !test.passed && !test.skipped).map(({ title }) => title);
  if (failed.length === 0 && !passed) failed.push(errors[0]?.message ?? `the file did not run to its end (${status})`);
  return {
    file: relative(ROOT, testFile),
    browser: browser.name.toLowerCase(),
    ms: Math.round(tests.reduce((sum, { duration = 0 }) => sum + duration, 0)),
    passed: tests.filter((test) => test.passed && !test.skipped).length,
    failed,
    skipped: tests.filter((test) => test.skipped).length,
  };
}

function testsOf({ tests, suites }, path) {
  return [
    ...tests.map((test) => ({ ...test, title: `${path}${test.name}` })),
    ...suites.flatMap((suite) => testsOf(suite, `${path}${suite.name} › `)),
  ];
}
