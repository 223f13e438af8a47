import { withSpan } from 'zonetrace';
import { ApiError, api, type Cart, type CartItem, type Product } from './api.js';
import { byId, drawTin, element } from './dom.js';
import { formatPrice } from './format.js';
import { showToast } from './show-toast.js';

const REMEMBERED = 'shop.cart';

let cart: Cart | undefined;

export function currentCart(): Cart | undefined {
  return cart;
}

/** Shows the cart that this tab had before a reload. */
export async function restoreCart(): Promise<void> {
  const cartId = sessionStorage.getItem(REMEMBERED);
  if (!cartId) return;
  try {
    showCart(await api<Cart>(`/carts/${cartId}`));
  } catch (error) {
    if (!(error instanceof ApiError && error.status < 500)) throw error;
    sessionStorage.removeItem(REMEMBERED); // the server was started anew
  }
}

export async function addToCart(product: Product): Promise<void> {
  try {
    cart ??= await api<Cart>('/carts', { method: 'POST' });
    sessionStorage.setItem(REMEMBERED, cart.cartId);
    const body = { productId: product.id, quantity: 1 };
    showCart(await api<Cart>(`/carts/${cart.cartId}/items`, { method: 'POST', body }));
    showToast(`${product.name} is in the cart.`);
  } catch (error) {
    showToast(error instanceof Error ? error.message : 'The cart could not be changed.');
  }
}

async function removeFromCart({ productId, name }: CartItem): Promise<void> {
  if (!cart) return;
  try {
    showCart(await api<Cart>(`/carts/${cart.cartId}/items/${productId}`, { method: 'DELETE' }));
    showToast(`${name} was removed.`);
  } catch (error) {
    showToast(error instanceof Error ? error.message : 'The cart could not be changed.');
  }
}

export function showCart(next: Cart): void {
  cart = next;
  const isEmpty = next.items.length === 0;
  byId('cart-link', HTMLElement).textContent = `Cart (${next.items.length})`;
  byId('cart-empty', HTMLElement).hidden = !isEmpty;
  byId('cart-total-line', HTMLElement).hidden = isEmpty;
  byId('pay', HTMLButtonElement).disabled = isEmpty;
  byId('cart-total', HTMLElement).textContent = withSpan('price cart', (span) => {
    span.setAttribute('shop.items', next.items.length);
    return formatPrice(next.items.reduce((total, item) => total + item.quantity * item.priceCents, 0));
  });
  byId('cart-items', HTMLElement).replaceChildren(...next.items.map(renderItem));
}

function renderItem(item: CartItem): HTMLElement {
  const remove = element('button', { type: 'button', className: 'quiet', testId: 'remove-item' }, 'Remove');
  remove.setAttribute('aria-label', `Remove ${item.name}`);
  remove.addEventListener('click', () => removeFromCart(item));
  return element(
    'li',
    { testId: 'cart-item' },
    drawTin(item.category, item.productId),
    element(
      'span',
      { className: 'what' },
      element('span', { className: 'name' }, item.name),
      element('span', { className: 'muted' }, `${item.quantity} × ${formatPrice(item.priceCents)}`),
    ),
    remove,
  );
}
