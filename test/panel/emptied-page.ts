import { mountLauncher } from '../../panel/launcher.js';
import { SpanStore } from '../../src/store/span-store.js';
import { addTrace, all, drawn, hostOf, inside, type Opened } from './records.js';

// Runs in the frames of emptied.test.ts, which do away with all that is in the page, and tells what is left of the panel.
const EMPTY: Record<string, () => void> = {
  body: () => document.body.replaceChildren(),
  root: () => document.documentElement.replaceChildren(document.createElement('body')),
  'new root': () => {
    document.documentElement.remove();
    const root = document.createElement('html');
    root.append(document.createElement('body'));
    document.append(root);
  },
  write: () => {
    document.open();
    document.write('<!doctype html><title>New</title><h1>A new page</h1>');
    document.close();
  },
  strangers: () => {
    const isStrange = (node: Node) => node.nodeName.startsWith('ZONETRACE');
    const clean = () => {
      for (const node of [...document.documentElement.childNodes]) if (isStrange(node)) node.remove();
    };
    new MutationObserver(clean).observe(document.documentElement, { childList: true });
    clean();
  },
};

const how = document.documentElement.dataset['how'] as string;
const store = new SpanStore();
addTrace(store, { name: 'click', children: [{ name: 'load' }] });
const panelNow = () => document.querySelector('zonetrace-panel') as Opened['panel'] | null;
const launcherNow = () => document.querySelector('zonetrace-launcher');
const undo = mountLauncher(hostOf(store, { open: true }));
while (!panelNow()) await drawn();
await drawn();

EMPTY[how]?.();
await drawn();
await drawn();
const panel = panelNow();
const answer = { panel: panel !== null, shown: '', works: false, opens: false, left: 0 };
if (panel) {
  answer.shown = all(inside(panel, 'zonetrace-trace'), '.row .cut')
    .map((cut) => cut.textContent?.trim())
    .join();
  all(inside(panel, 'zonetrace-bar'), '.views button')[2]?.click();
  await drawn();
  answer.works = inside(panel, 'zonetrace-statistics') !== null;
  all(inside(panel, 'zonetrace-bar'), '[data-command=close]')[0]?.click();
  await drawn();
  const isClosed = panelNow() === null;
  const keys = new KeyboardEvent('keydown', { code: 'KeyZ', key: 'Z', altKey: true, shiftKey: true, bubbles: true });
  document.body.dispatchEvent(keys);
  await drawn();
  const isOpenByKey = panelNow() !== null;
  document.body.dispatchEvent(
    new KeyboardEvent('keydown', { code: 'KeyZ', key: 'Z', altKey: true, shiftKey: true, bubbles: true }),
  );
  launcherNow()?.shadowRoot?.querySelector('button')?.click();
  await drawn();
  answer.opens = isClosed && isOpenByKey && panelNow() !== null;
}
undo();
await drawn();
answer.left = document.querySelectorAll('zonetrace-panel, zonetrace-launcher').length;
parent.postMessage(answer);
