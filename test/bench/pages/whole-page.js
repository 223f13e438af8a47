import { macrotask, now } from './clock.js';

const LISTENERS = 2000;
const REQUESTS = 1000;
/** As many as a browser sends to one origin at once. */
const AT_ONCE = 6;

/** Adds the listeners, each to an element of its own, and clicks each of them once, as tests and people do. */
async function clickAll() {
  const list = document.createElement('ul');
  document.body.append(list);
  let clicked = 0;
  for (let i = 0; i < LISTENERS; i++) {
    const button = document.createElement('button');
    button.textContent = `Buy ${i}`;
    button.addEventListener('click', async () => {
      button.dataset.state = 'busy';
      await undefined;
      button.dataset.state = 'done';
      clicked++;
    });
    list.append(button);
  }
  for (const [index, button] of [...list.children].entries()) {
    button.click();
    if (index % 50 === 0) await macrotask();
  }
  while (clicked < LISTENERS) await macrotask();
  list.remove();
}

async function requestAll() {
  let sent = 0;
  const work = async () => {
    while (sent < REQUESTS) {
      const response = await fetch(`/data.json?request=${sent++}`);
      const { answer } = await response.json();
      if (answer !== 42) throw new Error('the wrong answer');
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

/** One request after another. Answers the ms that the calls took and the ms of everything. */
async function requestOneByOne(requests) {
  const start = now();
  let calls = 0;
  for (let i = 0; i < requests; i++) {
    const called = now();
    const sent = fetch('/data.json');
    calls += now() - called;
    await (await sent).json();
  }
  return { calls, all: now() - start };
}

/** Gives the driver the page of many listeners and requests: ms of each half; and requests by themselves. */
export function serveWholePage({ withSpan }) {
  globalThis.bench = {
    requests: (n, inside) => (inside ? withSpan('requests', () => requestOneByOne(n)) : requestOneByOne(n)),
    async wholePage() {
      const start = now();
      await clickAll();
      const clicked = now();
      await requestAll();
      return { listeners: clicked - start, requests: now() - clicked };
    },
  };
}
