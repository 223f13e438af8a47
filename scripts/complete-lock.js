/**
 * Adds to package-lock.json the optional packages of other systems that the registry in use did not list when the lock was
 * written; without them `npm ci` refuses the lock. Run it after each `npm install` that changes the lock:
 * node scripts/complete-lock.js
 */
import { readFileSync, writeFileSync } from 'node:fs';

const SYSTEMS = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const PROCESSORS = ['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64'];

const file = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(file, 'utf8'));
let added = 0;

for (const [where, { optionalDependencies = {}, license }] of Object.entries(lock.packages)) {
  for (const [name, range] of Object.entries(optionalDependencies)) {
    const place = `node_modules/${name}`;
    if (lock.packages[place] || lock.packages[`${where}/${place}`]) continue;
    const parts = name.split(/[/-]/);
    const os = SYSTEMS.find((each) => parts.includes(each));
    const cpu = PROCESSORS.find((each) => parts.includes(each));
    if (!os && !cpu) continue;
    lock.packages[place] = {
      version: range.replace(/^[\^~]/, ''),
      ...(cpu ? { cpu: [cpu] } : {}),
      dev: true,
      license,
      optional: true,
      ...(os ? { os: [os] } : {}),
    };
    added++;
  }
}

// Without it those for another C library, of 100 MB, are installed too.
for (const [place, entry] of Object.entries(lock.packages)) if (/-musl$/.test(place)) entry.libc ??= ['musl'];

lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`added ${added} packages of other systems`);
