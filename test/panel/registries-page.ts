import { mountPanel } from '../../panel/index.js';
import { mountLauncher } from '../../panel/launcher.js';
import { SpanStore } from '../../src/store/span-store.js';
import { addTrace, all, drawn, hostOf, inside, names, type Opened } from './records.js';

// Runs in the frames of registries.test.ts, whose pages may have elements of their own, and tells what comes of the panel.
const warnings: string[] = [];
console.warn = (...args: unknown[]) => warnings.push(String(args[0]));
const errors: string[] = [];
addEventListener('error', ({ message }) => errors.push(message));
addEventListener('unhandledrejection', ({ reason }) => errors.push(String(reason)));

const attempt = (fn: () => unknown) => {
  try {
    fn();
  } catch (error) {
    warnings.push((error as Error).message);
  }
};

const store = new SpanStore();
addTrace(store, { name: document.title, children: [{ name: 'child' }] });
attempt(() => mountLauncher({ ...hostOf(store), takesFocus: false }));
const launcher = document.querySelector('zonetrace-launcher');
launcher?.shadowRoot?.querySelector('button')?.click();
await drawn();
await drawn();
let panel = document.querySelector<Opened['panel']>('zonetrace-panel');
if (!panel) attempt(() => mountPanel(hostOf(store)));
// A dialog in which all elements are of another registry.
const scoped = document.querySelector('#scoped');
if (scoped) scoped.shadowRoot?.querySelector('dialog')?.showModal();
await drawn();
panel ??= document.querySelector('zonetrace-panel') ?? null;
const within = scoped?.shadowRoot?.querySelector<Opened['panel']>('dialog zonetrace-panel') ?? panel;
const rows = within?.shadowRoot ? names(inside(within, 'zonetrace-trace')) : [];
const tree = within?.shadowRoot && inside(within, 'zonetrace-trace');
if (tree) all(tree, '.row')[1]?.click();
await drawn();
const detail = within?.shadowRoot?.querySelector('zonetrace-detail')?.shadowRoot?.textContent ?? '';
parent.postMessage({
  rows,
  hasDetail: detail.includes('Duration'),
  isInDialog: within?.parentElement?.localName === 'dialog',
  warnings,
  errors,
});
