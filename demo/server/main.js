import { createServer } from 'node:http';
import { openDatabase } from './database.js';
import { createListener, HttpError } from './http.js';
import { shopRoutes } from './routes.js';
import { runService } from './run-service.js';
import { Telemetry } from './telemetry.js';
import { traceQueries } from './traced-database.js';

/** The shop's API. Takes PAYMENT_URL, where the service is that charges cards. */
const telemetry = new Telemetry('shop-api');
const databaseTelemetry = new Telemetry('shop-db');
const database = traceQueries(await openDatabase(), databaseTelemetry);

/** Charges a card; throws what the service answers, where that is no. */
async function charge(card, cents) {
  const response = await telemetry.post(`${process.env.PAYMENT_URL}/charges`, { card, cents });
  if (response.ok) return;
  const { error } = await response.json();
  throw new HttpError(response.status, error.code, error.message);
}

const server = createServer(createListener(shopRoutes(database, charge), telemetry));
runService('api', server, () => Promise.all([database.close(), telemetry.close(), databaseTelemetry.close()]));
