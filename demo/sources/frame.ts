import { startTracing, withSpan } from 'zonetrace';
import { delay } from '../src/delay.js';
import { byId } from '../src/dom.js';

startTracing({ service: 'frame', panel: false });

async function countStock(): Promise<string> {
  const products = (await (await fetch('/api/products?page=1&pageSize=3')).json()) as object;
  return `the frame has read ${Object.keys(products).length} fields`;
}

function answer(reply: (text: string) => void): Promise<void> {
  return withSpan('count the stock', async () => {
    const text = await countStock();
    byId('state', HTMLElement).textContent = text;
    reply(text);
  });
}

addEventListener('message', ({ source, ports: [port] }) => {
  if (port) port.onmessage = () => answer((text) => port.postMessage(text));
  else answer((text) => source?.postMessage(text));
});

const channel = new BroadcastChannel('stock');
channel.onmessage = ({ data }) => {
  if (typeof data !== 'object') return;
  withSpan(`note ${data.changed}`, async () => {
    byId('state', HTMLElement).textContent = `${data.changed} has changed`;
    await delay(60); // an answer at once would leave before the sender of the broadcast is known
    channel.postMessage('the frame has noted it');
  });
};
