import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The pages of a folder. */
const pagesIn = (folder: string): string[] =>
  readdirSync(here(folder))
    .filter((file) => file.endsWith('.html'))
    .map((file) => here(`${folder}/${file}`));

export default defineConfig({
  root: here('.'),
  resolve: {
    alias: [
      { find: /^zonetrace$/, replacement: here('../src/index.ts') },
      { find: /^zonetrace\/opentelemetry$/, replacement: here('../src/opentelemetry.ts') },
      { find: /^zonetrace\/server-spans$/, replacement: here('../src/server-spans.ts') },
      { find: /^zonetrace\/worker$/, replacement: here('../src/worker.ts') },
      { find: /^zonetrace\/panel$/, replacement: here('../panel/index.ts') },
    ],
  },
  build: {
    outDir: here('../dist/demo'),
    emptyOutDir: true,
    target: 'es2022', // await stays native: keeping the zone across it is what the demo shows
    sourcemap: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: [here('index.html'), here('script-tag.html'), ...pagesIn('examples'), ...pagesIn('sources')],
    },
  },
});
