import { withSpan } from 'zonetrace/worker';

interface Page {
  products?: { price?: number }[];
}

/** Some work that is seen in the picture. */
function addUp(numbers: number): number {
  let sum = 0;
  for (let i = 1; i < numbers; i++) sum += 1 / i;
  return sum;
}

addEventListener('message', () =>
  withSpan('work out the prices', async () => {
    const page = (await (await fetch('/api/products?page=1&pageSize=5')).json()) as Page;
    const sum = withSpan('add up', () => addUp(3_000_000));
    postMessage(`the worker has read ${Object.keys(page).length} fields and counted to ${sum.toFixed(1)}`);
  }),
);
