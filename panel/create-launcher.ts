import { checkElements, defineElements } from './define-elements.js';
import type { PanelHost } from './host.js';
import { remember } from './remember.js';

/** px that the pointer moves before a press is a drag. */
const DRAG_THRESHOLD = 4;

/** What of the launcher is remembered across visits. */
export interface LauncherMemory {
  /** px from the right and the bottom edge of the window. */
  right: number;
  bottom: number;
  /** Nothing but its picture and the errors. */
  small: boolean;
  /** The panel was open when the reader left. */
  open: boolean;
}

const STYLES = `
:host{all:initial!important;position:fixed!important;z-index:2147483646!important;
right:min(var(--right),100vw - 64px)!important;bottom:min(var(--bottom),100vh - 32px)!important;
color-scheme:var(--scheme)!important;direction:ltr!important;pointer-events:auto!important}
:host::backdrop,:host([hidden]){display:none!important}
@media print{:host{display:none!important}}
button{display:flex;align-items:center;gap:7px;height:26px;padding:0 9px;border-radius:13px;
border:1px solid light-dark(#d3d7de,#474b53);color:light-dark(#1f2328,#e3e5e8);background:light-dark(#fff,#1e1f22);
box-shadow:0 1px 5px rgb(0 0 0/25%);font:12px/1 system-ui,sans-serif;font-variant-numeric:tabular-nums;
cursor:pointer;touch-action:none}
button:hover{background:light-dark(#f1f4f8,#2a2d32)}
i{forced-color-adjust:none;width:16px;height:12px;background:no-repeat linear-gradient(light-dark(#3c79d1,#649ff6) 0 0) 0 0/16px 3px,
no-repeat linear-gradient(light-dark(#038a7f,#5bbeb3) 0 0) 3px 50%/8px 3px,
no-repeat linear-gradient(light-dark(#b07015,#e6a55b) 0 0) 8px 100%/7px 3px}
:empty:not(i){display:none}
.small{gap:3px;height:24px;padding:0 3px}
.small :is(span,em){display:none}
b{color:light-dark(#c5221f,#f6918a)}
em{font-style:normal;color:light-dark(#8a5a00,#e6a55b)}
`;

/** Says when it is removed: by the page, or with a dialog in which it stands. */
export class ZonetraceLauncher extends HTMLElement {
  removed: (() => void) | undefined;
  disconnectedCallback(): void {
    this.removed?.();
  }
  connectedMoveCallback(): void {}
}

/** The element of the launcher, that draws itself where it can be seen, and where the reader drags it. */
export interface Launcher {
  readonly element: ZonetraceLauncher;
  /** Hidden while the panel is open. */
  show(shown: boolean): void;
  remove(): void;
}

export function createLauncher(
  { store, runOutside }: PanelHost,
  shortcut: string,
  memory: LauncherMemory,
  theme: () => unknown,
  pressed: () => void,
): Launcher {
  const undo = new AbortController();
  const { signal } = undo;
  let frame = 0;
  defineElements({ 'zonetrace-launcher': ZonetraceLauncher });
  checkElements();
  const element = document.createElement('zonetrace-launcher') as ZonetraceLauncher;
  const button = document.createElement('button');
  const open = document.createElement('span');
  const errors = document.createElement('b');
  const lost = document.createElement('em');
  button.append(document.createElement('i'), open, errors, lost);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLES);
  const root = element.attachShadow({ mode: 'open' });
  root.adoptedStyleSheets = [sheet];
  root.append(button);

  const draw = () => {
    frame = 0;
    open.textContent = `${store.openSpans || ''}`;
    errors.textContent = `${store.errors || ''}`;
    lost.textContent = store.lostContexts > 0 ? `${store.lostContexts}?` : '';
    const counts = `${store.openSpans} open spans, ${store.errors} errors, ${store.lostContexts} lost contexts`;
    button.ariaLabel = `zonetrace: ${counts} (${shortcut})`;
    button.title = `${button.ariaLabel}\n${button.ariaDescription}`;
  };
  const drawSoon = () => {
    if (frame === 0 && !element.hidden) frame = runOutside(() => requestAnimationFrame(draw));
  };
  const size = (small: boolean) => {
    memory.small = small;
    button.className = small ? 'small' : '';
    button.ariaDescription = `Drag to move, ${small ? '+' : '-'} or right click to make it ${small ? 'large' : 'small'}`;
    draw();
  };
  const resize = (small: boolean) => {
    size(small);
    remember('launcher', memory);
  };
  const place = () => {
    element.style.setProperty('--right', `${memory.right}px`);
    element.style.setProperty('--bottom', `${memory.bottom}px`);
  };
  let drag: { x: number; y: number; right: number; bottom: number; moved: boolean } | undefined;
  const on = <K extends keyof HTMLElementEventMap>(type: K, listener: (event: HTMLElementEventMap[K]) => void) =>
    button.addEventListener(type, listener, { signal });
  on('pointerdown', ({ clientX: x, clientY: y, pointerId, button: pressedButton }) => {
    if (pressedButton !== 0) return;
    button.setPointerCapture(pointerId);
    drag = { x, y, right: memory.right, bottom: memory.bottom, moved: false };
  });
  on('pointermove', ({ clientX, clientY, pointerId }) => {
    if (!drag || !button.hasPointerCapture(pointerId)) return;
    const x = clientX - drag.x;
    const y = clientY - drag.y;
    if (!drag.moved && Math.abs(x) + Math.abs(y) < DRAG_THRESHOLD) return;
    drag.moved = true;
    memory.right = Math.max(0, drag.right - x);
    memory.bottom = Math.max(0, drag.bottom - y);
    place();
  });
  on('lostpointercapture', () => {
    if (drag?.moved) remember('launcher', memory);
  });
  on('click', (event) => {
    event.stopPropagation();
    if (!drag?.moved || event.detail === 0) pressed();
    drag = undefined;
  });
  // The keys and long touches that open a menu come as this, too.
  on('contextmenu', (event) => {
    event.preventDefault();
    event.stopPropagation();
    resize(!memory.small);
  });
  on('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !['-', '+'].includes(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    resize(event.key === '-');
  });

  place();
  size(memory.small);
  const unsubscribe = store.subscribe(drawSoon);
  return {
    element,
    show(shown) {
      element.hidden = !shown;
      element.style.setProperty('--scheme', schemeOf(theme()));
      drawSoon();
    },
    remove() {
      undo.abort();
      unsubscribe();
      cancelAnimationFrame(frame);
    },
  };
}

function schemeOf(theme: unknown): string {
  return theme === 'light' || theme === 'dark' ? theme : 'light dark';
}
