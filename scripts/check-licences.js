import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { ROOT } from './setup.js';

/** Licences that let everybody ship zonetrace in anything, with a notice at most. */
const ALLOWED = ['MIT', 'BSD-3-Clause', 'BSD-2-Clause', 'Apache-2.0', 'ISC', '0BSD'];

/**
 * The packages that users of zonetrace get, by the lockfile: `dependencies`, `optionalDependencies` and all that these need. A
 * package that is not there, or whose own package.json says something else than the lockfile, has the licence `unknown`; of
 * an optional one that could not be installed here the lockfile's word is taken.
 *
 * @returns {{ name: string, version: string, licence: string, isAllowed: boolean }[]}
 */
export function shippedPackages(lock = readJson('package-lock.json'), read = readJson) {
  const { packages } = lock;
  const found = new Map();
  const visit = (name, from) => {
    const path = resolve(packages, name, from);
    if (!path || found.has(path)) return;
    const { version, optional, license } = packages[path];
    const installed = licenceOf(path, read) ?? (optional ? license : undefined);
    const licence = license && license === installed ? license : 'unknown';
    found.set(path, { name, version, licence, isAllowed: ALLOWED.includes(licence) });
    for (const each of needsOf(packages[path])) visit(each, path);
  };
  for (const name of needsOf(packages[''])) visit(name, '');
  return [...found.values()];
}

function needsOf({ dependencies, optionalDependencies }) {
  return Object.keys({ ...dependencies, ...optionalDependencies });
}

/** As Node looks for it: beside the one that needs it, then further out. */
function resolve(packages, name, from) {
  for (let at = from; ; at = at.slice(0, Math.max(at.lastIndexOf('/node_modules/'), 0))) {
    const path = `${at ? `${at}/` : ''}node_modules/${name}`;
    if (packages[path]) return path;
    if (at === '') return undefined;
  }
}

function licenceOf(path, read) {
  try {
    return read(`${path}/package.json`).license;
  } catch {
    return undefined;
  }
}

function readJson(path) {
  return JSON.parse(readFileSync(join(ROOT, path), 'utf8'));
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const packages = shippedPackages();
  for (const { name, version, licence, isAllowed } of packages) {
    console.log(`${isAllowed ? ' ' : '!'} ${name} ${version}: ${licence}`);
  }
  if (packages.some(({ isAllowed }) => !isAllowed)) {
    console.error(`A licence that is not among ${ALLOWED.join(', ')} is shipped; replace the package.`);
    process.exitCode = 1;
  }
}
