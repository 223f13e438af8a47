import { createReadStream } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>zonetrace</title>
<link rel="icon" href="data:,">
<script type="module" src="zonetrace.viewer.js"></script>
</head>
</html>
`;

/** The panel needs no exception; `data:` is the icon, which there is none of. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

const HEADERS = {
  'Cache-Control': 'no-cache',
  'X-Content-Type-Options': 'nosniff',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
};

/** Beside the modules, as `npm run build` puts them. */
const SCRIPT = /^\/zonetrace\.(viewer|panel)\.js(\.map)?$/;

/** Answers the page and its scripts; false where a path is neither. */
export function servePage(path: string, response: ServerResponse): boolean {
  if (path === '/') {
    response.writeHead(200, {
      ...HEADERS,
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': POLICY,
    });
    response.end(PAGE);
    return true;
  }
  if (!SCRIPT.test(path)) return false;
  const type = path.endsWith('.js') ? 'text/javascript; charset=utf-8' : 'application/json';
  sendFile(fileURLToPath(new URL(`../..${path}`, import.meta.url)), type, response);
  return true;
}

/** Answers the names of the files that were given on the command line, and what is in each, by its number. */
export function serveFiles(path: string, files: readonly string[], response: ServerResponse): boolean {
  if (path === '/files') {
    response.writeHead(200, { ...HEADERS, 'Content-Type': 'application/json' });
    response.end(JSON.stringify(files.map((file) => basename(file))));
    return true;
  }
  const file = files[Number(/^\/files\/(\d{1,6})$/.exec(path)?.[1] ?? -1)];
  if (file === undefined) return false;
  sendFile(file, 'application/octet-stream', response);
  return true;
}

function sendFile(file: string, type: string, response: ServerResponse): void {
  createReadStream(file)
    .on('open', () => response.writeHead(200, { ...HEADERS, 'Content-Type': type }))
    .on('error', () => {
      if (!response.headersSent) response.writeHead(404);
      response.end();
    })
    .pipe(response);
}
