import { expect } from 'chai';
import { SpanStore } from '../../src/store/span-store.js';
import { addTrace, all, drawn, frame, inside, names, type Opened, openPanel, record, text } from './records.js';

/** ms that it takes to look at a span: a few of them are more than there is time for in a frame. */
const SLOW = 3;

const SPANS = 12;

/** Each span a trace; the last one that is looked at is "needle". */
function slowStore(): SpanStore {
  const store = new SpanStore();
  for (let i = 0; i < SPANS; i++) {
    const { trace } = addTrace(store, { name: 'first', startTime: 1_000_000 + i, endTime: 1_000_001 + i });
    const slow = record(i === 0 ? 'needle' : 'hay', { startTime: 1_000_000 + i, endTime: 1_000_001 + i });
    const { attributes } = slow;
    Object.defineProperty(slow, 'attributes', {
      get() {
        const until = performance.now() + SLOW;
        while (performance.now() < until);
        return attributes;
      },
    });
    store.addSpan(trace, slow, trace.rows[0] as number, 'web');
  }
  return store;
}

/** Lets frames go by until something is so; without end, as the runner has one. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await frame();
}

describe('the view that is held', () => {
  let opened: Opened;
  afterEach(() => opened.close());

  async function openHeld() {
    opened = await openPanel(slowStore());
    const hold = all(inside(opened.panel, 'zonetrace-bar'), '.hold')[0] as HTMLElement;
    hold.click();
    await drawn();
    expect(text(hold)).to.equal('Held');
    return opened;
  }

  it('is filtered to the end, however long that takes', async () => {
    const { panel } = await openHeld();
    const input = all(inside(panel, 'zonetrace-bar'), 'input[type=search]')[0] as HTMLInputElement;
    input.value = 'needle';
    input.dispatchEvent(new Event('input', { bubbles: true }));
    const list = inside(panel, 'zonetrace-traces');
    await until(() => names(list).length === 1);
    expect(all(list, '.row').length).to.equal(1);
  });

  it('lays out the timeline to the end, and finds in it all that the filter matches', async () => {
    const { panel } = await openHeld();
    const buttons = all(inside(panel, 'zonetrace-bar'), '.views button');
    buttons.find((button) => text(button) === 'Timeline')?.click();
    await drawn();
    const timeline = inside(panel, 'zonetrace-timeline');
    const minimap = timeline.shadowRoot?.querySelector('zonetrace-minimap') as Element;
    const size = () => all(minimap, 'canvas')[0]?.getAttribute('aria-label') ?? '';
    await until(() => size().startsWith(`Overview: ${2 * SPANS} spans`));
    const canvas = all(timeline, 'canvas')[0] as HTMLCanvasElement;
    const ratio = canvas.width / canvas.clientWidth;
    /** How much is seen of the bar in the middle of the lane. */
    const seen = (lane: number) => {
      const context = canvas.getContext('2d') as CanvasRenderingContext2D;
      return context.getImageData((canvas.width * 0.5) / SPANS, (lane * 16 + 3) * ratio, 1, 1).data[3];
    };
    const input = all(inside(panel, 'zonetrace-bar'), 'input[type=search]')[0] as HTMLInputElement;
    input.value = 'needle';
    input.dispatchEvent(new Event('input', { bubbles: true }));
    await until(() => seen(1) !== 255);
    await until(() => [1, 2].some((lane) => seen(lane) === 255));
  });
});
