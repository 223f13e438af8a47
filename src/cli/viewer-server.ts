import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { isIP } from 'node:net';
import { hostname } from 'node:os';
import { Hub } from '../receiver/hub.js';
import { createReceiver } from '../receiver/receiver.js';
import { Refusal } from '../receiver/refusal.js';
import type { History } from './history.js';
import { type Figures, LivePages } from './live-pages.js';
import { serveFiles, servePage } from './page.js';

/** Options of `createViewer`. */
export interface ViewerOptions {
  readonly history: History;
  /** Trace files that the page shows. */
  readonly files: readonly string[];
  readonly forward: string | undefined;
  /** Origins besides localhost whose pages may send. */
  readonly origins: readonly string[];
  /** A name by which this machine is reached, besides its own. */
  readonly host: string | undefined;
  /** Told once what goes wrong that no client is told. */
  warn(message: string): void;
}

/** Takes spans, keeps them, and serves the page that shows them. */
export interface Viewer {
  readonly listener: RequestListener;
  /** What became of all that came. */
  readonly figures: Figures;
  close(): void;
}

export function createViewer({ history, files, forward, origins, host, warn }: ViewerOptions): Viewer {
  const pages = new LivePages(() => figures());
  const tell = (message: string) => {
    warn(message);
    pages.remark(message);
  };
  const hub = new Hub(() => pages.clients, tell);
  const receiver = createReceiver({
    async onSpans(spans, bytes) {
      try {
        await history.add(JSON.stringify(spans), spans.length);
      } catch (cause) {
        tell(
          'spans are refused, as the disk does not take them; make room there, or choose another folder with --data',
        );
        throw new Refusal(503, `the spans could not be kept: ${(cause as Error).message}`, { cause });
      }
      hub.add(spans, bytes);
    },
    origins,
    forward,
    warn: tell,
  });

  const figures = (): Figures => {
    const { spans, rejectedSpans, requests, refused, forward: forwarded } = receiver.stats;
    const kept = history.stats;
    return {
      received: spans,
      kept: kept.spans,
      'kept, MB': Math.round(kept.bytes / 1e5) / 10,
      requests,
      'rejected: too many a second': rejectedSpans,
      'not shown: too many at once': hub.stats.dropped,
      ...Object.fromEntries(
        Object.entries(refused).map(([status, count]) => [`requests refused with ${status}`, count]),
      ),
      ...(forwarded ? { 'requests forwarded': forwarded.forwarded, 'requests not forwarded': forwarded.lost } : {}),
    };
  };

  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const path = (request.url ?? '').replace(/\?.*$/s, '');
    // A page of elsewhere whose name has been pointed here (DNS rebinding) would read the spans.
    if (!isOwnName(request.headers.host, host)) {
      return refuse(
        response,
        403,
        `this is not the address of zonetrace; open it by localhost, or start it with --host`,
      );
    }
    if (path === '/spans' && request.method === 'DELETE') {
      await history.clear();
      pages.cleared();
      return void response.writeHead(204).end();
    }
    if (request.method !== 'GET') return refuse(response, 405, `${request.method} is not answered here`);
    if (path === '/events') {
      if (!(await pages.add(response, history.read()))) refuse(response, 503, 'too many pages are open; close one');
    } else if (!servePage(path, response) && !serveFiles(path, files, response)) {
      refuse(response, 404, 'there is nothing here; the traces are at /, and spans are sent to /v1/traces');
    }
  };

  return {
    listener: (request, response) => {
      receiver.middleware(request, response, () => {
        serve(request, response).catch((error: Error) => {
          tell(`a request to ${request.url} failed (${error.message}); load the page again`);
          response.destroy();
        });
      });
    },
    get figures() {
      return figures();
    },
    close() {
      receiver.close();
      hub.close();
      pages.close();
    },
  };
}

function refuse(response: ServerResponse, status: number, message: string): void {
  if (response.headersSent) return;
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`zonetrace: ${message}\n`);
}

/** By which this machine is meant, and which nobody else can point here. */
function isOwnName(header: string | undefined, host: string | undefined): boolean {
  const name = (header ?? '').replace(/:\d+$/, '').toLowerCase();
  return (
    name === 'localhost' ||
    name.endsWith('.localhost') ||
    isIP(name.replace(/^\[|\]$/g, '')) !== 0 ||
    name === hostname().toLowerCase() ||
    name === host?.toLowerCase()
  );
}
