import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ViteDevServer } from 'vite';
import { findSource } from './find-source.js';

/** Below the base of the page. */
export const OPEN_PATH = '@zonetrace/open';

/**
 * Answers the overlay, which wants a place of a source in the editor: finds what the developer wrote, and lets Vite's own
 * `/__open-in-editor` open it. Only pages of the dev server itself may ask.
 */
export function openSource(server: ViteDevServer) {
  const { base } = server.config;
  return (request: IncomingMessage, response: ServerResponse, next: () => void): void => {
    const [path, query] = (request.url ?? '').split('?');
    if (path !== base + OPEN_PATH) {
      next();
      return;
    }
    if (request.method !== 'POST' || !isOwnPage(request)) {
      refuse(response, 403, 'only the overlay may open a source; click in it');
      return;
    }
    const asked = new URLSearchParams(query);
    const file = asked.get('file') ?? '';
    const number = (name: string): number | undefined => {
      const value = Number.parseInt(asked.get(name) ?? '', 10);
      return value >= 0 ? value : undefined;
    };
    const position = { file, line: number('line'), column: number('column'), offset: number('offset') };
    findSource(server, position).then(
      (found) => {
        if (!found) return refuse(response, 404, `there is no file here for ${file}; open it where it was built`);
        const place = `${found.file}:${found.line}:${found.column}`;
        request.url = `${base}__open-in-editor?file=${encodeURIComponent(place)}`;
        return next();
      },
      (error: unknown) => {
        server.config.logger.error(`zonetrace: a source could not be found; ${error}`);
        refuse(response, 500, `the source of ${file} could not be found; the dev server says why`);
      },
    );
  };
}

/** A page of another origin could open any file by the name it guesses. */
function isOwnPage({ headers: { origin, host } }: IncomingMessage): boolean {
  return origin !== undefined && URL.canParse(origin) && new URL(origin).host === host;
}

function refuse(response: ServerResponse, status: number, message: string): void {
  response.statusCode = status;
  response.setHeader('Content-Type', 'text/plain; charset=utf-8');
  response.end(`zonetrace: ${message}`);
}
