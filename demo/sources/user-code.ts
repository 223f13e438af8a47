import { startTracing, traced, traceMethods, withSpan } from 'zonetrace';
import { delay } from '../src/delay.js';
import { byId, element } from '../src/dom.js';

const tracing = startTracing({ service: 'user code', panel: 'open' });
Object.assign(window, { tracing });

class Kitchen {
  async boil(celsius: number): Promise<number> {
    await delay(celsius / 2);
    return celsius;
  }

  async steep(minutes: number): Promise<number> {
    await delay(minutes * 10);
    return minutes;
  }
}

class Order {
  async place(): Promise<number> {
    await kitchen.boil(80);
    await kitchen.steep(4);
    return price(2);
  }
}

const kitchen = new Kitchen();
const price = traced('price', (cups: number) => cups * 3.2);
traceMethods(Kitchen.prototype, undefined, 'Kitchen');
traceMethods(Order.prototype, ['place'], 'Order');

byId('order', HTMLButtonElement).addEventListener('click', async () => {
  const total = await withSpan('check out', (span) => {
    span.setAttribute('order.cups', 2);
    return new Order().place();
  });
  const { store } = tracing;
  const names = store.traces.at(-1)?.rows.map((row) => store.record(row)?.name) ?? [];
  byId('spans', HTMLElement).replaceChildren(...names.map((name) => element('li', {}, String(name))));
  byId('order', HTMLButtonElement).textContent = `Ordered for ${total.toFixed(2)}`;
});
