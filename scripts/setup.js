import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { platform } from 'node:process';
import { fileURLToPath } from 'node:url';
import { findBrowser } from './browsers.js';

// Runs before anything is installed: only what Node itself brings may be imported here.

/** The folder of package.json. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** A failure that a person can mend; its message is one sentence that says how. */
export class SetupError extends Error {}

const APT_PACKAGES = {
  chromium: ['chromium'],
  firefox: ['firefox-esr', 'firefox'], // Debian's name, Ubuntu's name
  webkit: ['webkit2gtk-driver'],
  xvfb: ['xvfb'],
};

const BREW_CASKS = { chromium: 'chromium', firefox: 'firefox' };

const TITLES = {
  chromium: 'Chromium or Chrome (or set CHROME_PATH)',
  firefox: 'Firefox (or set FIREFOX_PATH)',
  webkit: 'WebKitWebDriver (Debian: webkit2gtk-driver)',
  xvfb: 'Xvfb (Debian: xvfb)',
};

function runNpm(args) {
  return spawnSync('npm', args, {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: platform === 'win32', // npm is a script there
    maxBuffer: 64 * 1024 * 1024,
  });
}

/** Installs node_modules where it is missing or older than the lock file. Throws a SetupError where that fails. */
export function ensureDependencies() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new SetupError(`Node ${process.versions.node} is too old; install Node 20.19 or newer.`);
  }
  const lock = statSync(`${ROOT}/package-lock.json`);
  const installed = statSync(`${ROOT}/node_modules/.package-lock.json`, { throwIfNoEntry: false });
  if (installed && installed.mtimeMs >= lock.mtimeMs) return;
  console.log('Installing the packages of package-lock.json …');
  const attempts = [
    ['ci', '--no-audit', '--no-fund'],
    // npm ci refuses a lock file that lacks optional packages of other systems, which a partial mirror of the registry
    // leaves out (https://github.com/npm/cli/issues/4828); this keeps to the locked versions as well, and writes none.
    ['install', '--no-save', '--no-audit', '--no-fund'],
  ];
  const outputs = [];
  for (const args of attempts) {
    const { status, stdout, stderr } = runNpm(args);
    if (status === 0) return;
    outputs.push(`${stdout}${stderr}`);
  }
  console.log(outputs.join('\n'));
  throw new SetupError('The packages could not be installed: npm ci failed, see its message above.');
}

/**
 * Installs browsers (and tools to run them) that are missing, where the system has a package manager that lets us.
 *
 * @param {('chromium' | 'firefox' | 'webkit' | 'xvfb')[]} names
 * @returns {Map<string, string>} for each that is still missing, a sentence that says what to install
 */
export function ensureBrowsers(names) {
  const missing = names.filter((name) => !findBrowser(name));
  if (missing.length > 0) installBrowsers(missing);
  return new Map(
    missing
      .filter((name) => !findBrowser(name))
      .map((name) => [name, `${name} is missing and could not be installed here; install ${TITLES[name]}.`]),
  );
}

function installBrowsers(names) {
  if (platform === 'linux' && existsSync('/usr/bin/apt-get')) installWithApt(names);
  else if (platform === 'darwin' && isAvailable('brew', ['--version'])) installWithBrew(names);
}

function installWithApt(names) {
  const prefix = rootPrefix();
  if (!prefix) return;
  const apt = (...args) => {
    const [program, ...rest] = [...prefix, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', ...args];
    return spawnSync(program, rest, { stdio: ['ignore', 'inherit', 'inherit'] }).status === 0;
  };
  console.log(`Installing ${names.join(', ')} with apt-get …`);
  apt('update');
  for (const name of names) {
    for (const candidate of APT_PACKAGES[name]) {
      if (apt('install', '--yes', '--no-install-recommends', candidate) && findBrowser(name)) break;
    }
  }
}

/** What has to stand before a command to run it as root: nothing, sudo, or undefined where it cannot be. */
function rootPrefix() {
  if (process.getuid?.() === 0) return [];
  return isAvailable('sudo', ['-n', 'true']) ? ['sudo', '-n'] : undefined;
}

function installWithBrew(names) {
  for (const name of names) {
    const cask = BREW_CASKS[name];
    if (cask) spawnSync('brew', ['install', '--cask', cask], { stdio: ['ignore', 'inherit', 'inherit'] });
  }
}

function isAvailable(program, args) {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0;
}
