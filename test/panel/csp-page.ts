import { mountPanel } from '../../panel/index.js';
import { mountLauncher } from '../../panel/launcher.js';
import { SpanStore } from '../../src/store/span-store.js';
import { addTrace, all, drawn, hostOf, inside, type Opened } from './records.js';

// Runs in the frame of csp.test.ts, under a strict policy.
const violations: string[] = [];
addEventListener('securitypolicyviolation', (event) => violations.push(`${event.violatedDirective} ${event.sample}`));

const store = new SpanStore();
const { rows } = addTrace(store, {
  name: 'click',
  children: [
    {
      name: 'open',
      startTime: 1_000_050,
      endTime: 1_000_075,
      events: [{ name: 'e', time: 1_000_060, attributes: {} }],
    },
  ],
});
const undo = mountLauncher(hostOf(store));
const launcher = document.querySelector('zonetrace-launcher') as HTMLElement;
const launcherPosition = getComputedStyle(launcher).position;
undo();
mountPanel(hostOf(store, { theme: 'light' }));
await drawn();
const panel = document.querySelector('zonetrace-panel') as Opened['panel'];
const tree = inside(panel, 'zonetrace-trace');
tree.revealRow(rows['open'] as number);
await drawn();
const [root, child] = all(tree, '.bar').map((bar) => bar.getBoundingClientRect());
const swatch = all(tree, '.swatch')[0] as HTMLElement;
parent.postMessage({
  violations,
  launcherPosition,
  ground: getComputedStyle(panel.shadowRoot?.querySelector('.panel') as Element).backgroundColor,
  swatch: getComputedStyle(swatch).backgroundColor,
  childPart: (child?.width ?? 0) / (root?.width ?? 1),
  detail: inside(panel, 'zonetrace-detail').shadowRoot?.textContent?.includes('Self time'),
});
