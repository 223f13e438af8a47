import { withSpan } from 'zonetrace';
import { api, type Product } from './api.js';
import { addToCart } from './cart.js';
import { byId, drawTin, element } from './dom.js';
import { formatPrice } from './format.js';
import { showToast } from './show-toast.js';

let shown: Product | undefined;

/** Opens a tea in a dialog, with others like it below. */
export async function openProduct(id: number): Promise<void> {
  try {
    const { product } = await api<{ product: Product }>(`/products/${id}`);
    shown = product;
    render(product);
    const dialog = byId('product', HTMLDialogElement);
    if (!dialog.open) dialog.showModal();
    await withSpan('load recommendations', () => renderRecommendations(id));
  } catch (error) {
    showToast(error instanceof Error ? error.message : 'This tea cannot be shown.');
  }
}

export function connectProduct(): void {
  const dialog = byId('product', HTMLDialogElement);
  byId('close-product', HTMLElement).addEventListener('click', () => dialog.close());
  byId('product-add', HTMLElement).addEventListener('click', async () => {
    if (shown) await addToCart(shown);
    dialog.close();
  });
}

function render(product: Product): void {
  byId('product-name', HTMLElement).textContent = product.name;
  byId('product-notes', HTMLElement).textContent = product.notes;
  byId('product-origin', HTMLElement).textContent = `${product.category} tea, ${product.origin}`;
  byId('product-price', HTMLElement).textContent = formatPrice(product.priceCents);
  byId('product-picture', HTMLElement).replaceChildren(drawTin(product.category, product.id));
  byId('recommendations', HTMLElement).replaceChildren();
}

/** One request for the ids and one more for each of them: the N+1 that the panel makes visible. */
async function renderRecommendations(id: number): Promise<void> {
  const { productIds } = await api<{ productIds: number[] }>(`/recommendations/${id}`);
  const list = byId('recommendations', HTMLElement);
  for (const other of productIds) {
    const { product } = await api<{ product: Product }>(`/products/${other}`);
    if (shown?.id !== id) return; // the visitor has gone on
    const open = element(
      'button',
      { type: 'button', className: 'open' },
      drawTin(product.category, product.id),
      element('span', { className: 'name' }, product.name),
    );
    open.addEventListener('click', () => openProduct(product.id));
    list.append(element('li', { testId: 'recommendation' }, open));
  }
}
