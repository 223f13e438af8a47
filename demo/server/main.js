import { createServer } from 'node:http';
import { openDatabase } from './database.js';
import { createListener } from './http.js';
import { shopRoutes } from './routes.js';

/** Runs as a process of its own. Takes API_PORT (default: a free one) and tells its parent the port it listens on. */
const database = await openDatabase();
const server = createServer(createListener(shopRoutes(database)));

server.on('error', (error) => {
  console.error(`The shop's API cannot listen: ${error.message}`);
  process.exit(1);
});
server.listen(Number(process.env.API_PORT ?? 0), '127.0.0.1', () => {
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  if (process.send) process.send({ port });
  else console.log(`The shop's API is at http://127.0.0.1:${port}/api/products`);
});

function stop() {
  server.close();
  server.closeAllConnections();
  database.close().finally(() => process.exit(0));
}
process.on('SIGINT', stop);
process.on('SIGTERM', stop);
process.on('disconnect', stop); // the parent is gone
