import { withSpan } from 'zonetrace';
import { api, type Product } from './api.js';
import { showFound, showPage } from './catalogue.js';
import { byId } from './dom.js';
import { showToast } from './show-toast.js';

const TYPING_PAUSE = 180;

let waiting: ReturnType<typeof setTimeout> | undefined;
let running: AbortController | undefined;

/** Searches as the visitor types: after a pause, and dropping the answer to what was typed before. */
export function connectSearch(): void {
  const input = byId('search', HTMLInputElement);
  input.addEventListener('input', () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => search(input.value.trim()), TYPING_PAUSE);
  });
  byId('search-form', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault();
    clearTimeout(waiting);
    return search(input.value.trim());
  });
}

async function search(q: string): Promise<void> {
  running?.abort();
  const controller = new AbortController();
  running = controller;
  await withSpan('search', { attributes: { 'shop.query': q } }, async (span) => {
    try {
      if (q === '') {
        await showPage(1);
        return;
      }
      const path = `/search?q=${encodeURIComponent(q)}`;
      const { products } = await api<{ products: Product[] }>(path, { signal: controller.signal });
      span.setAttribute('shop.products', products.length);
      showFound(products, q);
    } catch (error) {
      if (controller.signal.aborted) {
        span.addEvent('overtaken by a newer search');
        return;
      }
      span.recordException(error);
      showToast('The search failed. Try again.');
    }
  });
}
