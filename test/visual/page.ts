import type { View } from '../../panel/events.js';
import type { PanelOptions } from '../../panel/host.js';
import { mountPanel } from '../../panel/index.js';
import { mountLauncher } from '../../panel/launcher.js';
import { formatCount } from '../../panel/layout/format-count.js';
import { all, command, drawn, hostOf, inside, type Opened, press, text } from '../panel/records.js';
import { until } from '../until.js';
import { DATA } from './data.js';

/** What is to be seen. */
interface Scene extends PanelOptions {
  data: string;
  view?: View | 'compare' | 'help' | 'launcher';
  /** A row of the list to choose, from 0. */
  choose?: number;
  /** A row of the tree to choose, from 0. */
  span?: number;
  /** Keys pressed in the tree. */
  keys?: string[];
  filter?: string;
  rtl?: boolean;
}

declare global {
  interface Window {
    /** For the script that drives this page. */
    show(scene: Scene): Promise<void>;
  }
}

let close = () => {};

/** Until all spans have their place, which takes some frames where there are many. */
async function laidOut(panel: Opened['panel'], spans: number): Promise<void> {
  await until(() => {
    const [minimap] = all(inside(panel, 'zonetrace-timeline'), 'zonetrace-minimap');
    const label = minimap && all(minimap, 'canvas')[0]?.ariaLabel;
    return label?.startsWith(`Overview: ${formatCount(spans)} spans`);
  });
}

window.show = async ({ data, view = 'trace', choose = 0, span, keys = [], filter, rtl = false, ...options }) => {
  close();
  localStorage.clear();
  document.documentElement.dir = rtl ? 'rtl' : '';
  const store = (DATA[data] as () => Opened['store'])();
  const host = {
    ...hostOf(store, options),
    stats: () => ({ recorded: store.size, exported: store.size, queued: 0, 'dropped: refused': 0 }),
  };
  if (view === 'launcher') {
    close = mountLauncher(host);
    await drawn();
    return;
  }
  close = mountPanel(host);
  const panel = document.querySelector('zonetrace-panel') as Opened['panel'];
  await drawn();
  if (filter !== undefined) {
    const input = all(inside(panel, 'zonetrace-bar'), 'input[type=search]')[0] as HTMLInputElement;
    input.value = filter;
    input.dispatchEvent(new Event('input', { bubbles: true }));
    await drawn();
  }
  const traces = () => all(inside(panel, 'zonetrace-traces'), '.row');
  traces()[choose]?.click();
  await drawn();
  const tree = inside(panel, 'zonetrace-trace');
  if (span !== undefined) all(tree, '.row')[span]?.click();
  await drawn();
  const rows = all(tree, '.scroller')[0];
  for (const key of keys) if (rows) press(rows, key, { code: `Key${key.toUpperCase()}` });
  if (view === 'compare')
    traces()[2]?.dispatchEvent(new MouseEvent('click', { bubbles: true, composed: true, ctrlKey: true }));
  else if (view === 'help') command(panel, 'help');
  else
    all(inside(panel, 'zonetrace-bar'), '.views button')
      .find((button) => text(button).toLowerCase() === view)
      ?.click();
  await drawn();
  if (view === 'timeline' && store.size > 0) await laidOut(panel, store.size);
  await drawn();
};
