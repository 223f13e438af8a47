import { defineConfig } from 'vite';

/** What is shipped: native async/await stays native. */
const TARGET = 'es2022';

/**
 * Two bundles for pages without a bundler, chosen by `--mode`: `script`, the script tag's with zone.js inside, and
 * `panel`, the overlay that it imports when it is opened. The modules of the package itself are emitted by tsc.
 */
export default defineConfig(({ mode }) => ({
  build: {
    target: TARGET,
    outDir: 'dist',
    emptyOutDir: false,
    sourcemap: true,
    copyPublicDir: false,
    lib:
      mode === 'panel'
        ? { entry: 'panel/index.ts', formats: ['es'], fileName: () => 'zonetrace.panel.js' }
        : { entry: 'src/script.ts', formats: ['iife'], name: 'zonetraceScript', fileName: () => 'zonetrace.script.js' },
    rolldownOptions: {
      external: mode === 'panel' ? [] : [/panel\/index\.js$/],
      output: {
        codeSplitting: false,
        minify: true,
        // Relative to the script's own address, wherever it is served from.
        paths: (id: string) => (/panel[\\/]index\.(js|ts)$/.test(id) ? './zonetrace.panel.js' : id),
      },
    },
  },
  define: { 'process.env.NODE_ENV': '"production"' },
}));
