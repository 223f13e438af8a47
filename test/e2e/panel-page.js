import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const DIST = fileURLToPath(new URL('../../dist', import.meta.url));

/**
 * Serves a page with the script tag; the panel is open in it, and only what a test traces is traced: on a slow machine each
 * step is a long frame. Answers its address and what closes the server.
 */
export async function servePanelPage(body) {
  const server = createServer(async (request, response) => {
    const isScript = /^\/zonetrace\.[\w.-]+\.js$/.test(request.url);
    response.setHeader('Content-Type', isScript ? 'text/javascript' : 'text/html');
    response.end(
      isScript
        ? await readFile(join(DIST, request.url))
        : `<!doctype html><title>page</title>${body}
          <script src="/zonetrace.script.js" data-start="false"></script>
          <script>zonetrace.startTracing({ service: 'page', panel: 'open', instrument: false })</script>`,
    );
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${server.address().port}/`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
