import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

/** What is shipped: native async/await stays native. */
const TARGET = 'es2022';

/** The bundles that others import when they are wanted. */
const ENTRIES: Record<string, string> = { panel: 'panel/index.ts', history: 'panel/history/index.ts' };

/** The name of the bundle that a module begins. */
const bundleOf = (id: string): string | undefined =>
  Object.keys(ENTRIES).find((name) => id.replaceAll('\\', '/').replace(/js$/, 'ts').endsWith(`/${ENTRIES[name]}`));

/** What the script tag imports when it has started is one file, whoever asks for a part of it. */
const oneLateChunk: Plugin = {
  name: 'one-late-chunk',
  enforce: 'pre',
  resolveId(source, _importer, { kind }) {
    if (kind !== 'dynamic-import' || bundleOf(source)) return undefined;
    return fileURLToPath(new URL('src/late.ts', import.meta.url));
  },
};

/**
 * Zone.js looks itself up by the name `Zone` each time, so that a page that calls something else so breaks its own timers
 * and listeners. In the script tag's bundle the name is a variable of its own.
 */
const ownZone: Plugin = {
  name: 'own-zone',
  transform(code, id) {
    if (!id.includes('/zone.js/')) return undefined;
    const begin = 'var Zone2 = loadZone();';
    if (!code.includes(begin))
      throw new Error(`${id} does not begin by "${begin}"; see how it does, in vite.config.ts`);
    return { code: code.replace(begin, 'var Zone = loadZone(); var Zone2 = Zone;'), map: null };
  },
};

/** Where the classic script puts what its chunk uses of it. */
const SHARED = "globalThis[Symbol.for('zonetrace.script')]";

/**
 * A classic script has no exports and no imports, but may call `import()`. So it is built as CommonJS, in a function: its
 * `exports` are put where the chunk finds them, if it is the first of its kind, and its `require` of a chunk imports it. A
 * script of another origin has no base URL (https://html.spec.whatwg.org/#creating-a-classic-script, step 3), so its
 * element is asked. The chunk is a module; what it requires are those exports.
 */
const classicScript = {
  format: 'cjs',
  chunkFileNames: 'zonetrace.[name].js',
  postBanner: ({ isEntry }: { isEntry: boolean }) =>
    isEntry
      ? `(exports=>{'use strict';const{src}=globalThis.document?.currentScript??{},require=path=>import(src?new URL(path,src):path);`
      : `const exports={},require=()=>${SHARED};`,
  postFooter: ({ isEntry, exports }: { isEntry: boolean; exports: string[] }) =>
    isEntry ? `})(${SHARED}?{}:${SHARED}={});` : `export const {${exports}}=exports;`,
} as const;

/**
 * The bundles for pages without a bundler, chosen by `--mode`: `script`, the script tag's with zone.js inside and a chunk
 * that it imports once tracing has started; `panel`, the overlay that it imports when it is opened, with
 * chunks of its own for what is wanted later; `history`, which keeps
 * the overlay's traces, where there is a launcher; and `viewer`, the page of `npx zonetrace`, which imports the overlay as
 * well. The modules of the package itself are emitted by tsc.
 */
export default defineConfig(({ mode }) => ({
  plugins: mode === 'script' ? [oneLateChunk, ownZone] : [],
  build: {
    target: TARGET,
    outDir: 'dist',
    emptyOutDir: false,
    sourcemap: true,
    copyPublicDir: false,
    lib: {
      entry: ENTRIES[mode] ?? `src/${mode}.ts`,
      formats: mode === 'script' ? ['cjs'] : ['es'],
      fileName: () => `zonetrace.${mode}.js`,
    },
    rolldownOptions: {
      external: (id: string) => !(mode in ENTRIES) && bundleOf(id) !== undefined,
      preserveEntrySignatures: 'allow-extension',
      output: {
        minify: true,
        // Relative to the script's own address, wherever it is served from.
        paths: (id: string) => (bundleOf(id) ? `./zonetrace.${bundleOf(id)}.js` : id),
        ...(mode === 'script' ? classicScript : { chunkFileNames: `zonetrace.${mode}.[name].js` }),
      },
    },
  },
  define: { 'process.env.NODE_ENV': '"production"' },
}));
