import { spawn, spawnSync } from 'node:child_process';
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

/** Resolves with the exit code of a program that runs to its end, null where there is none, and with all that it printed. */
function run(program, args, options = {}) {
  return new Promise((resolve) => {
    const printed = [];
    const child = spawn(program, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'], ...options });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => printed.push(text));
    child.on('error', (error) => printed.push(Buffer.from(`${error.message}\n`)));
    child.on('close', (status) => resolve({ status, output: Buffer.concat(printed).toString() }));
  });
}

/** Installs node_modules where it is missing or older than the lock file. Rejects with a SetupError where that fails. */
export async function ensureDependencies() {
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
    const { status, output } = await run('npm', args, { shell: platform === 'win32' }); // npm is a script there
    if (status === 0) return;
    outputs.push(output);
  }
  console.log(outputs.join('\n'));
  throw new SetupError('The packages could not be installed: npm ci failed, see its message above.');
}

/**
 * Installs browsers (and tools to run them) that are missing, where the system has a package manager that lets us.
 *
 * @param {('chromium' | 'firefox' | 'webkit' | 'xvfb')[]} names
 * @returns {Promise<Map<string, string>>} for each that is still missing, a sentence that says what to install
 */
export async function ensureBrowsers(names) {
  const missing = names.filter((name) => !findBrowser(name));
  const output = missing.length > 0 ? await installBrowsers(missing) : '';
  const stillMissing = missing.filter((name) => !findBrowser(name));
  if (stillMissing.length > 0) console.log(output);
  return new Map(
    stillMissing.map((name) => [name, `${name} is missing and could not be installed here; install ${TITLES[name]}.`]),
  );
}

/** Resolves with what the package manager printed. */
function installBrowsers(names) {
  if (platform === 'linux' && existsSync('/usr/bin/apt-get')) return installWithApt(names);
  if (platform === 'darwin' && isAvailable('brew', ['--version'])) return installWithBrew(names);
  return '';
}

async function installWithApt(names) {
  const prefix = rootPrefix();
  if (!prefix) return '';
  const outputs = [];
  const apt = async (...args) => {
    const [program, ...rest] = [...prefix, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', ...args];
    const { status, output } = await run(program, rest);
    outputs.push(output);
    return status === 0;
  };
  console.log(`Installing ${names.join(', ')} with apt-get …`);
  await apt('update');
  for (const name of names) {
    for (const candidate of APT_PACKAGES[name]) {
      if ((await apt('install', '--yes', '--no-install-recommends', candidate)) && findBrowser(name)) break;
    }
  }
  return outputs.join('');
}

/** What has to stand before a command to run it as root: nothing, sudo, or undefined where it cannot be. */
function rootPrefix() {
  if (process.getuid?.() === 0) return [];
  return isAvailable('sudo', ['-n', 'true']) ? ['sudo', '-n'] : undefined;
}

async function installWithBrew(names) {
  const outputs = [];
  for (const name of names) {
    const cask = BREW_CASKS[name];
    if (cask) outputs.push((await run('brew', ['install', '--cask', cask])).output);
  }
  return outputs.join('');
}

function isAvailable(program, args) {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0;
}
