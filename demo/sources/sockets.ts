import { startTracing, withSpan } from 'zonetrace';
import { byId, element } from '../src/dom.js';

startTracing({
  service: 'sockets',
  panel: 'open',
  instrument: { webSocket: { messages: true }, eventSource: { messages: true } },
});

const button = (id: string): HTMLButtonElement => byId(id, HTMLButtonElement);
const say = (text: string): void => byId('lines', HTMLElement).append(element('li', {}, text));

let socket: WebSocket | undefined;

button('socket').addEventListener('click', () => {
  const opened = new WebSocket(`ws://${location.host}/api/echo`);
  socket = opened;
  opened.addEventListener('open', () => {
    say('the socket is open');
    setReady(true);
  });
  opened.addEventListener('message', (event) => {
    withSpan('show the echo', () => say(`echo: ${event.data}`));
  });
  opened.addEventListener('close', ({ code }) => {
    say(`the socket is closed: ${code}`);
    setReady(false);
  });
});
button('say').addEventListener('click', () => socket?.send('a cup of tea'));
button('close').addEventListener('click', () => socket?.close(1000, 'had enough'));

function setReady(ready: boolean): void {
  for (const id of ['say', 'close']) button(id).disabled = !ready;
}

button('stream').addEventListener('click', () => {
  const source = new EventSource('/api/ticks');
  source.addEventListener('tick', (event) => {
    say(`tick ${event.data}`);
    if (event.data === '3') source.close();
  });
});

button('beacon').addEventListener('click', () => {
  say(navigator.sendBeacon('/api/beacon', 'bye') ? 'the browser took it' : 'the browser did not take it');
});

button('transport').addEventListener('click', async () => {
  if (!('WebTransport' in window)) return say('this browser has no WebTransport');
  const transport = new WebTransport(`https://${location.hostname}:1/`);
  await Promise.all([transport.ready, transport.closed]).catch((error: unknown) => say(String(error)));
});
