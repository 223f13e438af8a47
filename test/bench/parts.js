import { SourceMap } from 'node:module';
import { gzipSync } from 'node:zlib';

export const gzipped = (code) => gzipSync(code, { level: 9 }).length;

/** What no module has written: the bundler's own lines. */
const GLUE = '(bundler)';

/** `src/tracer.ts` of the project, `web-vitals` of a package. */
function nameOf(source) {
  const [, dependency] = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source) ?? [];
  return dependency ?? source.replace(/^(\.\.\/)+/, '');
}

/** The pieces of a chunk by the part that its module belongs to, by its source map. */
function piecesOf({ code, map }, partOf) {
  const sources = new SourceMap({ ...map, sections: undefined });
  const pieces = new Map();
  let name = GLUE;
  code.split('\n').forEach((line, row) => {
    for (let column = 0; column < line.length; column++) {
      const { originalSource, generatedLine, generatedColumn } = sources.findEntry(row, column);
      if (generatedLine === row && generatedColumn === column) name = originalSource ? nameOf(originalSource) : GLUE;
      const part = partOf(name);
      const piece = pieces.get(part) ?? { kept: [], length: 0 };
      piece.kept.push([row, column]);
      piece.length++;
      pieces.set(part, piece);
    }
  });
  return pieces;
}

/**
 * What each module of a chunk costs: its bytes as minified, and how many the compressed chunk would be smaller without it.
 * Of what two modules repeat, neither is charged, so the sum is less than the whole.
 *
 * @param {{ code: string, map: object }} chunk built with a source map
 * @param {(module: string) => string} [partOf] gives several modules one name: they are measured together
 * @returns {{ module: string, minified: number, gzip: number }[]} the largest first
 */
export function partsOf(chunk, partOf = (module) => module) {
  const whole = gzipped(chunk.code);
  const lines = chunk.code.split('\n');
  return [...piecesOf(chunk, partOf)]
    .map(([module, { kept, length }]) => {
      const rest = lines.map((line) => [...line]);
      for (const [row, column] of kept) rest[row][column] = '';
      return { module, minified: length, gzip: whole - gzipped(rest.map((line) => line.join('')).join('\n')) };
    })
    .sort((a, b) => b.gzip - a.gzip);
}

/** The minified bytes of each module in all chunks, by its name. */
export function minifiedByModule(chunks) {
  const bytes = {};
  for (const chunk of chunks) {
    for (const [module, { length }] of piecesOf(chunk, (name) => name)) bytes[module] = (bytes[module] ?? 0) + length;
  }
  return bytes;
}
