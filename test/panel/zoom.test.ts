import { sendMouse } from '@web/test-runner-commands';
import { expect } from 'chai';
import { THEME } from '../../panel/layout/colours.js';
import { SpanStore } from '../../src/store/span-store.js';
import { skip } from '../skip.js';
import { addTrace, all, command, drawn, inside, type Opened, openPanel, press, text } from './records.js';

const T = 1_000_000;

let opened: Opened;

/** A trace of 100 ms: `a` from 20 to 40, `b` (failed) from 60 to 80. */
async function open() {
  const store = new SpanStore();
  addTrace(store, {
    name: 'root',
    children: [
      { name: 'a', startTime: T + 20, endTime: T + 40 },
      { name: 'b', startTime: T + 60, endTime: T + 80, status: 'ERROR' },
    ],
  });
  opened = await openPanel(store, { theme: 'light' });
  const tree = inside(opened.panel, 'zonetrace-trace');
  const axis = all(tree, '.head .axis')[0] as HTMLElement;
  const minimap = tree.shadowRoot?.querySelector('zonetrace-minimap') as HTMLElement;
  return { ...opened, tree, axis, minimap, grid: all(tree, '.scroller')[0] as HTMLElement };
}

/** What is in view, as a screen reader says it. */
function view(minimap: Element): string {
  return all(minimap, '[role=slider]')[0]?.getAttribute('aria-valuetext') ?? '';
}

/** The same in whole ms, as some browsers round where a pointer is. */
function rounded(minimap: Element): string {
  return (view(minimap).match(/[\d.]+/g) ?? [])
    .slice(0, 2)
    .map((ms) => Math.round(Number(ms)))
    .join(' to ');
}

function pointer(target: Element, type: string, x: number, more: PointerEventInit = {}): void {
  const { left, top, width } = target.getBoundingClientRect();
  const init = { clientX: left + width * x, clientY: top + 5, pointerId: 1, bubbles: true, composed: true };
  target.dispatchEvent(new PointerEvent(type, { button: 0, ...init, ...more }));
}

/** Without a real pointer there is none to capture. */
function drag(target: Element, from: number, to: number): void {
  const capture = Element.prototype.setPointerCapture;
  Element.prototype.setPointerCapture = () => {};
  try {
    pointer(target, 'pointerdown', from);
    pointer(target, 'pointermove', (from + to) / 2);
    pointer(target, 'pointermove', to);
    pointer(target, 'pointerup', to);
  } finally {
    Element.prototype.setPointerCapture = capture;
  }
}

describe('the time axis of a trace', () => {
  afterEach(() => opened.close());

  it('zooms about the pointer with W and S, pans with A and D, and shows all with 0', async () => {
    const { grid, axis, minimap } = await open();
    expect(view(minimap)).to.equal('0 ms to 100 ms of 100 ms');
    pointer(axis, 'pointermove', 0.2);
    press(grid, 'я', { code: 'KeyW' });
    await drawn();
    expect(rounded(minimap)).to.equal('5 to 80');
    press(grid, 'd', { code: 'KeyD' });
    await drawn();
    expect(rounded(minimap)).to.equal('16 to 91');
    press(grid, 'a', { code: 'KeyA' });
    press(grid, 'a', { code: 'KeyA' });
    await drawn();
    expect(rounded(minimap)).to.equal('0 to 75');
    press(grid, 's', { code: 'KeyS' });
    await drawn();
    expect(view(minimap)).to.equal('0 ms to 100 ms of 100 ms');
    press(grid, 'w', { code: 'KeyW' });
    press(grid, '0', { code: 'Digit0' });
    await drawn();
    expect(view(minimap)).to.equal('0 ms to 100 ms of 100 ms');
  });

  it('shows in the minimap where the span under the pointer is', async () => {
    const { tree, grid, minimap } = await open();
    const marked = () =>
      all(minimap, '.hovered').map(({ style }) => `${Number.parseInt(style.left, 10)}+${style.width}`);
    expect(marked()).to.deep.equal([]);
    pointer(all(tree, '.row')[1] as HTMLElement, 'pointermove', 0.1);
    await drawn();
    expect(marked()).to.deep.equal(['20+20%']);
    pointer(grid, 'pointerleave', 0);
    await drawn();
    expect(marked()).to.deep.equal([]);
  });

  it('relates a row, its bar and its place in the minimap, whichever of the first two the pointer is at', async function () {
    const { tree, axis, minimap } = await open();
    const pointTo = async (element: Element) => {
      const { left, top, width, height } = element.getBoundingClientRect();
      await sendMouse({ type: 'move', position: [Math.round(left + width / 2), Math.round(top + height / 2)] });
      await drawn();
    };
    try {
      await pointTo(axis);
    } catch {
      skip(this, 'the browser takes no mouse from the runner');
    }
    const [, a, b] = all(tree, '.row') as [HTMLElement, HTMLElement, HTMLElement];
    const probe = document.createElement('i');
    const colourOf = (element: HTMLElement) => getComputedStyle(element).backgroundColor;
    probe.style.backgroundColor = THEME.hover[0];
    document.body.append(probe);
    const related = () => [a, b].map((row) => colourOf(row) === colourOf(probe));
    const marked = () => all(minimap, '.hovered').map(({ style }) => style.left);
    expect([related(), marked()]).to.deep.equal([[false, false], []]);
    for (const place of ['.bar', '.cut', '.number']) {
      await pointTo(a.querySelector(place) as Element);
      expect([related(), marked()], place).to.deep.equal([[true, false], ['20%']]);
    }
    await pointTo(b.querySelector('.bar') as Element);
    expect([related(), marked()]).to.deep.equal([[false, true], ['60%']]);
    await pointTo(inside(opened.panel, 'zonetrace-bar'));
    expect([related(), marked()]).to.deep.equal([[false, false], []]);
    probe.remove();
  });

  it('draws a line through the rows at the time that the pointer is at in the minimap', async () => {
    const { tree, axis, minimap } = await open();
    const track = all(minimap, '.track')[0] as HTMLElement;
    const lines = () => all(tree, '.lines b').map((line) => line.getBoundingClientRect());
    pointer(track, 'pointermove', 0.3);
    await drawn();
    const bar = (row: number) => (all(tree, '.row .bar')[row] as HTMLElement).getBoundingClientRect();
    const [line] = lines() as [DOMRect];
    const box = axis.getBoundingClientRect();
    expect((line.left - box.left) / box.width).to.be.closeTo(0.3, 0.01);
    expect(line.width).to.equal(2);
    // Through the bar of `a`, as high as the rows, and beside that of `b`.
    expect(line.left).to.be.within(bar(1).left, bar(1).right);
    expect(line.top).to.be.at.most(bar(1).top);
    expect(line.bottom).to.be.at.least(bar(2).bottom);
    expect(line.right).to.be.below(bar(2).left);
    expect(view(minimap)).to.equal('0 ms to 100 ms of 100 ms');
    pointer(track, 'pointerleave', 0);
    await drawn();
    expect(lines()).to.deep.equal([]);
    drag(axis, 0.5, 0.9);
    pointer(track, 'pointermove', 0.3);
    await drawn();
    expect(lines(), 'of what is not in view').to.deep.equal([]);
    pointer(track, 'pointermove', 0.7);
    await drawn();
    expect(lines()).to.have.length(1);
  });

  it('leaves the keys to the page and to who types', async () => {
    const { panel, minimap } = await open();
    press(document.body, 'w', { code: 'KeyW' });
    press(all(inside(panel, 'zonetrace-bar'), 'input')[0] as HTMLElement, 'w', { code: 'KeyW' });
    await drawn();
    expect(view(minimap)).to.equal('0 ms to 100 ms of 100 ms');
  });

  it('focuses the selected span with F, and the ticks follow', async () => {
    const { tree, grid, axis, minimap } = await open();
    all(tree, '.row')[1]?.click();
    await drawn();
    press(grid, 'f', { code: 'KeyF' });
    await drawn();
    expect(view(minimap)).to.equal('20.0 ms to 40.0 ms of 100 ms');
    expect(text(axis)).to.include('20 ms').and.to.not.include('80 ms');
  });

  it('shows what a drag over the axis has marked, and does not take it for a click', async () => {
    const { panel, tree, axis, minimap } = await open();
    pointer(axis, 'pointerdown', 0.25);
    const capture = Element.prototype.setPointerCapture;
    Element.prototype.setPointerCapture = () => {};
    pointer(axis, 'pointermove', 0.5);
    Element.prototype.setPointerCapture = capture;
    await drawn();
    const marked = all(tree, '.lines b')[0]?.getBoundingClientRect() as DOMRect;
    expect(marked.width).to.be.closeTo(axis.getBoundingClientRect().width / 4, 2);
    pointer(axis, 'pointerup', 0.5);
    await drawn();
    expect(rounded(minimap)).to.equal('25 to 50');
    expect(all(tree, '.lines b')).to.deep.equal([]);
    const bar = all(tree, '.row .axis')[0] as HTMLElement;
    drag(bar, 0.2, 0.8);
    bar.dispatchEvent(new MouseEvent('click', { bubbles: true, detail: 1 }));
    await drawn();
    expect(inside(panel, 'zonetrace-detail')).to.equal(null);
    const [from, to] = (view(minimap).match(/[\d.]+/g) ?? []).map(Number) as [number, number];
    expect(to - from).to.be.closeTo(15, 2);
  });

  it('zooms with Ctrl and the wheel, pans with Shift, and scrolls with the wheel alone', async () => {
    const { axis, minimap } = await open();
    const wheel = (init: WheelEventInit) => {
      const { left, width } = axis.getBoundingClientRect();
      const event = new WheelEvent('wheel', { clientX: left + width / 2, bubbles: true, cancelable: true, ...init });
      axis.dispatchEvent(event);
      return event.defaultPrevented;
    };
    expect(wheel({ deltaY: -100, ctrlKey: true })).to.equal(true);
    await drawn();
    const zoomed = view(minimap);
    expect(zoomed).to.match(/^16\.\d ms to 83\.\d ms/);
    expect(wheel({ deltaY: -1000, shiftKey: true })).to.equal(true);
    await drawn();
    expect(view(minimap)).to.match(/^0 ms to/);
    expect(wheel({ deltaY: 100 })).to.equal(false);
  });
});

describe('the minimap', () => {
  afterEach(() => opened.close());

  it('paints the spans where they are, errors red, in the colours of the theme', async () => {
    const { panel, minimap } = await open();
    const canvas = minimap.shadowRoot?.querySelector('canvas') as HTMLCanvasElement;
    expect(canvas.ariaLabel ?? canvas.getAttribute('aria-label')).to.equal('Overview: 3 spans in 100 ms');
    const ratio = canvas.width / canvas.clientWidth;
    const pixel = (x: number, lane: number) => [
      ...(canvas.getContext('2d') as CanvasRenderingContext2D).getImageData(
        Math.round(canvas.clientWidth * x * ratio),
        Math.round((2 + lane * 3) * ratio),
        1,
        1,
      ).data,
    ];
    expect(pixel(0.5, 0)).to.deep.equal([60, 121, 209, 255]);
    expect(pixel(0.5, 1)).to.deep.equal([0, 0, 0, 0]);
    expect(pixel(0.3, 1)[3]).to.equal(255);
    expect(pixel(0.7, 2)).to.deep.equal([197, 34, 31, 255]);
    while (panel.theme !== 'dark') command(panel, 'theme');
    await drawn();
    expect(pixel(0.7, 2)).to.deep.equal([246, 145, 138, 255]);
  });

  it('is a slider: arrows move and zoom, Home and End go to the ends', async () => {
    const { minimap } = await open();
    const slider = all(minimap, '[role=slider]')[0] as HTMLElement;
    const said: string[] = [];
    for (const key of ['ArrowUp', 'ArrowLeft', 'End', 'Home', 'ArrowDown', '0']) {
      press(slider, key, key === '0' ? { code: 'Digit0' } : {});
      await drawn();
      said.push(view(minimap).replace(' of 100 ms', ''));
    }
    expect(said).to.deep.equal([
      '12.5 ms to 87.5 ms',
      '5.00 ms to 80.0 ms',
      '25.0 ms to 100 ms',
      '0 ms to 75.0 ms',
      '0 ms to 100 ms',
      '0 ms to 100 ms',
    ]);
  });

  it('gives a new window, a moved one and a longer one by the pointer, and all with a double click', async () => {
    const { minimap } = await open();
    const track = all(minimap, '.track')[0] as HTMLElement;
    const said: string[] = [];
    for (const [from, to] of [
      [0.2, 0.4],
      [0.3, 0.6],
      [0.7, 0.9],
      [0.1, 0.1],
    ] as const) {
      drag(track, from, to);
      await drawn();
      said.push(rounded(minimap));
    }
    expect(said).to.deep.equal(['20 to 40', '50 to 70', '50 to 90', '0 to 40']);
    track.dispatchEvent(new MouseEvent('dblclick', { bubbles: true }));
    await drawn();
    expect(view(minimap)).to.equal('0 ms to 100 ms of 100 ms');
  });
});
