import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startApi } from '../../demo/server/start-api.js';
import { parseTraceparent } from '../../demo/server/traceparent.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';

describe('parseTraceparent', () => {
  it('reads version 00, and later versions by their first fields', () => {
    assert.deepEqual(parseTraceparent(`00-${TRACE}-${SPAN}-01`), { traceId: TRACE, parentId: SPAN, sampled: true });
    assert.deepEqual(parseTraceparent(`cc-${TRACE}-${SPAN}-02-what`), {
      traceId: TRACE,
      parentId: SPAN,
      sampled: false,
    });
  });

  for (const [why, header] of [
    ['is missing', undefined],
    ['has upper case', `00-${TRACE.toUpperCase()}-${SPAN}-01`],
    ['has version ff', `ff-${TRACE}-${SPAN}-01`],
    ['has more behind the flags of version 00', `00-${TRACE}-${SPAN}-01-x`],
    ['has more without a dash in a later version', `01-${TRACE}-${SPAN}-01x`],
    ['has a trace id of zeros', `00-${'0'.repeat(32)}-${SPAN}-01`],
    ['has a parent id of zeros', `00-${TRACE}-${'0'.repeat(16)}-01`],
    ['is cut', `00-${TRACE}-${SPAN}`],
  ]) {
    it(`answers null for a header that ${why}`, () => assert.equal(parseTraceparent(header), null));
  }
});

describe("the shop's API", () => {
  let api;
  before(async () => {
    api = await startApi();
  });
  after(() => api?.stop());

  async function ask(path, options = {}) {
    const response = await fetch(`http://127.0.0.1:${api.port}/api${path}`, options);
    return { status: response.status, headers: response.headers, json: await response.json() };
  }

  function post(path, value, headers = {}) {
    const body = typeof value === 'string' ? value : JSON.stringify(value);
    return ask(path, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });
  }

  it('says which trace it saw, in answers and in errors', async () => {
    const headers = { traceparent: `00-${TRACE}-${SPAN}-01` };
    for (const path of ['/products', '/products/none', '/nothing']) {
      const answer = await ask(path, { headers });
      assert.equal(answer.headers.get('x-trace-id'), TRACE);
      assert.equal(answer.json.traceId, TRACE);
    }
    const answer = await ask('/products');
    assert.equal(answer.headers.get('x-trace-id'), null);
    assert.equal(answer.json.traceId, null);
  });

  for (const [what, path, options, status, code] of [
    ['a page that is no number', '/products?page=x', {}, 400, 'invalid'],
    ['an empty search', '/search?q=', {}, 400, 'invalid'],
    ['a search of 101 characters', `/search?q=${'a'.repeat(101)}`, {}, 400, 'invalid'],
    ['a tea that is not there', '/products/9999', {}, 404, 'no_product'],
    ['a path that is not there', '/nothing', {}, 404, 'not_found'],
    ['a method that is not there', '/products', { method: 'PUT' }, 405, 'method_not_allowed'],
    ['a cart id that is no UUID', '/carts/1', {}, 400, 'invalid'],
    ['a cart that is not there', '/carts/00000000-0000-4000-8000-000000000000', {}, 404, 'no_cart'],
    ['a body that is no JSON type', '/checkout/pay', { method: 'POST', body: 'x' }, 415, 'unsupported_media_type'],
  ]) {
    it(`refuses ${what} with ${status}`, async () => {
      const answer = await ask(path, options);
      assert.equal(answer.status, status);
      assert.equal(answer.json.error.code, code);
    });
  }

  it('refuses bodies that are broken, too large, or no object', async () => {
    assert.equal((await post('/checkout/price', '{')).status, 400);
    assert.equal((await post('/checkout/price', '[]')).status, 400);
    assert.equal((await post('/checkout/price', 'x'.repeat(20_000))).status, 413);
  });

  it('finds what looks like a pattern of SQL as the text that it is', async () => {
    assert.equal((await ask(`/search?q=${encodeURIComponent('%')}`)).json.total, 0);
    assert.equal((await ask(`/search?q=${encodeURIComponent("Lu'an")}`)).json.total, 1);
  });

  it('takes an order from an empty cart to its end', async () => {
    const { cartId } = (await post('/carts', {})).json;
    assert.equal((await post('/checkout/reserve', { cartId })).status, 409);
    const cart = await post(`/carts/${cartId}/items`, { productId: 1, quantity: 2 });
    assert.equal(cart.status, 201);
    assert.equal(cart.json.items[0].quantity, 2);
    assert.equal((await post('/checkout/price', { cartId, country: 'XX' })).status, 400);

    const declined = await post('/checkout/pay', { cartId, country: 'DE', card: '4000 0000 0000 0002' });
    assert.equal(declined.status, 402);
    assert.equal(declined.json.error.code, 'card_declined');

    const paid = await post('/checkout/pay', { cartId, country: 'DE', card: '4242 4242 4242 4242' });
    assert.equal(paid.status, 201);
    const order = await ask(`/orders/${paid.json.orderId}`);
    assert.equal(order.json.totalCents, paid.json.totalCents);
    assert.equal((await ask(`/carts/${cartId}`)).json.items.length, 0);
  });
});
