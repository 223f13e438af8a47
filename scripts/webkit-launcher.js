import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { findBrowser } from './browsers.js';
import { freePort } from './free-port.js';

const MINI_BROWSERS = ['4.1', '6.0', '4.0'].flatMap((version) =>
  ['x86_64', 'aarch64'].map((cpu) => `/usr/lib/${cpu}-linux-gnu/webkit2gtk-${version}/MiniBrowser`),
);

/** A display for a browser that has no headless mode; answers its name, as `:99`. */
function startDisplay(processes) {
  const display = spawn(findBrowser('xvfb'), ['-displayfd', '3', '-screen', '0', '1440x900x24'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  processes.push(display);
  return new Promise((resolve, reject) => {
    display.on('error', reject);
    display.on('exit', () => reject(new Error('zonetrace: Xvfb stopped; is the package xvfb whole?')));
    display.stdio[3].once('data', (number) => resolve(`:${String(number).trim()}`));
  });
}

async function startDriver(processes) {
  const DISPLAY = process.env.DISPLAY ?? (await startDisplay(processes));
  const port = await freePort();
  const env = { ...process.env, DISPLAY, WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1', LIBGL_ALWAYS_SOFTWARE: '1' };
  processes.push(spawn(findBrowser('webkit'), [`--port=${port}`], { env, stdio: 'ignore' }));
  return `http://127.0.0.1:${port}`;
}

async function command(driver, method, path, body) {
  const response = await fetch(`${driver}${path}`, { method, ...(body ? { body: JSON.stringify(body) } : {}) });
  const { value } = await response.json();
  if (!response.ok) throw new Error(`zonetrace: WebKitWebDriver refused ${path}: ${value?.message ?? response.status}`);
  return value;
}

async function openSession(driver) {
  const browserOptions = { binary: MINI_BROWSERS.find((path) => existsSync(path)), args: ['--automation'] };
  const capabilities = { alwaysMatch: { 'webkitgtk:browserOptions': browserOptions } };
  for (let attempt = 1; ; attempt++) {
    try {
      return (await command(driver, 'POST', '/session', { capabilities })).sessionId;
    } catch (error) {
      if (attempt === 50) throw error; // the driver takes a moment to listen
      await delay(100);
    }
  }
}

/** Runs tests in WebKitGTK's MiniBrowser, by WebDriver, one page at a time. */
export function webkitLauncher() {
  const processes = [];
  const active = new Map();
  let driver;
  let session;
  return {
    name: 'WebKit',
    type: 'webdriver',
    concurrency: 1,
    async initialize() {},
    async startSession(id, url) {
      driver ??= await startDriver(processes);
      session ??= await openSession(driver);
      active.set(id, url);
      await command(driver, 'POST', `/session/${session}/url`, { url });
    },
    isActive: (id) => active.has(id),
    getBrowserUrl: (id) => active.get(id),
    async stopSession(id) {
      active.delete(id);
      try {
        await command(driver, 'POST', `/session/${session}/url`, { url: 'about:blank' });
      } catch (error) {
        // Its page crashed, and the session with it: the next file has a new one.
        console.log(error.message);
        session = undefined;
      }
      return {};
    },
    async stop() {
      if (session) await command(driver, 'DELETE', `/session/${session}`).catch(() => {});
      for (const child of processes.reverse()) child.kill();
    },
    startDebugSession() {
      throw new Error('zonetrace: WebKit has no debug session; use Chromium or Firefox');
    },
  };
}
