import { expect } from 'chai';
import { mountLauncher } from '../../panel/launcher.js';
import { SpanStore } from '../../src/store/span-store.js';
import { addTrace, all, command, drawn, hostOf, inside, type Opened, openPanel, text } from './records.js';

let opened: Opened;
const undo: (() => void)[] = [];

function dialogIn(parent: Node = document.body): HTMLDialogElement {
  const dialog = document.createElement('dialog');
  dialog.innerHTML = '<button>of the page</button>';
  parent.appendChild(dialog);
  undo.push(() => dialog.remove());
  return dialog;
}

/** What the pointer would hit in the middle of an element: the element where it is on top and not inert. */
function hit(element: Element): Element | null {
  const { left, top, width, height } = element.getBoundingClientRect();
  return document.elementFromPoint(left + width / 2, top + height / 2);
}

function deepFocus(): Element | null {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  return at;
}

async function open() {
  const store = new SpanStore();
  const children = Array.from({ length: 200 }, (_, i) => ({ name: `child ${i}` }));
  addTrace(store, { name: 'a', children });
  opened = await openPanel(store);
  return { ...opened, scroller: all(inside(opened.panel, 'zonetrace-trace'), '.scroller')[0] as HTMLElement };
}

describe('above the modal dialogs of a page', () => {
  afterEach(() => {
    opened?.close();
    for (const each of undo.splice(0)) each();
  });

  it('the panel can be used, scrolled as before, and goes back when the dialog closes', async () => {
    const { panel, scroller } = await open();
    scroller.scrollTop = 660;
    await drawn();
    const dialog = dialogIn();
    dialog.showModal();
    await drawn();
    expect(panel.parentNode).to.equal(dialog);
    expect(hit(panel)).to.equal(panel);
    expect(scroller.scrollTop).to.equal(660);
    expect(deepFocus()).to.equal(dialog.firstChild);
    all(inside(panel, 'zonetrace-trace'), '[aria-rowindex="35"]')[0]?.click();
    await drawn();
    expect(text(inside(panel, 'zonetrace-detail').shadowRoot?.querySelector('h2'))).to.equal('child 32');
    dialog.close();
    await drawn();
    expect(panel.parentNode).to.equal(document.documentElement);
    expect(hit(panel)).to.equal(panel);
    expect(scroller.scrollTop).to.equal(660);
  });

  it('the panel follows from dialog to dialog, and keeps the focus when one closes', async () => {
    const { panel, scroller } = await open();
    const first = dialogIn();
    const second = dialogIn();
    first.showModal();
    await drawn();
    second.showModal();
    await drawn();
    expect(panel.parentNode).to.equal(second);
    scroller.focus();
    expect(deepFocus()).to.equal(scroller);
    second.close();
    await drawn();
    expect(panel.parentNode).to.equal(first);
    expect(deepFocus()).to.equal(scroller);
  });

  it('the panel survives a dialog that is removed while it is open', async () => {
    const { panel, scroller } = await open();
    const dialog = dialogIn();
    dialog.showModal();
    await drawn();
    scroller.scrollTop = 440;
    await drawn();
    scroller.focus();
    dialog.remove();
    expect(panel.parentNode).to.equal(document.documentElement);
    await drawn();
    expect(deepFocus()).to.equal(scroller);
    expect(scroller.scrollTop).to.equal(440);
    expect(hit(panel)).to.equal(panel);
  });

  it('the panel is found a place also in a dialog within a shadow root', async () => {
    const { panel } = await open();
    const element = document.createElement('div');
    document.body.append(element);
    undo.push(() => element.remove());
    const dialog = dialogIn(element.attachShadow({ mode: 'open' }));
    dialog.showModal();
    await drawn();
    expect(panel.parentNode).to.equal(dialog);
    expect(dialog.ownerDocument.activeElement).to.equal(element);
    dialog.close();
    await drawn();
    expect(panel.parentNode).to.equal(document.documentElement);
  });

  it('the panel comes above popovers that open later, and is not darkened by a backdrop', async () => {
    const { panel } = await open();
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('::backdrop { background: rgb(1 2 3) !important; display: block !important }');
    document.adoptedStyleSheets.push(sheet);
    undo.push(() => document.adoptedStyleSheets.pop());
    const popover = document.createElement('div');
    popover.popover = 'manual';
    Object.assign(popover.style, { inset: '0', width: '100vw', height: '100vh' });
    document.body.append(popover);
    undo.push(() => popover.remove());
    popover.showPopover();
    await drawn();
    await drawn();
    expect(hit(panel)).to.equal(panel);
    expect(getComputedStyle(panel, '::backdrop').display).to.equal('none');
  });

  it('Escape in the panel leaves the dialog open', async () => {
    const { scroller } = await open();
    const dialog = dialogIn();
    dialog.showModal();
    await drawn();
    const event = new KeyboardEvent('keydown', { key: 'Escape', bubbles: true, composed: true, cancelable: true });
    scroller.dispatchEvent(event);
    expect(event.defaultPrevented).to.equal(true);
  });

  it('the launcher can be pressed above one, and is left by the panel in the same place', async () => {
    opened?.close();
    localStorage.clear();
    undo.push(mountLauncher(hostOf(new SpanStore())));
    const launcher = document.querySelector('zonetrace-launcher') as HTMLElement;
    const dialog = dialogIn();
    dialog.showModal();
    await drawn();
    expect(launcher.parentNode).to.equal(dialog);
    expect(hit(launcher)).to.equal(launcher);
    launcher.shadowRoot?.querySelector('button')?.click();
    while (!document.querySelector('zonetrace-panel')) await drawn();
    await drawn();
    const panel = document.querySelector('zonetrace-panel') as Opened['panel'];
    expect(panel.parentNode).to.equal(dialog);
    expect(hit(panel)).to.equal(panel);
    command(panel, 'close');
    await drawn();
    expect(hit(launcher)).to.equal(launcher);
    dialog.remove();
    expect(launcher.parentNode).to.equal(document.documentElement);
  });

  it('costs no observer while the panel is closed', async () => {
    const original = window.MutationObserver;
    let observers = 0;
    window.MutationObserver = class extends original {
      constructor(callback: MutationCallback) {
        super(callback);
        observers++;
      }
    };
    try {
      mountLauncher(hostOf(new SpanStore(), { open: false }))();
    } finally {
      window.MutationObserver = original;
    }
    expect(observers).to.equal(0);
  });
});
