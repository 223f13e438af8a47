import { withSpan } from 'zonetrace';
import { api, type Cart, type Traced } from './api.js';
import { currentCart, showCart } from './cart.js';
import { delay } from './delay.js';
import { byId, element } from './dom.js';
import { formatPrice } from './format.js';

const STATUS_INTERVAL = 300;
const STATUS_ROUNDS = 3;

interface Quote {
  vatCents: number;
  shippingCents: number;
  days: number;
}

interface Order {
  orderId: number;
  totalCents: number;
}

export function connectCheckout(): void {
  const form = byId('checkout', HTMLFormElement);
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const cart = currentCart();
    if (!cart) return;
    const fields = new FormData(form);
    const pay = byId('pay', HTMLButtonElement);
    pay.disabled = true;
    hideOutcome();
    try {
      await withSpan('place order', () => placeOrder(cart, String(fields.get('country')), String(fields.get('card'))));
    } catch (error) {
      pay.disabled = false;
      showError(error);
    }
  });
}

/** Throws what the shop says where the order cannot be placed; the span around this call records it. */
async function placeOrder(cart: Cart, country: string, card: string): Promise<void> {
  const quote = await requestQuote(cart, country);
  const body = { cartId: cart.cartId, country, card };
  const order = await api<Order>('/checkout/pay', { method: 'POST', body });
  showCart({ cartId: cart.cartId, items: [], totalCents: 0 });
  const status = showConfirmation(order, quote);
  await followOrder(order.orderId, status);
}

/** Three independent questions, asked at once. */
async function requestQuote(cart: Cart, country: string): Promise<Quote> {
  const ask = <T>(what: string) =>
    api<T>(`/checkout/${what}`, { method: 'POST', body: { cartId: cart.cartId, country } });
  const [, price, shipping] = await Promise.all([
    ask<{ reservedUntil: string }>('reserve'),
    ask<{ vatCents: number }>('price'),
    ask<{ shippingCents: number; days: number }>('shipping'),
  ]);
  return { ...price, ...shipping };
}

async function followOrder(orderId: number, shown: HTMLElement): Promise<void> {
  for (let round = 0; round < STATUS_ROUNDS; round++) {
    await delay(STATUS_INTERVAL);
    const { status } = await api<{ status: string }>(`/orders/${orderId}`);
    shown.textContent = status;
  }
}

function showConfirmation({ orderId, totalCents, traceId }: Order & Traced, quote: Quote): HTMLElement {
  const status = element('strong', { testId: 'order-status' }, 'received');
  const shipping = quote.shippingCents === 0 ? 'free shipping' : `${formatPrice(quote.shippingCents)} shipping`;
  const confirmation = byId('confirmation', HTMLElement);
  confirmation.replaceChildren(
    element('p', {}, `Thank you! Order ${orderId} is `, status, '.'),
    element(
      'p',
      { className: 'muted' },
      `${formatPrice(totalCents)} with ${shipping}, ${formatPrice(quote.vatCents)} VAT; ${quote.days} days.`,
    ),
    element(
      'p',
      { className: 'muted' },
      'The server saw trace ',
      element('code', { testId: 'server-trace' }, traceId ?? 'none'),
    ),
  );
  confirmation.hidden = false;
  return status;
}

function showError(error: unknown): void {
  const shown = byId('checkout-error', HTMLElement);
  shown.textContent = error instanceof Error ? error.message : 'The order could not be placed.';
  shown.hidden = false;
}

function hideOutcome(): void {
  byId('checkout-error', HTMLElement).hidden = true;
  byId('confirmation', HTMLElement).hidden = true;
}
