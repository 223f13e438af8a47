import { esbuildPlugin } from '@web/dev-server-esbuild';
import { defaultReporter } from '@web/test-runner';
import { chromeLauncher } from '@web/test-runner-chrome';
import { chromiumFlags, findBrowser } from './scripts/browsers.js';
import { reportSessions } from './scripts/report-sessions.js';
import { webkitLauncher } from './scripts/webkit-launcher.js';
import { testServer } from './test/server.js';
import { socketServer } from './test/sockets.js';

/** All tests run in these; without the variable, the zone and the panel also run in WebKit, where there is one. */
const wanted = (process.env.BROWSERS ?? 'chromium,firefox').split(',');
const webkitFiles = ['test/zone/**/*.test.ts', 'test/panel/**/*.test.ts'];
const withWebkit = !process.env.BROWSERS && !process.argv.includes('--files') && findBrowser('webkit');

function browser(name) {
  if (name === 'webkit') return webkitLauncher();
  const executablePath = findBrowser(name);
  if (name === 'firefox') {
    const launcher = chromeLauncher({
      launchOptions: { browser: 'firefox', executablePath, headless: true },
      concurrency: 1,
    });
    launcher.name = 'Firefox'; // two launchers of one name would run as one browser
    return launcher;
  }
  // For memory.test.ts: a way to collect garbage, and the size of the heap as it is.
  const args = [...chromiumFlags, '--js-flags=--expose-gc', '--enable-precise-memory-info'];
  const launcher = chromeLauncher({ launchOptions: { executablePath, headless: true, args }, concurrency: 1 });
  launcher.name = 'Chromium';
  return launcher;
}

export default {
  files: ['test/**/*.test.ts', '!test/e2e/**', '!test/bench/**'],
  nodeResolve: { exportConditions: ['production', 'browser'] },
  browsers: wanted.map(browser),
  groups: withWebkit ? [{ name: 'webkit', files: webkitFiles, browsers: [browser('webkit')] }] : [],
  plugins: [esbuildPlugin({ ts: true, target: 'es2022', tsconfig: 'tsconfig.json' }), socketServer],
  middleware: [testServer],
  // scripts/test.js reads what became of each file; in CI nobody watches a bar.
  reporters: [
    defaultReporter({ reportTestProgress: !process.env.CI }),
    ...(process.env.TEST_REPORT ? [reportSessions(process.env.TEST_REPORT)] : []),
  ],
  testsFinishTimeout: 20 * 60_000,
  // Longer than `until` waits, which says for what.
  testFramework: { config: { timeout: 40_000 } },
  // Most of the time of the tests is waiting.
  concurrentBrowsers: 3,
};
