import { createServer } from 'node:net';

/** Resolves with a port of loopback that nobody listens on, of those that the system gives to who asks for any. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
