import { readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The modules that package.json says have side effects, as they are called before tsc has compiled them. */
const sideEffects = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  .sideEffects.filter((pattern) => pattern.startsWith('./dist/src/') || pattern.startsWith('./dist/panel/'))
  .map((pattern) => pattern.slice('./dist/'.length).replace(/\.js$/, '.ts'))
  .map((pattern) => new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '[^/]*')}$`));

function hasSideEffects(id) {
  const path = relative(ROOT, id).split(sep).join('/');
  if (!/^(src|panel)\//.test(path)) return undefined; // as its own package.json says
  return sideEffects.some((pattern) => pattern.test(path));
}

/**
 * Bundles a module as a page of a production site has it, and answers its chunks; the first one is the entry, the others
 * are what it imports dynamically, unless with `inline`.
 *
 * @param {string} entry a path from the root, or the text of a module with imports from the root
 * @param {{ target?: string, external?: (string | RegExp)[], minify?: boolean, inline?: boolean, sourcemap?: boolean, plugins?: object[] }} [options]
 */
export async function bundleChunks(
  entry,
  { target = 'es2022', external = [], minify = true, inline = false, sourcemap = false, plugins = [] } = {},
) {
  const isText = entry.includes(';');
  const path = isText ? join(ROOT, 'bench-entry.js') : join(ROOT, entry);
  const text = {
    name: 'bench-entry',
    resolveId: (id) => (isText && id === path ? path : undefined),
    load: (id) => (isText && id === path ? { code: entry, moduleSideEffects: true } : undefined),
  };
  const result = await build({
    root: ROOT,
    configFile: false,
    envFile: false,
    logLevel: 'silent',
    plugins: [text, ...plugins],
    define: { 'process.env.NODE_ENV': '"production"' },
    // Two patch versions of one package of OpenTelemetry would be counted twice.
    resolve: { dedupe: ['@opentelemetry/core', '@opentelemetry/resources', '@opentelemetry/semantic-conventions'] },
    build: {
      write: false,
      target,
      sourcemap,
      minify: minify && 'oxc',
      copyPublicDir: false,
      // As a library, or Vite would add its own loader of chunks.
      lib: { entry: path, formats: ['es'], fileName: 'page' },
      rolldownOptions: {
        external,
        preserveEntrySignatures: 'allow-extension', // as in an application: what chunks share stays in the entry
        treeshake: { moduleSideEffects: hasSideEffects },
        output: { minify, ...(inline && { codeSplitting: false }) },
      },
    },
  });
  return chunksOf(result);
}

/** The chunks of a build, the entry first. */
export function chunksOf(result) {
  const chunks = [result].flat()[0].output.filter((chunk) => chunk.type === 'chunk');
  return chunks.sort((a, b) => Number(b.isEntry) - Number(a.isEntry));
}

/** The code of the entry alone; see {@link bundleChunks}. */
export async function bundle(entry, options) {
  const [first] = await bundleChunks(entry, options);
  return first.code;
}
