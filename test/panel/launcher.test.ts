import { expect } from 'chai';
import type { PanelHost } from '../../panel/host.js';
import { mountLauncher } from '../../panel/launcher.js';
import { SpanStore } from '../../src/store/span-store.js';
import { addTrace, command, drawn, hostOf, type Opened, press, text } from './records.js';

let undo: (() => void) | undefined;

function mount(host: PanelHost): HTMLButtonElement {
  undo = mountLauncher(host);
  return document.querySelector('zonetrace-launcher')?.shadowRoot?.querySelector('button') as HTMLButtonElement;
}

const panel = () => document.querySelector('zonetrace-panel') as Opened['panel'] | null;

/** Until the launcher has loaded the panel. */
async function opened(): Promise<void> {
  while (!panel()) await drawn();
}

describe('the launcher', () => {
  beforeEach(() => localStorage.clear());
  afterEach(() => {
    undo?.();
    undo = undefined;
  });

  it('stands beside the body, and counts open spans and errors live', async () => {
    const store = new SpanStore();
    const button = mount(hostOf(store));
    expect(document.querySelector('zonetrace-launcher')?.parentElement).to.equal(document.documentElement);
    const counts = () => [...button.querySelectorAll('span, b')].map(text);
    expect(counts()).to.deep.equal(['', '']);
    addTrace(store, {
      name: 'a',
      endTime: undefined,
      children: [
        { name: 'b', status: 'ERROR' },
        { name: 'c', endTime: undefined },
      ],
    });
    await drawn();
    expect(counts()).to.deep.equal(['2', '1']);
    expect(button.ariaLabel).to.include('2 open spans, 1 errors, 0 lost contexts');
    store.noteLoss('expired', 'lost');
    await drawn();
    expect(button.textContent).to.contain('1?');
  });

  it('asks for one frame for many changes, and for none without a change', async () => {
    const store = new SpanStore();
    const original = window.requestAnimationFrame;
    let frames = 0;
    window.requestAnimationFrame = (callback) => {
      frames++;
      return original(callback);
    };
    try {
      mount(hostOf(store));
      for (let i = 0; i < 20; i++) addTrace(store, { name: 'a' });
      expect(frames).to.equal(1);
      await new Promise((resolve) => original(() => original(resolve)));
      expect(frames).to.equal(1);
    } finally {
      window.requestAnimationFrame = original;
    }
  });

  it('is moved by a drag, which is no click, and remembers its place', async () => {
    const button = mount(hostOf(new SpanStore()));
    const captured = new Set<number>();
    button.setPointerCapture = (id) => void captured.add(id);
    button.hasPointerCapture = (id) => captured.has(id);
    const point = (target: HTMLElement, type: string, x: number, y: number, more: PointerEventInit = {}) =>
      target.dispatchEvent(new PointerEvent(type, { clientX: x, clientY: y, pointerId: 7, bubbles: true, ...more }));
    const place = (of: HTMLElement) => {
      const { right, bottom } = of.getBoundingClientRect();
      return [innerWidth - right, innerHeight - bottom].map(Math.round);
    };
    expect(place(button)).to.deep.equal([16, 16]);
    point(button, 'pointerdown', 300, 300);
    point(button, 'pointermove', 200, 260);
    captured.clear();
    point(button, 'lostpointercapture', 200, 260);
    button.dispatchEvent(new MouseEvent('click', { bubbles: true, detail: 1 }));
    expect(place(button)).to.deep.equal([116, 56]);
    await drawn();
    expect(panel()).to.equal(null);
    point(button, 'pointerdown', 300, 300, { button: 2 });
    point(button, 'pointermove', 100, 100);
    expect(place(button), 'after a right click').to.deep.equal([116, 56]);
    point(button, 'pointerdown', 300, 300);
    captured.clear();
    point(button, 'pointermove', 100, 100);
    expect(place(button), 'once the browser has taken the pointer').to.deep.equal([116, 56]);
    undo?.();
    expect(place(mount(hostOf(new SpanStore())))).to.deep.equal([116, 56]);
  });

  it('is made small and large by keys and the right click, says so, and remembers it', async () => {
    const store = new SpanStore();
    addTrace(store, { name: 'a', endTime: undefined, children: [{ name: 'b', status: 'ERROR' }] });
    store.noteLoss('expired', 'lost');
    const button = mount(hostOf(store));
    await drawn();
    const seen = (of: HTMLElement) =>
      [...of.querySelectorAll('span, b, em')].filter((each) => each.getClientRects().length > 0).map(text);
    const all = ['1', '1', '1?'];
    expect(seen(button)).to.deep.equal(all);
    expect(button.title)
      .to.include(button.ariaDescription as string)
      .and.to.include('- or right click');
    const { width } = button.getBoundingClientRect();
    button.focus();
    press(button, '-');
    expect(seen(button)).to.deep.equal(['1']);
    expect(button.getBoundingClientRect().width).to.be.below(width - 20);
    expect(button.getBoundingClientRect().height).to.be.at.least(24);
    expect(button.ariaLabel).to.include('1 open spans, 1 errors, 1 lost contexts');
    expect(button.ariaDescription).to.include('+ or right click');
    undo?.();
    const next = mount(hostOf(store));
    expect(seen(next)).to.deep.equal(['1']);
    const menu = new MouseEvent('contextmenu', { bubbles: true, composed: true, cancelable: true });
    let heard = 0;
    document.addEventListener('contextmenu', () => heard++, { once: true });
    next.dispatchEvent(menu);
    expect([menu.defaultPrevented, heard]).to.deep.equal([true, 0]);
    expect(seen(next)).to.deep.equal(all);
    press(next, '-');
    press(next, '+');
    expect(seen(next)).to.deep.equal(all);
    expect(panel()).to.equal(null);
  });

  it('opens the panel with a click, hides meanwhile, and comes back when it is closed', async () => {
    const button = mount(hostOf(new SpanStore()));
    button.click();
    await opened();
    const launcher = document.querySelector('zonetrace-launcher') as HTMLElement;
    expect(launcher.hidden).to.equal(true);
    await drawn();
    expect(getComputedStyle(launcher).colorScheme).to.equal('light dark');
    command(panel() as Opened['panel'], 'theme');
    command(panel() as Opened['panel'], 'close');
    expect(launcher.hidden).to.equal(false);
    expect(getComputedStyle(launcher).colorScheme, 'the theme that was chosen in the panel').to.equal('light');
    expect(panel()).to.equal(null);
  });

  it('opens and closes with the shortcut, whatever character the keyboard makes of it', async () => {
    mount(hostOf(new SpanStore()));
    const keys = { altKey: true, shiftKey: true, code: 'KeyZ' };
    press(document.body, 'Ω', { ...keys, shiftKey: false });
    press(document.body, 'Ω', keys);
    await opened();
    press(document.body, 'Z', keys);
    expect(panel()).to.equal(null);
  });

  it('gives the focus to the panel that the reader opens, and back when it is closed', async () => {
    const store = new SpanStore();
    for (const name of ['a', 'b']) addTrace(store, { name });
    const field = document.createElement('input');
    document.body.append(field);
    field.focus();
    const button = mount(hostOf(store, { open: true }));
    await opened();
    await drawn();
    expect(document.activeElement).to.equal(field);
    const shortcut = { altKey: true, shiftKey: true };
    press(field, 'z', shortcut);
    button.click();
    await opened();
    await drawn();
    const list = panel()?.shadowRoot?.activeElement as Element;
    press(list.shadowRoot?.activeElement as Element, 'End');
    await drawn();
    expect(text(list.shadowRoot?.querySelector('[aria-selected=true] .cut'))).to.equal('a');
    press(list, 'z', shortcut);
    expect(document.activeElement).to.equal(field);
    field.remove();
  });

  it('leaves a shortcut without a modifier to who types', async () => {
    const field = document.createElement('input');
    document.body.append(field);
    mount(hostOf(new SpanStore(), { shortcut: 'q' }));
    press(field, 'q', { code: 'KeyQ' });
    await drawn();
    expect(panel()).to.equal(null);
    press(document.body, 'q', { code: 'KeyQ' });
    await opened();
    field.remove();
  });

  it('warns what to do when the panel cannot be loaded, and stays', async () => {
    const original = console.warn;
    const warnings: unknown[][] = [];
    console.warn = (...args) => warnings.push(args);
    try {
      const cause = new Error('refused');
      const button = mount({ ...hostOf(new SpanStore()), load: () => Promise.reject(cause) });
      button.click();
      await drawn();
      expect(warnings.length).to.equal(1);
      expect(warnings[0]?.[0]).to.match(/^zonetrace: the panel could not be loaded; .*Content-Security-Policy/);
      expect(warnings[0]?.[1]).to.equal(cause);
      expect((document.querySelector('zonetrace-launcher') as HTMLElement).hidden).to.equal(false);
    } finally {
      console.warn = original;
    }
  });

  it('opens at start where the page wants it, or where the reader left it open', async () => {
    mount(hostOf(new SpanStore(), { open: true }));
    await opened();
    undo?.();
    mount(hostOf(new SpanStore()));
    await opened();
  });

  it('leaves nothing behind when undone, the open panel included', async () => {
    const store = new SpanStore();
    const button = mount(hostOf(store));
    button.click();
    await opened();
    undo?.();
    undo?.();
    expect(document.querySelector('zonetrace-launcher, zonetrace-panel')).to.equal(null);
    press(document.body, 'Z', { altKey: true, shiftKey: true, code: 'KeyZ' });
    await drawn();
    expect(panel()).to.equal(null);
  });
});
