import { expect } from 'chai';
import fc from 'fast-check';
import { fileOf, openFile } from '../../panel/files.js';
import { packLanes } from '../../panel/layout/lanes.js';
import { type PictureRow, pictureOf } from '../../panel/layout/picture.js';
import { SpanStore } from '../../src/store/span-store.js';
import { until } from '../until.js';
import { JAEGER, OTLP } from './formats/samples.js';
import { addTrace, all, drawn, inside, names, type Opened, openPanel, text } from './records.js';

const T = 1_000_000;

const fileWith = (content: unknown, name = 'saved.json') => new File([JSON.stringify(content)], name);

function storeWithTrace() {
  const store = new SpanStore();
  const { trace } = addTrace(store, {
    name: 'click <b>',
    children: [
      { name: 'a', startTime: T + 10, endTime: T + 60, attributes: { n: 1 } },
      { name: 'b', startTime: T + 40, endTime: T + 90, status: 'ERROR', service: 'api' },
    ],
  });
  return { store, trace };
}

describe('openFile', () => {
  it('adds the spans of a file to the store, once, also while paused', async () => {
    const store = new SpanStore();
    store.recording = false;
    const { trace } = await openFile(store, fileWith(JAEGER));
    expect(
      trace?.rows.map((row) => `${store.serviceOf(row)} ${store.record(row)?.name} ${store.parents[row]}`),
    ).to.deep.equal(['shop checkout -1', 'db sql 0']);
    expect(trace?.settled).to.equal(true);
    expect(store.recording).to.equal(false);
    expect(await openFile(store, fileWith(JAEGER))).to.deep.equal({ trace, remark: '' });
    expect(store.size).to.equal(2);
  });

  it('settles a trace with an open span: nothing of a file grows', async () => {
    const file = structuredClone(OTLP);
    file.resourceSpans[0]?.scopeSpans[0]?.spans.shift();
    const { trace } = await openFile(new SpanStore(), fileWith(file));
    expect([trace?.openSpans, trace?.settled]).to.deep.equal([1, true]);
  });

  it('makes room for a file that has more spans than a page keeps', async () => {
    const store = new SpanStore({ maxSpans: 1 });
    addTrace(store, { name: 'of the page' });
    await openFile(store, fileWith(JAEGER));
    expect(store.size).to.equal(3);
    expect(store.maxSpans).to.equal(3);
  });
});

describe('fileOf', () => {
  it('writes what openFile reads, in both formats', async () => {
    for (const what of ['otlp', 'chrome'] as const) {
      const { store, trace } = storeWithTrace();
      const file = await fileOf(store, trace, what, Date.now());
      const other = new SpanStore();
      const { trace: again } = await openFile(other, new File([file?.content ?? ''], 'x'));
      const tell = (from: SpanStore, rows: readonly number[]) =>
        rows
          .map((row) => {
            const { name, context, parentSpanId, startTime, endTime, status } = from.record(row) as NonNullable<
              ReturnType<SpanStore['record']>
            >;
            const length = Math.round((endTime ?? 0) - startTime);
            return [name, context.spanId, context.traceId, parentSpanId, length, status, from.serviceOf(row)].join(' ');
          })
          .sort();
      expect(tell(other, again?.rows ?? [])).to.deep.equal(tell(store, trace.rows));
    }
  });

  it('draws a picture that is well-formed, with a bar a span and errors red', async () => {
    const { store, trace } = storeWithTrace();
    const file = await fileOf(store, trace, 'svg', Date.now());
    const picture = new DOMParser().parseFromString((await file?.content.text()) ?? '', 'image/svg+xml');
    expect(picture.querySelector('parsererror')).to.equal(null);
    const bars = [...picture.querySelectorAll('g rect')];
    expect(bars.length).to.equal(3);
    expect(bars.map((bar) => bar.getAttribute('fill')).filter((fill) => fill === '#c5221f').length).to.equal(1);
    expect(Number(bars[1]?.getAttribute('width'))).to.be.closeTo(310, 1);
    expect(picture.querySelector('g text')?.textContent).to.equal('click <b>');
  });

  it('paints the same picture as PNG: bars where they are in the SVG, errors red', async () => {
    const { store, trace } = storeWithTrace();
    const file = await fileOf(store, trace, 'png', Date.now());
    expect(file?.name).to.match(/^trace-[\d-]+\.png$/);
    const image = await createImageBitmap(file?.content as Blob);
    expect([image.width, image.height]).to.deep.equal([2000, 5 * 22 * 2]);
    const context = new OffscreenCanvas(image.width, image.height).getContext(
      '2d',
    ) as OffscreenCanvasRenderingContext2D;
    context.drawImage(image, 0, 0);
    const { bar } = pictureOf(store, trace, 0).rows[2] as PictureRow;
    const at = (x: number) => [...context.getImageData(x * 2, (bar.y + 5) * 2, 1, 1).data];
    expect(at(bar.x + bar.width / 2)).to.deep.equal([197, 34, 31, 255]);
    expect(at(bar.x - 20)).to.deep.equal([255, 255, 255, 255]);
  });
});

describe('packLanes', () => {
  const spans = fc
    .array(fc.tuple(fc.nat(100), fc.nat(40)), { maxLength: 40 })
    .map((made) =>
      made.sort((a, b) => a[0] - b[0] || b[1] - a[1]).map(([start, length]) => [start, start + length] as const),
    );

  it('lets the spans of a lane only nest or follow each other', () => {
    fc.assert(
      fc.property(spans, (made) => {
        const { laneOf, count } = packLanes(
          made.length,
          (at) => made[at]?.[0] ?? 0,
          (at) => made[at]?.[1] ?? 0,
        );
        made.forEach(([start, end], i) => {
          expect(laneOf[i]).to.be.within(0, count - 1);
          for (let j = 0; j < i; j++) {
            if (laneOf[j] !== laneOf[i]) continue;
            const [from, to] = made[j] as readonly [number, number];
            const crosses = from < start && start < to && to < end;
            expect(crosses, `${from}-${to} and ${start}-${end}`).to.equal(false);
          }
        });
      }),
    );
  });
});

describe('the files of the panel', () => {
  let opened: Opened;
  afterEach(() => opened.close());

  async function drop(file: File) {
    const data = new DataTransfer();
    data.items.add(file);
    const target = opened.panel.shadowRoot?.querySelector('.panel') as HTMLElement;
    target.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
    // Until it is read.
    do await drawn();
    while (opened.panel.shadowRoot?.querySelector('[role=status]'));
  }

  it('are opened by dropping them, and an error is shown until it is closed', async () => {
    opened = await openPanel();
    const { panel } = opened;
    const notice = () => panel.shadowRoot?.querySelector('[role=alert]');
    await drop(fileWith(JAEGER));
    await until(() => names(inside(panel, 'zonetrace-trace')).length > 0, 'the spans of the file');
    expect(names(inside(panel, 'zonetrace-trace'))).to.deep.equal(['checkout shop', 'sql db']);
    await drop(fileWith({ data: [{ spans: [{ traceID: 'x' }] }] }, 'bad.json'));
    await until(notice, 'the error');
    expect(text(notice())).to.include('zonetrace: bad.json could not be read: data[0].spans[0].traceID: up to 32 hex');
    notice()?.querySelector('button')?.click();
    await drawn();
    expect(notice()).to.equal(null);
  });

  it('are saved from the list in the bar', async () => {
    const { store } = storeWithTrace();
    opened = await openPanel(store);
    const click = HTMLAnchorElement.prototype.click;
    const saved: string[] = [];
    HTMLAnchorElement.prototype.click = function () {
      saved.push(this.download);
    };
    try {
      const select = all(inside(opened.panel, 'zonetrace-bar'), 'select[aria-label=Save]')[0] as HTMLSelectElement;
      for (const what of [...select.options].map((option) => option.value).filter(Boolean)) {
        select.value = what;
        const before = saved.length;
        select.dispatchEvent(new Event('change'));
        await until(() => saved.length > before);
      }
    } finally {
      HTMLAnchorElement.prototype.click = click;
    }
    expect(saved.map((name) => name.replace(/[\d-]+/, ''))).to.deep.equal([
      'trace.otlp.json',
      'trace.otlp.json',
      'trace.chrome.json',
      'trace.chrome.json',
      'trace.svg',
      'trace.png',
    ]);
  });
});
