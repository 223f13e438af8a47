import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CliError } from './cli-error.js';

/** Where a name means this machine, both are tried by whoever connects. */
const LOOPBACK = ['127.0.0.1', '::1'];

/** A machine without the one or the other. */
const MISSING = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL']);

export interface Listening {
  readonly port: number;
  /** Ends all connections. */
  close(): Promise<void>;
}

/** Listens at a port (0: a free one) of one address, or of this machine alone. Throws a `CliError` that says what to do. */
export async function listen(host: string | undefined, port: number, listener: RequestListener): Promise<Listening> {
  const servers: Server[] = [];
  const close = async () => {
    await Promise.all(
      servers.map((server) => {
        const closed = new Promise((resolve) => server.close(resolve));
        server.closeAllConnections();
        return closed;
      }),
    );
  };
  let found = port;
  try {
    for (const address of host === undefined ? LOOPBACK : [host]) {
      const server = createServer(listener);
      try {
        await listenAt(server, address, found);
      } catch (error) {
        if (address === '::1' && MISSING.has((error as NodeJS.ErrnoException).code ?? '')) continue;
        throw error;
      }
      servers.push(server);
      found = (server.address() as AddressInfo).port;
    }
  } catch (cause) {
    await close();
    throw new CliError(reasonOf(cause as NodeJS.ErrnoException, host, found), 1, { cause });
  }
  return { port: found, close };
}

function listenAt(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function reasonOf({ code, message }: NodeJS.ErrnoException, host: string | undefined, port: number): string {
  switch (code) {
    case 'EADDRINUSE':
      return `port ${port} is in use, maybe by a collector; choose another with --port, or stop what listens there`;
    case 'EACCES':
      return `port ${port} may not be used; choose one above 1023 with --port`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `${host} is no address of this machine; give another with --host, or leave it out`;
    default:
      return `it cannot listen at port ${port} (${message}); choose another with --port or --host`;
  }
}
