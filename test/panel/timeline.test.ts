import { expect } from 'chai';
import fc from 'fast-check';
import type { Lane } from '../../panel/draw/bars.js';
import type { Colours } from '../../panel/draw/painter.js';
import { PALETTE, THEME } from '../../panel/layout/colours.js';
import { linesOf, packLanes } from '../../panel/layout/lanes.js';
import { PageLanes } from '../../panel/timeline/page-lanes.js';
import { paintTimeline } from '../../panel/timeline/paint-timeline.js';
import { SpanStore } from '../../src/store/span-store.js';
import type { StoredTrace } from '../../src/store/stored-trace.js';
import { until } from '../until.js';
import {
  addTrace,
  all,
  drawn,
  inside,
  type LiveRecord,
  type Opened,
  openPanel,
  press,
  record,
  text,
} from './records.js';

const T = 1_000_000;

/** Two traces that overlap, and one after both; `b` failed. */
function storeOfPage() {
  const store = new SpanStore();
  const first = addTrace(store, {
    name: 'first',
    endTime: T + 100,
    children: [{ name: 'a', startTime: T + 10, endTime: T + 60 }],
  });
  const second = addTrace(store, { name: 'second', startTime: T + 50, endTime: T + 150, status: 'ERROR' });
  const third = addTrace(store, { name: 'third', startTime: T + 160, endTime: T + 200 });
  return { store, first, second, third };
}

function laidOut(store: SpanStore, chosen?: StoredTrace): PageLanes {
  const lanes = new PageLanes();
  lanes.prepare(store, store.traces, chosen, () => false);
  lanes.build(store, () => false);
  return lanes;
}

function rowsOn(lanes: readonly Lane[]): number[] {
  return lanes.flatMap(({ rows, count }) => Array.from(rows).slice(0, count));
}

const LIGHT: Colours = {
  palette: PALETTE.map(([light]) => light),
  theme: Object.fromEntries(Object.entries(THEME).map(([name, [light]]) => [name, light])) as Colours['theme'],
};

let opened: Opened | undefined;

async function open(store: SpanStore) {
  opened = await openPanel(store, { theme: 'light' });
  const buttons = all(inside(opened.panel, 'zonetrace-bar'), '.views button');
  buttons.find((button) => text(button) === 'Timeline')?.click();
  await drawn();
  const timeline = inside(opened.panel, 'zonetrace-timeline');
  const canvas = timeline.shadowRoot?.querySelector('canvas') as HTMLCanvasElement;
  const ratio = canvas.width / canvas.clientWidth;
  /** The colour in the middle of a lane, `part` of the page's time from its start. */
  const pixel = (part: number, lane: number) => [
    ...(canvas.getContext('2d') as CanvasRenderingContext2D).getImageData(
      Math.round(canvas.clientWidth * part * ratio),
      Math.round((lane * 16 + 3) * ratio),
      1,
      1,
    ).data,
  ];
  const at = (part: number, lane: number) => {
    const { left, top, width } = canvas.getBoundingClientRect();
    return { clientX: left + width * part, clientY: top + lane * 16 + 8, bubbles: true, composed: true };
  };
  const sight = all(timeline, '.sight')[0] as HTMLElement;
  const view = () =>
    all(timeline.shadowRoot?.querySelector('zonetrace-minimap') as Element, '[role=slider]')[0]?.getAttribute(
      'aria-valuetext',
    );
  const detail = () => text(inside((opened as Opened).panel, 'zonetrace-detail')?.shadowRoot?.querySelector('h2'));
  return { ...opened, timeline, canvas, pixel, at, sight, view, detail };
}

describe('the timeline of the page', () => {
  afterEach(() => {
    opened?.close();
    opened = undefined;
  });

  it('paints each span on a line of its own depth, traces that overlap below each other, errors red', async () => {
    const { pixel, canvas } = await open(storeOfPage().store);
    const painted = (part: number) => [1, 2, 3].map((lane) => pixel(part, lane)[3] === 255);
    expect(painted(0.02)).to.deep.equal([true, false, false]);
    expect(painted(0.27)).to.deep.equal([true, true, true]);
    expect(pixel(0.6, 3)).to.deep.equal([197, 34, 31, 255]);
    expect(pixel(0.6, 5), 'once more among the errors').to.deep.equal([197, 34, 31, 255]);
    expect(painted(0.78)).to.deep.equal([false, false, false]);
    expect(painted(0.9)).to.deep.equal([true, false, false]);
    expect(canvas.getAttribute('aria-label')).to.include('3 traces and 4 spans in 200 ms');
  });

  it('chooses the span that is clicked, and its trace with it', async () => {
    const { panel, timeline, sight, canvas, at, detail } = await open(storeOfPage().store);
    canvas.dispatchEvent(new MouseEvent('click', at(0.27, 2)));
    await drawn();
    expect(detail()).to.equal('a');
    expect(text(all(inside(panel, 'zonetrace-traces'), '[aria-selected=true] .cut')[0])).to.equal('first');
    expect(text(all(timeline, '[role=status]')[0])).to.include('a: 50.0 ms');
    sight.dispatchEvent(new PointerEvent('pointermove', at(0.6, 3)));
    expect(sight.title).to.equal('second: 100 ms, at 50.0 ms');
  });

  it('shows in the minimap where the span under the pointer is', async () => {
    const { timeline, sight, at } = await open(storeOfPage().store);
    const minimap = timeline.shadowRoot?.querySelector('zonetrace-minimap') as Element;
    const marked = async () => {
      await drawn();
      return all(minimap, '.hovered').map(({ style }) => `${style.left}+${style.width}`);
    };
    sight.dispatchEvent(new PointerEvent('pointermove', at(0.27, 2)));
    expect(await marked()).to.deep.equal(['5%+25%']);
    sight.dispatchEvent(new PointerEvent('pointermove', at(0.78, 2)));
    expect(await marked()).to.deep.equal([]);
    sight.dispatchEvent(new PointerEvent('pointermove', at(0.9, 1)));
    expect(await marked()).to.deep.equal(['80%+20%']);
    sight.dispatchEvent(new PointerEvent('pointerleave'));
    expect(await marked()).to.deep.equal([]);
  });

  it('draws a line through the lanes at the time that the pointer is at in the minimap', async () => {
    const { timeline } = await open(storeOfPage().store);
    const minimap = timeline.shadowRoot?.querySelector('zonetrace-minimap') as Element;
    const track = all(minimap, '.track')[0] as HTMLElement;
    const { left, width } = track.getBoundingClientRect();
    const lines = async () => {
      await drawn();
      return all(timeline, 'b').map(({ style }) => `${Number.parseFloat(style.left)}+${style.width}`);
    };
    track.dispatchEvent(new PointerEvent('pointermove', { clientX: left + width / 4 }));
    expect(await lines()).to.deep.equal(['25+0%']);
    track.dispatchEvent(new PointerEvent('pointerleave'));
    expect(await lines()).to.deep.equal([]);
  });

  it('is walked with the arrows, zooms with Enter and W, and shows all with 0', async () => {
    const { sight, view, detail } = await open(storeOfPage().store);
    const said: unknown[] = [];
    for (const key of ['ArrowRight', 'ArrowRight', 'Enter', 'Escape', 'ArrowLeft']) {
      press(sight, key);
      await drawn();
      said.push(`${detail()} ${view()}`);
    }
    expect(said).to.deep.equal([
      'first 0 ms to 200 ms of 200 ms',
      'a 0 ms to 200 ms of 200 ms',
      'a 10.0 ms to 60.0 ms of 200 ms',
      'a 0 ms to 200 ms of 200 ms',
      'first 0 ms to 200 ms of 200 ms',
    ]);
    press(sight, 'w', { code: 'KeyW' });
    await drawn();
    expect(view()).to.equal('25.0 ms to 175 ms of 200 ms');
    press(sight, '0', { code: 'Digit0' });
    await drawn();
    expect(view()).to.equal('0 ms to 200 ms of 200 ms');
  });

  it('says the chosen span to who does not see it', async () => {
    const { timeline, sight } = await open(storeOfPage().store);
    const said = () => text(all(timeline, '[role=status]')[0]);
    expect(said()).to.equal('');
    const heard: string[] = [];
    for (let i = 0; i < 4; i++) {
      press(sight, 'ArrowRight');
      await drawn();
      heard.push(said());
    }
    expect(heard).to.deep.equal([
      'first: 100 ms, at 0 ms, among spans',
      'a: 50.0 ms, at 10.0 ms, among spans',
      'second: 100 ms, at 50.0 ms, failed, among spans',
      'third: 40.0 ms, at 160 ms, among spans',
    ]);
  });

  it('dims what the filter does not find', async () => {
    const { timeline, pixel } = await open(storeOfPage().store);
    timeline.filter = ['third'];
    // A slow machine finds it in some later frame.
    await until(() => pixel(0.02, 1)[3] !== 255 && pixel(0.9, 1)[3] === 255);
    expect(pixel(0.02, 1)[3]).to.be.within(1, 128);
  });

  it('goes from match to match with Enter in the filter, both ways and round again', async () => {
    const { panel, detail } = await open(storeOfPage().store);
    const input = all(inside(panel, 'zonetrace-bar'), 'input')[0] as HTMLInputElement;
    input.value = 'd'; // second, third
    input.dispatchEvent(new Event('input', { bubbles: true }));
    await drawn();
    const seen: string[] = [];
    for (const shiftKey of [false, false, false, true, true]) {
      press(input, 'Enter', { shiftKey });
      await drawn();
      seen.push(detail());
    }
    expect(seen).to.deep.equal(['second', 'third', 'second', 'third', 'second']);
  });

  it('has nothing to be scrolled where all lanes have room', async () => {
    const { timeline } = await open(storeOfPage().store);
    const { scrollHeight, clientHeight } = all(timeline, '.scroller')[0] as HTMLElement;
    expect(scrollHeight).to.equal(clientHeight);
  });

  it('scrolls where there are more lanes than room', async () => {
    const store = new SpanStore();
    for (let i = 0; i < 59; i++) addTrace(store, { name: `t${i}`, startTime: T + i, endTime: T + 500 });
    const { timeline, pixel } = await open(store);
    expect(pixel(0.003, 5)[3]).to.equal(0);
    const scroller = all(timeline, '.scroller')[0] as HTMLElement;
    scroller.scrollTop = 55 * 16;
    await drawn();
    expect(scroller.scrollHeight).to.equal(60 * 16);
    const top = Math.round(scroller.scrollTop / 16);
    expect(pixel(top / 500 + 0.01, 1)[3]).to.equal(255);
    expect(pixel((top - 5) / 500, 1)[3]).to.equal(0);
  });
});

describe('the picture of the timeline', () => {
  it('names the bars that have room for it, and says where a name is cut', () => {
    const store = new SpanStore();
    addTrace(store, { name: 'a name that is longer than its bar', endTime: T + 100 });
    addTrace(store, { name: 'short', startTime: T + 200, endTime: T + 300 });
    addTrace(store, { name: 'none', startTime: T + 400, endTime: T + 410 });
    const { spans, sections } = laidOut(store);
    const context = new OffscreenCanvas(500, 40).getContext('2d') as unknown as CanvasRenderingContext2D;
    const written: string[] = [];
    context.fillText = (letters) => void written.push(letters);
    const source = { store, lanes: spans, size: store.size, openEnd: () => T, colourOf: () => 0 };
    const view = { source, colours: LIGHT, sections, ticks: [], top: 0, matches: undefined };
    paintTimeline(context, 500, 40, { ...view, range: { start: T, end: T + 500 }, selected: -1, selectedLane: -1 });
    expect(written).to.deep.equal(['spans', 'a name that is…', 'short']);
  });

  it('is of about 4,000 bars at most, however many are in sight', () => {
    const store = new SpanStore();
    const [lanes, spans] = [80, 300];
    for (let lane = 0; lane < lanes; lane++) {
      const children = Array.from({ length: spans }, (_, at) => ({
        name: 'step',
        startTime: T + at * 2,
        endTime: T + at * 2 + 1,
      }));
      addTrace(store, { name: 'all', endTime: T + spans * 2, children });
    }
    const { spans: on, sections } = laidOut(store);
    const [width, height] = [spans * 4, on.length * 16];
    const context = new OffscreenCanvas(width, height).getContext('2d') as unknown as CanvasRenderingContext2D;
    const { fillRect } = context;
    let bars = 0;
    context.fillRect = (...args) => {
      bars++;
      fillRect.apply(context, args);
    };
    const source = { store, lanes: on, size: store.size, openEnd: () => T, colourOf: () => 0 };
    const view = { source, colours: LIGHT, sections, ticks: [], top: 0, matches: undefined };
    const range = { start: T, end: T + spans * 2 };
    paintTimeline(context, width, height, { ...view, range, selected: -1, selectedLane: -1 });
    expect(store.size).to.be.greaterThan(24_000);
    expect(bars).to.be.within(2000, 4001);
  });
});

describe('PageLanes', () => {
  it('lets no two spans on a lane overlap, and follows a trace that grows', () => {
    const spans = fc.array(fc.tuple(fc.nat(50), fc.nat(30)), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(fc.array(spans, { minLength: 1, maxLength: 8 }), (traces) => {
        const store = new SpanStore();
        for (const each of traces) {
          const [[start, length], ...rest] = each as [[number, number], ...[number, number][]];
          const children = rest.map(([from, long]) => ({ name: 'c', startTime: T + from, endTime: T + from + long }));
          addTrace(store, { name: 'r', startTime: T + start, endTime: T + start + length, children });
        }
        const lanes = laidOut(store);
        expect(rowsOn(lanes.spans).sort((a, b) => a - b)).to.deep.equal(
          store.traces.flatMap(({ rows: own }) => own).sort((a, b) => a - b),
        );
        expect(lanes.sections).to.deep.equal([{ kind: 'spans', lane: 0 }]);
        for (let lane = 0; lane < lanes.count; lane++) {
          const own = rowsOn(lanes.spans.slice(lane, lane + 1));
          own.forEach((row, at) => {
            expect(lanes.laneOf(store, row)).to.equal(lane);
            if (at === 0) return;
            expect(store.startTimes[row]).to.be.at.least(store.endTimes[own[at - 1] as number] as number);
          });
        }
      }),
    );
  });

  it('is the same whether traces come, grow, end, fail and go one after the other or all at once', () => {
    const change = fc.oneof(
      fc.record({ adds: fc.nat(40), spans: fc.integer({ min: 1, max: 4 }), isLive: fc.boolean() }),
      fc.record({ at: fc.nat(20), does: fc.constantFrom('grows', 'ends', 'fails', 'goes') }),
    );
    fc.assert(
      fc.property(fc.array(change, { maxLength: 24 }), fc.nat(3), (changes, patience) => {
        const store = new SpanStore();
        const lanes = new PageLanes();
        const live = new Map<StoredTrace, LiveRecord[]>();
        const add = (trace: StoredTrace, from: number, length: number | undefined) => {
          const span = record('s', {
            startTime: T + from,
            endTime: length === undefined ? undefined : T + from + length,
            kind: from % 3 === 0 ? 'CLIENT' : 'INTERNAL',
          });
          live.get(trace)?.push(span);
          return store.addSpan(trace, span, -1, 'web');
        };
        const apply = (trace: StoredTrace, does: string) => {
          const spans = live.get(trace) as LiveRecord[];
          const row = trace.rows.at(-1) as number;
          const last = spans.at(-1) as LiveRecord;
          if (does === 'grows') add(trace, trace.startTime - T + spans.length * 3, 5);
          else if (does === 'goes') {
            store.maxSpans = Math.max(1, store.size);
            addTrace(store, { name: 'last', startTime: T + 90, endTime: T + 91 });
            store.maxSpans = 1000;
          } else if (does === 'fails') {
            last.status = 'ERROR';
            if (last.endTime !== undefined) store.amendSpan(row, last);
          } else {
            last.endTime ??= last.startTime + 7;
            store.endSpan(row, last);
            store.settleTrace(trace, 0);
          }
        };
        for (const each of changes) {
          if ('adds' in each) {
            const trace = store.beginTrace(T + each.adds) as StoredTrace;
            live.set(trace, []);
            for (let i = 0; i < each.spans; i++) add(trace, each.adds + i * 4, each.isLive ? undefined : 6);
            if (!each.isLive) store.settleTrace(trace, 0);
          } else {
            const here = store.traces.filter((trace) => live.has(trace));
            const trace = here[each.at % here.length];
            if (trace) apply(trace, each.does);
          }
          let looks = 0;
          lanes.prepare(store, store.traces, undefined, () => looks++ > patience);
          lanes.build(store, () => looks++ % 3 === 0);
        }
        lanes.prepare(store, store.traces, undefined, () => false);
        while (!lanes.build(store, () => true));
        const whole = laidOut(store);
        const seen = ({ spans, failed, sections, size }: PageLanes) => ({
          spans: spans.map((lane) => rowsOn([lane])),
          failed: failed.map((lane) => rowsOn([lane])),
          sections,
          size,
        });
        expect(seen(lanes)).to.deep.equal(seen(whole));
      }),
      { numRuns: 400 },
    );
  });

  it('is walked from its first span to its last by start, and back', () => {
    const spans = fc.array(fc.tuple(fc.nat(20), fc.nat(30)), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(spans, (made) => {
        const store = new SpanStore();
        for (const [start, length] of made)
          addTrace(store, {
            name: 'r',
            startTime: T + start,
            endTime: T + start + length,
            status: length % 2 ? 'OK' : 'ERROR',
          });
        const lanes = laidOut(store);
        const walk = (from: number, step: 1 | -1) => {
          const walked: number[] = [];
          for (let row = from, i = 0; i <= made.length; i++) {
            const next = lanes.nextOf(store, row, step);
            if (next === row) break;
            walked.push(next);
            row = next;
          }
          return walked;
        };
        const there = walk(-1, 1);
        expect(there.length).to.equal(made.length);
        expect(new Set(there).size).to.equal(made.length);
        const starts = there.map((row) => store.startTimes[row] as number);
        expect(starts).to.deep.equal([...starts].sort((a, b) => a - b));
        expect([there.at(-1), ...walk(there.at(-1) as number, -1)]).to.deep.equal(there.reverse());
      }),
    );
  });

  it('lays traces out bit by bit where there is no time for all, and shows those that are', () => {
    const { store } = storeOfPage();
    const lanes = new PageLanes();
    let looks = 0;
    expect(lanes.prepare(store, store.traces, undefined, () => looks++ > 0)).to.equal(false);
    lanes.build(store, () => false);
    expect(lanes.traces.length).to.equal(3);
    expect(lanes.size).to.equal(2);
    expect(lanes.prepare(store, store.traces, undefined, () => false)).to.equal(true);
    // The first was put together, so there are two to come.
    expect(lanes.build(store, () => true)).to.equal(false);
    expect(lanes.size).to.equal(3);
    expect(lanes.build(store, () => true)).to.equal(true);
    expect(lanes.size).to.equal(store.size);
    expect(rowsOn(lanes.failed).length).to.equal(2);
    expect(rowsOn(lanes.failed).every((row) => store.statuses[row] === 2)).to.equal(true);
  });

  it('has lanes of their own for each kind of span', () => {
    const store = new SpanStore();
    addTrace(store, {
      name: 'click "Save"',
      attributes: { 'event.type': 'click' },
      children: [
        { name: 'listener' },
        { name: 'POST /save', kind: 'CLIENT', status: 'ERROR' },
        { name: 'long frame', attributes: { 'long_frame.scripts': 1 } },
        { name: 'navigate /saved', attributes: { 'zonetrace.navigation.type': 'push' } },
      ],
    });
    addTrace(store, { name: 'web vital LCP', attributes: { 'web_vital.rating': 'good' } });
    const lanes = laidOut(store);
    expect(lanes.sections.map(({ kind, lane }) => `${lane} ${kind}`)).to.deep.equal([
      '0 interactions',
      '2 navigations',
      '4 web vitals',
      '6 long frames',
      '8 network',
      '10 spans',
      '12 errors',
    ]);
    expect(lanes.count).to.equal(14);
  });

  it('leaves out traces of another day, unless one of them is chosen', () => {
    const { store, first } = storeOfPage();
    const old = addTrace(store, { name: 'of a file', startTime: T - 1e9, endTime: T - 1e9 + 5 });
    expect(laidOut(store, first.trace).traces.length).to.equal(3);
    const lanes = laidOut(store, old.trace);
    expect(lanes.traces).to.deep.equal([old.trace]);
    expect(lanes.size).to.equal(1);
  });

  it('gives a line to each depth of a lane', () => {
    const made = [
      [0, 10],
      [1, 5],
      [2, 3],
      [4, 12],
    ] as const;
    const packed = packLanes(
      4,
      (at) => made[at]?.[0] ?? 0,
      (at) => made[at]?.[1] ?? 0,
    );
    expect([...packed.laneOf]).to.deep.equal([0, 0, 0, 1]);
    expect([...linesOf(packed).lineOf]).to.deep.equal([0, 1, 2, 3]);
    expect(linesOf(packed).count).to.equal(4);
  });
});
