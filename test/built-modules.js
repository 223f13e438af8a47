import { readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { build } from 'esbuild';

const ROOT = join(import.meta.dirname, '..');

/**
 * Test files, and what their pages and workers load by its address. Not `fixtures/page.ts`: it is loaded where
 * `Object.prototype` has members, which breaks what a bundle has for `import *`.
 */
const ENTRY = /\.test\.ts$|^panel\/[\w-]+-page\.ts$|^fixtures\/(\w+\/)?(?!page\.)[\w-]+\.ts$/;

/**
 * Middleware that serves the tests built, all at once, with what they share in chunks: a test asks for some twenty modules,
 * not for the hundred and more of the library, each of which costs the processes of a browser their time.
 */
export async function serveBuilt() {
  const built = await buildAll();
  return (context, next) => {
    const module = built.get(context.path.replace(/\.ts$/, '.js'));
    if (!module) return next();
    context.type = 'text/javascript';
    // They stay as they are while the tests run.
    context.set('Cache-Control', 'max-age=600');
    context.body = module;
    return undefined;
  };
}

/** The text of each module by its address. */
async function buildAll() {
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: readdirSync(join(ROOT, 'test'), { recursive: true })
      .filter((file) => ENTRY.test(file.replaceAll(sep, '/')))
      .map((file) => join('test', file)),
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    conditions: ['production', 'browser'],
    external: ['/test-server/*', '/second-copy/*'],
    sourcemap: true,
    sourcesContent: false,
    outdir: ROOT,
    outbase: ROOT,
    chunkNames: 'test/chunks/[hash]',
    write: false,
    logLevel: 'error',
  });
  return new Map(outputFiles.map(({ path, text }) => [`/${relative(ROOT, path).replaceAll(sep, '/')}`, text]));
}
