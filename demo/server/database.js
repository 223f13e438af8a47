import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { PGlite } from '@electric-sql/pglite';
import { CATALOGUE } from './products.js';

const SCHEMA = `
  CREATE TABLE products (
    id serial PRIMARY KEY,
    name text NOT NULL,
    category text NOT NULL,
    origin text NOT NULL,
    notes text NOT NULL,
    price_cents integer NOT NULL CHECK (price_cents > 0),
    stock integer NOT NULL CHECK (stock >= 0)
  );
  CREATE TABLE carts (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    reserved_until timestamptz,
    created_at timestamptz NOT NULL DEFAULT now()
  );
  CREATE TABLE cart_items (
    cart_id uuid NOT NULL REFERENCES carts ON DELETE CASCADE,
    product_id integer NOT NULL REFERENCES products,
    quantity integer NOT NULL CHECK (quantity BETWEEN 1 AND 99),
    PRIMARY KEY (cart_id, product_id)
  );
  CREATE TABLE orders (
    id serial PRIMARY KEY,
    country text NOT NULL,
    total_cents integer NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
  );
  CREATE TABLE order_items (
    order_id integer NOT NULL REFERENCES orders,
    product_id integer NOT NULL REFERENCES products,
    quantity integer NOT NULL,
    price_cents integer NOT NULL,
    PRIMARY KEY (order_id, product_id)
  );
  CREATE INDEX products_category ON products (category);
`;

/** The database as it was made first: to make it anew takes five times as long. */
const KEPT = new URL(`../../.cache/shop-${describeContent()}.tar`, import.meta.url);

function describeContent() {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.resolve('@electric-sql/pglite'))));
  return createHash('sha256')
    .update(JSON.stringify([version, SCHEMA, CATALOGUE]))
    .digest('hex')
    .slice(0, 16);
}

/**
 * A PostgreSQL in memory with the shop's schema and its products; gone with the process.
 *
 * @returns {Promise<PGlite>}
 */
export async function openDatabase() {
  if (existsSync(KEPT)) return PGlite.create({ loadDataDir: new Blob([readFileSync(KEPT)]) });
  const database = await makeDatabase();
  await keep(database);
  return database;
}

/** In one step: another process may be about to open it. */
async function keep(database) {
  const dump = await database.dumpDataDir('none');
  const unfinished = new URL(`${KEPT}.${process.pid}`);
  mkdirSync(new URL('.', KEPT), { recursive: true });
  writeFileSync(unfinished, Buffer.from(await dump.arrayBuffer()));
  renameSync(unfinished, KEPT);
}

async function makeDatabase() {
  const database = await PGlite.create();
  await database.exec(SCHEMA);
  const rows = Object.entries(CATALOGUE)
    .flatMap(([category, products]) =>
      products.map(([name, origin, notes, price], rank) => ({ name, category, origin, notes, price, rank })),
    )
    .sort((a, b) => a.rank - b.rank); // a shelf of every kind, not thirteen black teas first
  await database.query(
    `INSERT INTO products (name, category, origin, notes, price_cents, stock)
     SELECT name, category, origin, notes, price, 10000
     FROM jsonb_to_recordset($1::jsonb)
       AS row (name text, category text, origin text, notes text, price integer)`,
    [rows],
  );
  return database;
}
