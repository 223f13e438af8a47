import { startTracing, withSpan } from 'zonetrace';
import { byId } from '../src/dom.js';

startTracing({
  service: 'requests',
  panel: 'open',
  instrument: {
    fetch: {
      responseHook: (span, response) => span.setAttribute('shop.trace', response.headers.get('x-trace-id') ?? 'none'),
    },
  },
});

const products = (page: number): string => `/api/products?page=${page}&pageSize=3`;

async function readStream(response: Response): Promise<string> {
  let bytes = 0;
  const reader = response.body?.getReader();
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) bytes += part.value.length;
  return `${bytes} bytes`;
}

const actions: Record<string, () => Promise<string>> = {
  fetch: async () => `${(await (await fetch(products(1))).text()).length} characters`,
  xhr: () =>
    new Promise((resolve) => {
      const xhr = new XMLHttpRequest();
      xhr.open('GET', products(2));
      xhr.responseType = 'json';
      xhr.addEventListener('loadend', () => resolve(`status ${xhr.status}`));
      xhr.send();
    }),
  slow: async () => readStream(await fetch('/api/report')),
  parallel: () =>
    withSpan('six pages', async () => {
      const pages = await Promise.all([1, 2, 3, 4, 5, 6].map((page) => fetch(products(page))));
      return pages.map(({ status }) => status).join(', ');
    }),
  abort: async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 50);
    await fetch('/api/report', { signal: controller.signal });
    return 'it was faster';
  },
  missing: async () => `status ${(await fetch('/api/products/999999')).status}`,
};

for (const [id, action] of Object.entries(actions)) {
  byId(id, HTMLButtonElement).addEventListener('click', async () => {
    const answer = await action().catch(String);
    byId('answers', HTMLElement).append(`${id}: ${answer}\n`);
  });
}
