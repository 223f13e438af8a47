import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A page with one button whose handler makes one request. */
const FILES = {
  'package.json': '{ "name": "app", "private": true, "type": "module" }',
  'index.html': `<!doctype html>
<html>
  <head><title>app</title></head>
  <body><button id="order">Order</button><script type="module" src="/main.js"></script></body>
</html>`,
  'main.js': `
document.querySelector('#order').addEventListener('click', async () => {
  const response = await fetch('/api/orders');
  document.title = await response.text();
});`,
};

/** A folder with an app that has zonetrace installed as from the registry; `files` come besides or instead. */
export function makeApp(files = {}) {
  const root = mkdtempSync(join(tmpdir(), 'zonetrace-app-'));
  for (const [name, text] of Object.entries({ ...FILES, ...files })) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  const installed = join(root, 'node_modules', 'zonetrace');
  mkdirSync(installed, { recursive: true });
  for (const part of ['dist/src', 'dist/panel', 'package.json']) {
    cpSync(join(ROOT, part), join(installed, part), { recursive: true });
  }
  for (const name of ['lit', 'zone.js', 'web-vitals']) {
    symlinkSync(join(ROOT, 'node_modules', name), join(root, 'node_modules', name), 'junction');
  }
  return { root, remove: () => rmSync(root, { recursive: true, force: true }) };
}
