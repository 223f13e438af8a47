import { startTracing, withSpan } from 'zonetrace';
import { byId } from '../src/dom.js';

startTracing({ service: 'windows', panel: 'open' });

interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): void;
}

// The policy of these pages wants it said which scripts a worker may be made of.
(globalThis as { trustedTypes?: TrustedTypes }).trustedTypes?.createPolicy('default', {
  createScriptURL(url) {
    if (new URL(url, location.href).origin !== location.origin) throw new TypeError(`${url} is none of ours`);
    return url;
  },
});

const worker = new Worker(new URL('./price-worker.ts', import.meta.url), { type: 'module', name: 'prices' });
const channel = new BroadcastChannel('stock');
const frame = byId('inner', HTMLIFrameElement);

const say = (text: string): void => byId('answers', HTMLElement).append(`${text}\n`);

const hear = ({ data }: MessageEvent): void => {
  if (typeof data === 'string') withSpan('show the answer', () => say(data));
};

worker.addEventListener('message', hear);
channel.addEventListener('message', hear);
addEventListener('message', hear);

const actions: Record<string, () => void> = {
  worker: () => worker.postMessage('prices'),
  frame: () => frame.contentWindow?.postMessage('stock', location.origin),
  port() {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = hear;
    frame.contentWindow?.postMessage('a port', location.origin, [port2]);
    port1.postMessage('stock');
  },
  broadcast: () => channel.postMessage({ changed: 'assam' }),
};

for (const [id, action] of Object.entries(actions)) {
  byId(id, HTMLButtonElement).addEventListener('click', () => withSpan(`send to ${id}`, action));
}
