import { esbuildPlugin } from '@web/dev-server-esbuild';
import { defaultReporter } from '@web/test-runner';
import { chromeLauncher } from '@web/test-runner-chrome';
import { chromiumFlags, findBrowser } from './scripts/browsers.js';
import { freePort } from './scripts/free-port.js';
import { reportSessions } from './scripts/report-sessions.js';
import { webkitLauncher } from './scripts/webkit-launcher.js';
import { serveBuilt } from './test/built-modules.js';
import { testServer } from './test/server.js';
import { socketServer } from './test/sockets.js';

/** All tests run in Chromium and Firefox, those of the zone and the panel in WebKit too, where there is one. */
const areFilesNamed = process.argv.includes('--files');
const everyBrowser = ['chromium', 'firefox', ...(!areFilesNamed && findBrowser('webkit') ? ['webkit'] : [])];
const wanted = process.env.BROWSERS?.split(',') ?? everyBrowser;
const everyFile = ['test/**/*.test.ts', '!test/e2e/**', '!test/bench/**'];
const webkitFiles = ['test/zone/**/*.test.ts', 'test/panel/**/*.test.ts'];
const isWebkitAlone = wanted.length === 1 && wanted[0] === 'webkit';
/** Beside other browsers it has fewer files than they. */
const isWebkitApart = !areFilesNamed && !isWebkitAlone && wanted.includes('webkit');

/** Nobody listens to requests here, and to be told of each module of each test costs Firefox as much as the tests. */
const LAUNCH = { headless: true, networkEnabled: false };

function browser(name) {
  if (name === 'webkit') return webkitLauncher();
  const executablePath = findBrowser(name);
  if (name === 'firefox') {
    const launcher = chromeLauncher({
      launchOptions: { ...LAUNCH, browser: 'firefox', executablePath },
      concurrency: 1,
    });
    launcher.name = 'Firefox'; // two launchers of one name would run as one browser
    return launcher;
  }
  const args = [
    ...chromiumFlags,
    // For memory.test.ts: a way to collect garbage, and the size of the heap as it is.
    '--js-flags=--expose-gc',
    '--enable-precise-memory-info',
    // Nobody goes back to the page of another test file; to keep it there, each has a process of its own.
    '--disable-features=BackForwardCache',
  ];
  const launcher = chromeLauncher({ launchOptions: { ...LAUNCH, executablePath, args }, concurrency: 1 });
  launcher.name = 'Chromium';
  forgetHistory(launcher);
  return launcher;
}

/**
 * Gives each test file the history of a new tab. Of a full one Chromium drops first the entries of pages that nobody has
 * clicked in, those of the page that runs too, and then a step back leaves it.
 */
function forgetHistory(launcher) {
  const stop = launcher.stopSession.bind(launcher);
  launcher.stopSession = async (id) => {
    const page = launcher.getPage(id);
    const result = await stop(id);
    const client = await page.createCDPSession();
    await client.send('Page.resetNavigationHistory');
    await client.detach();
    return result;
  };
}

export default {
  // Two runs that start together would both find the first port of the runner's own search.
  port: await freePort(),
  files: isWebkitAlone ? webkitFiles : everyFile,
  nodeResolve: { exportConditions: ['production', 'browser'] },
  browsers: wanted.filter((name) => !(isWebkitApart && name === 'webkit')).map(browser),
  groups: isWebkitApart ? [{ name: 'webkit', files: webkitFiles, browsers: [browser('webkit')] }] : [],
  plugins: [esbuildPlugin({ ts: true, target: 'es2022', tsconfig: 'tsconfig.json' }), socketServer],
  middleware: [testServer, ...(process.argv.includes('--watch') ? [] : [await serveBuilt()])],
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
