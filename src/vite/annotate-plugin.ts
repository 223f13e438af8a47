import { SourceMap, type SourceMapPayload } from 'node:module';
import { join, relative } from 'node:path';
import { type Plugin, parseAst } from 'vite';
import { annotate, SOURCE_MODULE } from './annotate.js';
import type { Node } from './syntax.js';

/** Sources of the page; what is installed is not the developer's. */
const SOURCE = /\.([cm]?[jt]sx?|vue|svelte)($|\?)/;
const NOT_SOURCE = /\/node_modules\/|^\0|[?&](type=style|raw|url)\b/;

/** Worth a parse. */
const TELLING = /addEventListener|\bon[A-Z:a-z]|withSpan|startSpan|traced|delegated/;

/** Writes names and places into the sources of the page, once they are JavaScript: after TypeScript, JSX, Vue and Svelte. */
export function annotatePlugin(wanted: { names: boolean; positions: boolean }, apply: Plugin['apply']): Plugin {
  let root = '';
  return {
    name: 'zonetrace:sources',
    enforce: 'post',
    ...(apply && { apply }),
    configResolved(config) {
      root = config.root;
    },
    async resolveId(id) {
      if (id !== SOURCE_MODULE) return undefined;
      // As the page finds it: a linked package of the page may not have it.
      return this.resolve('zonetrace/source', join(root, 'index.html'), { skipSelf: true });
    },
    transform(code, id, options) {
      if (options?.ssr || !SOURCE.test(id) || NOT_SOURCE.test(id) || !TELLING.test(code)) return undefined;
      const file = relative(root, id.replace(/\?.*/, '')).replaceAll('\\', '/');
      const map = wanted.positions ? this.getCombinedSourcemap() : undefined;
      const placeOf = placesOf(code, map as unknown as SourceMapPayload | undefined);
      const text = annotate(code, parseAst(code) as unknown as Node, { ...wanted, file, placeOf });
      return text && { code: text.toString(), map: text.generateMap({ hires: true }) };
    },
  };
}

/** What the developer wrote, by the maps of all that was done to it. */
function placesOf(
  code: string,
  map: SourceMapPayload | undefined,
): (offset: number) => { line: number; column: number } {
  const starts = [0];
  for (let at = code.indexOf('\n'); at >= 0; at = code.indexOf('\n', at + 1)) starts.push(at + 1);
  const original = map?.mappings ? new SourceMap(map) : undefined;
  return (offset) => {
    const row = starts.findLastIndex((start) => start <= offset);
    const column = offset - (starts[row] as number);
    const entry = original?.findEntry(row, column);
    return entry && 'originalLine' in entry
      ? { line: entry.originalLine + 1, column: entry.originalColumn + 1 }
      : { line: row + 1, column: column + 1 };
  };
}
