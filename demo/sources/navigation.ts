import { startTracing, withSpan } from 'zonetrace';
import { byId } from '../src/dom.js';

startTracing({ service: 'navigation', panel: 'open' });

/** https://html.spec.whatwg.org/#navigation-interface */
interface NavigateEvent extends Event {
  readonly canIntercept: boolean;
  readonly destination: { readonly url: string };
  intercept(options: { handler(): Promise<void> }): void;
}

async function show(address: string): Promise<void> {
  const page = new URL(address).searchParams.get('page') ?? 'green';
  const response = await fetch(`/api/search?q=${encodeURIComponent(page)}`);
  const { products } = (await response.json()) as { products: { name: string }[] };
  await withSpan('render', async () => {
    byId('view', HTMLElement).textContent = `${page}: ${products.map(({ name }) => name).join(', ')}`;
  });
}

const isIntercepted = (address: string): boolean => 'navigation' in window && address.includes('page=oolong');

(window as { navigation?: EventTarget }).navigation?.addEventListener('navigate', (event) => {
  const { canIntercept, destination } = event as NavigateEvent;
  if (canIntercept && isIntercepted(destination.url)) {
    (event as NavigateEvent).intercept({ handler: () => show(destination.url) });
  }
});

byId('pushed', HTMLElement).addEventListener('click', async () => {
  history.pushState({}, '', '?page=black');
  await show(location.href);
});
byId('back', HTMLElement).addEventListener('click', () => history.back());
byId('reload', HTMLElement).addEventListener('click', () => location.reload());
addEventListener('popstate', () => {
  if (!isIntercepted(location.href)) void show(location.href);
});
