import { setTimeout as delay } from 'node:timers/promises';
import { HttpError } from './http.js';
import { id, integer, oneOf, text, uuid } from './validate.js';

const COUNTRIES = ['AT', 'CH', 'DE', 'FR'];
const SHIPPING_CENTS = { AT: 690, CH: 1190, DE: 490, FR: 890 };
const VAT_PERCENT = { AT: 20, CH: 8, DE: 19, FR: 20 };
const FREE_SHIPPING_FROM_CENTS = 6000;

/** Enough rows for about a second of work in the database. */
const REPORT_SALES = 1_200_000;
const REPORT_CHUNK_PAUSE = 25;

/** An order moves on with its age, in ms. */
const PACKING_AFTER = 250;
const SENT_AFTER = 700;

const PRODUCT = 'id, name, category, origin, notes, price_cents AS "priceCents"';

/**
 * The shop's API.
 *
 * @param {ReturnType<typeof import('./traced-database.js').traceQueries>} database
 * @param {(card: string, cents: number) => Promise<void>} charge throws where the card cannot be charged
 * @returns {import('./http.js').Route[]}
 */
export function shopRoutes(database, charge) {
  const all = async (sql, values = []) => (await database.query(sql, values)).rows;
  const one = async (sql, values) => (await all(sql, values))[0];

  async function readCart(cartId) {
    if (!(await one('SELECT id FROM carts WHERE id = $1', [cartId]))) {
      throw new HttpError(404, 'no_cart', 'There is no such cart.');
    }
    const items = await all(
      `SELECT product_id AS "productId", name, category, quantity, price_cents AS "priceCents"
       FROM cart_items JOIN products ON products.id = product_id
       WHERE cart_id = $1 ORDER BY name`,
      [cartId],
    );
    return { cartId, items, totalCents: sum(items) };
  }

  async function readFilledCart(body) {
    const cart = await readCart(uuid(body.cartId, 'cartId'));
    if (cart.items.length === 0) throw new HttpError(409, 'empty_cart', 'The cart is empty.');
    return cart;
  }

  async function placeOrder(cart, country, totalCents) {
    return database.transaction(async (transaction) => {
      const created = await transaction.query(
        'INSERT INTO orders (country, total_cents) VALUES ($1, $2) RETURNING id',
        [country, totalCents],
      );
      const orderId = created.rows[0].id;
      await transaction.query(
        `INSERT INTO order_items (order_id, product_id, quantity, price_cents)
         SELECT $1, product_id, quantity, price_cents
         FROM cart_items JOIN products ON products.id = product_id WHERE cart_id = $2`,
        [orderId, cart.cartId],
      );
      await transaction.query(
        `UPDATE products SET stock = stock - quantity
         FROM cart_items WHERE product_id = products.id AND cart_id = $1`,
        [cart.cartId],
      );
      await transaction.query('DELETE FROM cart_items WHERE cart_id = $1', [cart.cartId]);
      return orderId;
    });
  }

  return [
    {
      method: 'GET',
      path: '/api/ticks',
      async handle({ response }) {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        for (let tick = 1; tick <= 3 && !response.destroyed; tick++) {
          response.write(`event: tick\ndata: ${tick}\n\n`);
          await delay(150);
        }
        response.end();
      },
    },
    { method: 'POST', path: '/api/beacon', handle: async () => ({ heard: true }) },
    {
      method: 'GET',
      path: '/api/products',
      async handle({ query }) {
        const page = integer(query.get('page'), 'page', { min: 1, max: 1000, fallback: 1 });
        const pageSize = integer(query.get('pageSize'), 'pageSize', { min: 1, max: 60, fallback: 12 });
        const [products, { total }] = await Promise.all([
          all(`SELECT ${PRODUCT} FROM products ORDER BY id LIMIT $1 OFFSET $2`, [pageSize, (page - 1) * pageSize]),
          one('SELECT count(*)::integer AS total FROM products'),
        ]);
        return { products, page, pageSize, total };
      },
    },
    {
      method: 'GET',
      path: '/api/search',
      async handle({ query }) {
        const q = text(query.get('q'), 'q', { max: 100 });
        const pattern = `%${q.replace(/[\\%_]/g, '\\$&')}%`;
        const products = await all(
          `SELECT ${PRODUCT} FROM products
           WHERE name ILIKE $1 OR notes ILIKE $1 OR origin ILIKE $1 OR category ILIKE $1
           ORDER BY (name ILIKE $1) DESC, name LIMIT 24`,
          [pattern],
        );
        return { q, products, total: products.length };
      },
    },
    {
      method: 'GET',
      path: '/api/products/:id',
      async handle({ params }) {
        const product = await one(`SELECT ${PRODUCT}, stock FROM products WHERE id = $1`, [id(params.id, 'id')]);
        if (!product) throw new HttpError(404, 'no_product', 'There is no such tea.');
        return { product };
      },
    },
    {
      method: 'GET',
      path: '/api/recommendations/:id',
      /** Answers ids only: who wants the teas themselves asks once for each, which is the N+1 that a trace shows. */
      async handle({ params }) {
        const products = await all(
          `SELECT other.id FROM products other JOIN products this ON this.id = $1
           WHERE other.id <> this.id AND (other.category = this.category OR other.origin = this.origin)
           ORDER BY abs(other.price_cents - this.price_cents), other.id LIMIT 6`,
          [id(params.id, 'id')],
        );
        return { productIds: products.map((product) => product.id) };
      },
    },
    {
      method: 'POST',
      path: '/api/carts',
      status: 201,
      async handle() {
        const { id: cartId } = await one('INSERT INTO carts DEFAULT VALUES RETURNING id');
        return { cartId, items: [], totalCents: 0 };
      },
    },
    {
      method: 'GET',
      path: '/api/carts/:cartId',
      handle: ({ params }) => readCart(uuid(params.cartId, 'cartId')),
    },
    {
      method: 'POST',
      path: '/api/carts/:cartId/items',
      status: 201,
      async handle({ params, body }) {
        const { productId, quantity } = await body();
        const cart = await readCart(uuid(params.cartId, 'cartId'));
        const wanted = id(productId, 'productId');
        const more = integer(quantity, 'quantity', { min: 1, max: 20, fallback: 1 });
        if (!(await one('SELECT id FROM products WHERE id = $1', [wanted]))) {
          throw new HttpError(404, 'no_product', 'There is no such tea.');
        }
        await all(
          `INSERT INTO cart_items (cart_id, product_id, quantity) VALUES ($1, $2, $3)
           ON CONFLICT (cart_id, product_id)
           DO UPDATE SET quantity = least(99, cart_items.quantity + excluded.quantity)`,
          [cart.cartId, wanted, more],
        );
        return readCart(cart.cartId);
      },
    },
    {
      method: 'DELETE',
      path: '/api/carts/:cartId/items/:productId',
      async handle({ params }) {
        const cart = await readCart(uuid(params.cartId, 'cartId'));
        await all('DELETE FROM cart_items WHERE cart_id = $1 AND product_id = $2', [
          cart.cartId,
          id(params.productId, 'productId'),
        ]);
        return readCart(cart.cartId);
      },
    },
    {
      method: 'POST',
      path: '/api/checkout/reserve',
      async handle({ body }) {
        const cart = await readFilledCart(await body());
        const short = await all(
          `SELECT name FROM cart_items JOIN products ON products.id = product_id
           WHERE cart_id = $1 AND quantity > stock`,
          [cart.cartId],
        );
        if (short.length > 0) throw new HttpError(409, 'out_of_stock', `${short[0].name} is out of stock.`);
        const { until } = await one(
          `UPDATE carts SET reserved_until = now() + interval '10 minutes'
           WHERE id = $1 RETURNING reserved_until AS until`,
          [cart.cartId],
        );
        await delay(60); // the warehouse
        return { reservedUntil: until };
      },
    },
    {
      method: 'POST',
      path: '/api/checkout/price',
      async handle({ body }) {
        const sent = await body();
        const cart = await readFilledCart(sent);
        const country = oneOf(sent.country, 'country', COUNTRIES);
        const vat = VAT_PERCENT[country];
        await delay(90); // the price rules
        return { totalCents: cart.totalCents, vatCents: Math.round((cart.totalCents * vat) / (100 + vat)) };
      },
    },
    {
      method: 'POST',
      path: '/api/checkout/shipping',
      async handle({ body }) {
        const sent = await body();
        const cart = await readFilledCart(sent);
        const country = oneOf(sent.country, 'country', COUNTRIES);
        await delay(140); // the carrier
        return { shippingCents: shipping(cart, country), days: country === 'DE' ? 2 : 4 };
      },
    },
    {
      method: 'POST',
      path: '/api/checkout/pay',
      status: 201,
      async handle({ body }) {
        const sent = await body();
        const cart = await readFilledCart(sent);
        const country = oneOf(sent.country, 'country', COUNTRIES);
        const card = text(sent.card, 'card', { max: 23 });
        const totalCents = cart.totalCents + shipping(cart, country);
        await charge(card, totalCents);
        return { orderId: await placeOrder(cart, country, totalCents), totalCents };
      },
    },
    {
      method: 'GET',
      path: '/api/orders/:id',
      async handle({ params }) {
        const order = await one(
          `SELECT id AS "orderId", total_cents AS "totalCents",
             (extract(epoch FROM now() - created_at) * 1000)::integer AS age
           FROM orders WHERE id = $1`,
          [id(params.id, 'id')],
        );
        if (!order) throw new HttpError(404, 'no_order', 'There is no such order.');
        const status = order.age > SENT_AFTER ? 'sent' : order.age > PACKING_AFTER ? 'being packed' : 'received';
        return { orderId: order.orderId, totalCents: order.totalCents, status };
      },
    },
    {
      method: 'GET',
      path: '/api/report',
      /** Slow on purpose: a year of made-up sales added up in the database, then sent line by line (NDJSON). */
      async handle({ response, traceId }) {
        const started = performance.now();
        const rows = await all(
          `SELECT category, 1 + sale / 60 % 12 AS month, count(*)::integer AS sold,
             sum(price_cents * (0.6 + 0.4 * abs(sin(sale))))::bigint::text AS cents
           FROM generate_series(1, $1::integer) AS sale
           JOIN products ON products.id = 1 + sale % 60
           GROUP BY 1, 2 ORDER BY 1, 2`,
          [REPORT_SALES],
        );
        response.setHeader('server-timing', `sql;dur=${(performance.now() - started).toFixed(1)}`);
        response.writeHead(200, { 'content-type': 'application/x-ndjson' });
        response.write(`${JSON.stringify({ traceId, rows: rows.length })}\n`);
        for (const { category, month, sold, cents } of rows) {
          if (month === 1) await delay(REPORT_CHUNK_PAUSE);
          if (response.destroyed) return;
          response.write(`${JSON.stringify({ category, month, sold, cents: Number(cents) })}\n`);
        }
        response.end();
      },
    },
  ];
}

function sum(items) {
  return items.reduce((total, item) => total + item.quantity * item.priceCents, 0);
}

function shipping(cart, country) {
  return cart.totalCents >= FREE_SHIPPING_FROM_CENTS ? 0 : SHIPPING_CENTS[country];
}
