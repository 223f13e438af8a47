import { existsSync, statSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ViteDevServer } from 'vite';
import type { SourcePosition } from '../trace/types.js';

/** A file on disk, and where in it. */
export interface FilePosition {
  file: string;
  line: number;
  column: number;
}

/**
 * The file that a browser or a service means. What the dev server has served is traced back, by its source map, to what the
 * developer wrote. Undefined where there is no such file.
 */
export async function findSource(server: ViteDevServer, position: SourcePosition): Promise<FilePosition | undefined> {
  const { file, line = 1, column = 1 } = position;
  if (/^https?:/i.test(file)) {
    if (!URL.canParse(file)) return undefined;
    const { pathname, search } = new URL(file);
    return (
      (await findServed(server, pathname + search, position)) ?? findOnDisk(server, decode(pathname), line, column)
    );
  }
  const path = file.startsWith('file:') ? pathOfUrl(file) : file;
  return findOnDisk(server, path, line, column);
}

async function findServed(
  server: ViteDevServer,
  url: string,
  { line = 1, column = 1, offset }: SourcePosition,
): Promise<FilePosition | undefined> {
  const { base } = server.config;
  const path = url.startsWith(base) ? `/${url.slice(base.length)}` : url;
  const module = await server.environments.client.moduleGraph.getModuleByUrl(path);
  if (!module?.file || !existsSync(module.file)) return undefined;
  const { map, code } = module.transformResult ?? {};
  const at = offset === undefined || !code ? { line, column } : placeOf(code, offset);
  if (!map || !('sources' in map) || map.mappings === '') return { file: module.file, ...at };
  const { sourceRoot = '' } = map as { sourceRoot?: string };
  const payload = { sourceRoot, ...map } as unknown as SourceMapPayload;
  const entry = new SourceMap(payload).findEntry(at.line - 1, at.column - 1);
  if (!('originalSource' in entry) || !entry.originalSource) return { file: module.file, ...at };
  const { originalSource, originalLine, originalColumn } = entry;
  const source = originalSource.startsWith('file:') ? pathOfUrl(originalSource) : originalSource;
  const original = resolve(dirname(module.file), sourceRoot, source);
  // Where the source is not there (a package without it), what was served of it is the best there is.
  return existsSync(original)
    ? { file: original, line: originalLine + 1, column: originalColumn + 1 }
    : { file: module.file, ...at };
}

/** A path of a service on this machine, or one below the root of the page, or below what is served as it is. */
function findOnDisk(server: ViteDevServer, path: string, line: number, column: number): FilePosition | undefined {
  const { root, publicDir, base } = server.config;
  const relative = path.startsWith(base) ? path.slice(base.length) : path.replace(/^\//, '');
  const candidates = [
    ...(isAbsolute(path) ? [path] : []),
    ...(relative.startsWith('@fs/') ? [relative.slice('@fs'.length)] : []),
    join(root, relative),
    join(root, relative, 'index.html'),
    join(publicDir, relative),
  ];
  const file = candidates.find((candidate) => statSync(candidate, { throwIfNoEntry: false })?.isFile());
  return file === undefined ? undefined : { file, line, column };
}

function placeOf(code: string, offset: number): { line: number; column: number } {
  const before = code.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 };
}

function pathOfUrl(url: string): string {
  try {
    return fileURLToPath(url);
  } catch {
    return '';
  }
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
