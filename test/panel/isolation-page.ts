import { mountPanel } from '../../panel/index.js';
import { mountLauncher } from '../../panel/launcher.js';
import { SpanStore } from '../../src/store/span-store.js';
import { addTrace, all, drawn, hostOf, inside, type Opened } from './records.js';

// Runs in the frames of isolation.test.ts, each a hostile page, and tells how launcher and panel look there.
const errors: string[] = [];
addEventListener('error', ({ message }) => errors.push(message));
addEventListener('unhandledrejection', ({ reason }) => errors.push(String(reason)));

/** What styles of the page would change. */
function lookOf(element: Element): string {
  const style = getComputedStyle(element);
  const { width, height } = element.getBoundingClientRect();
  const { display, color, backgroundColor, fontSize, fontFamily, direction, textAlign, lineHeight, opacity } = style;
  const size = `${Math.round(width)}x${Math.round(height)}`;
  return [
    size,
    display,
    color,
    backgroundColor,
    fontSize,
    fontFamily,
    direction,
    textAlign,
    lineHeight,
    opacity,
  ].join();
}

const pageLook = () => [...document.querySelectorAll('body *')].map(lookOf).join(' / ');

const store = new SpanStore();
addTrace(store, { name: 'click', children: [{ name: 'load' }, { name: 'fail', status: 'ERROR' }] });
const pageBefore = pageLook();
const undo = mountLauncher(hostOf(store, { theme: 'light' }));
await drawn();
const launcher = document.querySelector('zonetrace-launcher') as HTMLElement;
const looks: Record<string, string> = { launcher: lookOf(launcher.shadowRoot?.querySelector('button') as Element) };
undo();
const close = mountPanel(hostOf(store, { theme: 'light' }));
await drawn();
await drawn();
const panel = document.querySelector('zonetrace-panel') as Opened['panel'];
looks['panel'] = lookOf(all(panel, '.panel')[0] as Element);
const tree = inside(panel, 'zonetrace-trace');
const list = inside(panel, 'zonetrace-traces');
for (const [name, element, selector] of [
  ['row', tree, '.row'],
  ['name', tree, '.name .cut'],
  ['bar', tree, '.bar'],
  ['head', tree, '.head'],
  ['trace', list, '.row'],
  ['button', inside(panel, 'zonetrace-bar'), 'button'],
  ['filter', inside(panel, 'zonetrace-bar'), 'input[type=search]'],
] as const)
  looks[name] = lookOf(all(element, selector)[0] as Element);
const pageChanged = pageLook() !== pageBefore;

// The page does its worst while the panel is open.
const worst = document.documentElement.dataset['worst'];
if (worst === 'empty') document.body.replaceChildren();
if (worst === 'inert') document.body.inert = true;
if (worst === 'fullscreen') await document.body.requestFullscreen().catch(() => {});
await drawn();
const survives = panel.isConnected && panel.getBoundingClientRect().height > 100 && panel.matches(':not([inert] *)');
close();
parent.postMessage({ looks, pageChanged, survives, left: document.querySelectorAll('zonetrace-panel').length, errors });
