/**
 * Runs a server as a process of its own: listens on a free port of this machine, or on PORT, tells it to the parent, and
 * ends when it is told to or the parent is gone.
 *
 * @param {string} name
 * @param {import('node:http').Server} server
 * @param {() => Promise<unknown>} close what else is to be closed
 */
export function runService(name, server, close) {
  server.on('error', (error) => {
    console.error(`The shop's service "${name}" cannot listen: ${error.message}`);
    process.exit(1);
  });
  server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => {
    const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
    if (process.send) process.send({ port });
    else console.log(`The shop's service "${name}" is at http://127.0.0.1:${port}/`);
  });
  const stop = () => {
    server.close();
    server.closeAllConnections();
    close().finally(() => process.exit(0));
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  process.on('disconnect', stop);
}
