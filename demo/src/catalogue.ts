import { withSpan } from 'zonetrace';
import { api, type Product } from './api.js';
import { addToCart } from './cart.js';
import { byId, drawTin, element } from './dom.js';
import { formatPrice } from './format.js';
import { openProduct } from './product.js';

const PAGE_SIZE = 12;

let page = 1;

interface ProductPage {
  products: Product[];
  page: number;
  total: number;
}

/** Shows one page of all teas. */
export async function showPage(wanted: number): Promise<void> {
  const answer = await api<ProductPage>(`/products?page=${wanted}&pageSize=${PAGE_SIZE}`);
  page = answer.page;
  const pages = Math.ceil(answer.total / PAGE_SIZE);
  renderProducts(answer.products, `${answer.total} teas`);
  byId('pager', HTMLElement).hidden = false;
  byId('page-number', HTMLElement).textContent = `${page} of ${pages}`;
  byId('previous-page', HTMLButtonElement).disabled = page === 1;
  byId('next-page', HTMLButtonElement).disabled = page === pages;
}

/** Shows what a search has found in place of the pages. */
export function showFound(products: Product[], q: string): void {
  const count = products.length === 0 ? 'No tea' : products.length === 1 ? '1 tea' : `${products.length} teas`;
  renderProducts(products, `${count} for “${q}”`);
  byId('pager', HTMLElement).hidden = true;
}

export function connectPager(): void {
  byId('previous-page', HTMLElement).addEventListener('click', () => showPage(page - 1));
  byId('next-page', HTMLElement).addEventListener('click', () => showPage(page + 1));
}

function renderProducts(products: Product[], heading: string): void {
  withSpan('render list', (span) => {
    span.setAttribute('shop.products', products.length);
    byId('catalogue-count', HTMLElement).textContent = heading;
    byId('products', HTMLElement).replaceChildren(...products.map(renderProduct));
  });
}

function renderProduct(product: Product): HTMLElement {
  const open = element(
    'button',
    { type: 'button', className: 'open', testId: 'open-product' },
    drawTin(product.category, product.id),
    element('span', { className: 'name' }, product.name),
    ' ', // between name and notes where the button is read aloud or named
    element('span', { className: 'notes' }, product.notes),
  );
  open.addEventListener('click', () => openProduct(product.id));
  const add = element('button', { type: 'button', className: 'add', testId: 'add-to-cart' }, 'Add');
  add.setAttribute('aria-label', `Add ${product.name} to the cart`);
  add.addEventListener('click', () => addToCart(product));
  return element(
    'li',
    { testId: 'product' },
    open,
    element('div', { className: 'buy' }, element('span', { className: 'price' }, formatPrice(product.priceCents)), add),
  );
}
