import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { env, platform } from 'node:process';

const CANDIDATES = {
  chromium: {
    variable: 'CHROME_PATH',
    names: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'],
    files: {
      darwin: [
        '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
        '/Applications/Chromium.app/Contents/MacOS/Chromium',
      ],
      win32: ['C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe'],
    },
  },
  firefox: {
    variable: 'FIREFOX_PATH',
    names: ['firefox-esr', 'firefox'],
    files: {
      darwin: ['/Applications/Firefox.app/Contents/MacOS/firefox'],
      win32: ['C:\\Program Files\\Mozilla Firefox\\firefox.exe'],
    },
  },
  webkit: { variable: 'WEBKIT_DRIVER_PATH', names: ['WebKitWebDriver'], files: {} },
  xvfb: { variable: 'XVFB_PATH', names: ['Xvfb'], files: {} },
};

/** The path of a browser's (or tool's) program, or undefined: from its variable, the PATH, or the usual places. */
export function findBrowser(name) {
  const { variable, names, files } = CANDIDATES[name];
  if (env[variable]) return env[variable];
  const folders = (env.PATH ?? '').split(delimiter);
  const onPath = names.flatMap((program) => folders.map((folder) => join(folder, program)));
  return [...onPath, ...(files[platform] ?? [])].find((path) => existsSync(path));
}

/** Quiet, and able to run as root in a container. */
export const chromiumFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
  // Each window loads two pages for the list below its address bar, which took two fifths of the time of a start.
  '--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup',
];
