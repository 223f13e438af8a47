import { mountPanel } from '../../../panel/index.ts';
import { SpanStore } from '../../../src/store/span-store.ts';

const NAMES = ['click "Save"', 'GET /api/items', 'render list', 'sql select', 'layout', 'POST /api/orders', 'listener'];
const IDS = { traceFlags: 3, isRemote: false };
let made = 0;

function recordOf(name, start, end, failed) {
  const id = (++made).toString(16);
  return {
    name,
    context: { traceId: id.padStart(32, '1'), spanId: id.padStart(16, '2'), ...IDS },
    parentSpanId: undefined,
    kind: name.includes('/api') ? 'CLIENT' : 'INTERNAL',
    startTime: start,
    endTime: end,
    status: failed ? 'ERROR' : 'OK',
    statusMessage: undefined,
    attributes: { 'http.request.method': 'GET', 'url.full': `https://shop.example/api/items?page=${made}` },
    events: [],
    links: [],
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

/** A trace of so many spans, four levels deep, that begins at `start`. */
function addTrace(store, start, spans) {
  const trace = store.beginTrace(start);
  const rows = [];
  for (let i = 0; i < spans; i++) {
    const from = start + i * 0.7;
    const record = recordOf(NAMES[i % NAMES.length], from, from + 3 + (i % 11) * 4, i % 97 === 96);
    rows.push(store.addSpan(trace, record, i === 0 ? -1 : rows[i < 4 ? i - 1 : (i >> 2) % i], 'shop'));
  }
  store.settleTrace(trace, 0);
  return trace;
}

const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));

/** ms from `act` until what it changed has been painted. */
async function painted(act) {
  const start = performance.now();
  act();
  await frame();
  await new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = resolve;
    port2.postMessage(0);
  });
  return performance.now() - start;
}

/** The longest time from frame to frame (ms) while `act` is called at each, and the longest script of one. */
async function frames(count, act) {
  let longest = 0;
  let busiest = 0;
  let last = await frame();
  for (let i = 0; i < count; i++) {
    const began = performance.now();
    act(i);
    const now = await frame();
    busiest = Math.max(busiest, performance.now() - began - Math.max(0, now - began));
    longest = Math.max(longest, now - last);
    last = now;
  }
  return { longest, busiest };
}

const within = (element, ...path) => path.reduce((at, selector) => at.shadowRoot.querySelector(selector), element);

const hostOf = (store) => ({ store, options: {}, load: async () => {}, runOutside: (fn) => fn() });

function fill(spans, perTrace) {
  localStorage.clear();
  const store = new SpanStore({ maxSpans: spans + 20_000 });
  const start = Date.now() - 600_000;
  for (let i = 0; i < spans / perTrace; i++) addTrace(store, start + i * 40, perTrace);
  return store;
}

/** Opens the panel in a page that has just been loaded, `rest` ms after its spans were made; and once more. */
async function measureOpen(spans, perTrace, rest) {
  const host = hostOf(fill(spans, perTrace));
  await new Promise((resolve) => setTimeout(resolve, rest));
  const open = () => {
    close = mountPanel(host);
  };
  let close;
  const first = await painted(open);
  close();
  await frame();
  const again = await painted(open);
  close();
  return { first, again };
}

async function measurePanel(spans, perTrace, rest) {
  const store = fill(spans, perTrace);
  const result = {};
  const host = hostOf(store);
  let close;
  result.open = await painted(() => {
    close = mountPanel(host);
  });
  const panel = document.querySelector('zonetrace-panel');
  // What is drawn after the first frame of an opening is no part of what comes then.
  await new Promise((resolve) => setTimeout(resolve, rest));
  const view = (label) =>
    [...within(panel, 'zonetrace-bar').shadowRoot.querySelectorAll('.views button')]
      .find((button) => button.textContent.trim() === label)
      .click();
  const list = within(panel, 'zonetrace-traces');
  result.sort = await painted(() => list.shadowRoot.querySelectorAll('.head button')[2].click());
  const input = within(panel, 'zonetrace-bar', 'input[type=search]');
  result.filter = await painted(() => {
    input.value = 'orders';
    input.dispatchEvent(new Event('input', { bubbles: true }));
  });
  await frame();
  input.value = '';
  input.dispatchEvent(new Event('input', { bubbles: true }));
  await frame();
  const tree = within(panel, 'zonetrace-trace');
  const toggle = tree.shadowRoot.querySelector('.toggle');
  result.collapse = await painted(() => toggle.click());
  await painted(() => tree.shadowRoot.querySelector('.toggle').click());
  const scroller = tree.shadowRoot.querySelector('.scroller');
  result.scroll = await frames(60, (i) => {
    scroller.scrollTop = i * 170;
  });
  result.timeline = await painted(() => view('Timeline'));
  await frame();
  const timeline = within(panel, 'zonetrace-timeline');
  result.zoom = await frames(40, (i) => timeline.timeKey(i < 20 ? 'KeyW' : 'KeyS'));
  result.pan = await frames(40, (i) => timeline.timeKey(i % 2 ? 'KeyA' : 'KeyD'));
  view('Trace');
  await frame();
  // 2,000 spans a second, as of 100 traces of 20.
  let now = Date.now();
  let due = 0;
  const arrive = () => {
    for (due += 2000 / 60; due >= 20; due -= 20) {
      now += 10;
      addTrace(store, now, 20);
    }
  };
  result.live = await frames(120, arrive);
  view('Timeline');
  await frame();
  result.liveTimeline = await frames(120, arrive);
  close();
  return result;
}

/** A file of Chrome's events: threads of 10,000 spans each, nested. */
function chromeFileOf(spans) {
  const parts = [];
  for (let i = 0; i < spans; i++) {
    const at = Math.floor(i / 10) * 50 + (i % 10);
    parts.push(
      `{"ph":"X","pid":1,"tid":${Math.floor(i / 10_000)},"ts":${at},"dur":${40 - 2 * (i % 10)},"name":"${NAMES[i % 7].replaceAll('"', '')}"}`,
    );
  }
  return new File([`[${parts.join(',')}]`], 'trace.json', { type: 'application/json' });
}

/** A file of OTLP: traces of 1,000 spans each, nested. */
function otlpFileOf(spans) {
  const parts = [];
  const idOf = (i) => i.toString(16).padStart(16, '2');
  for (let i = 0; i < spans; i++) {
    const start = 1_764_500_000_000_000_000n + BigInt(Math.floor(i / 10) * 50_000 + (i % 10) * 1000);
    const end = start + BigInt(40_000 - 2000 * (i % 10));
    const trace = Math.floor(i / 1000)
      .toString(16)
      .padStart(32, '1');
    const parent = i % 10 === 0 ? '' : `,"parentSpanId":"${idOf(i - 1)}"`;
    const name = NAMES[i % 7].replaceAll('"', '');
    parts.push(
      `{"traceId":"${trace}","spanId":"${idOf(i)}"${parent},"name":"${name}","kind":1,"startTimeUnixNano":"${start}","endTimeUnixNano":"${end}","status":{}}`,
    );
  }
  const resource = '{"attributes":[{"key":"service.name","value":{"stringValue":"shop"}}]}';
  const head = `{"resourceSpans":[{"resource":${resource},"scopeSpans":[{"scope":{"name":"x"},"spans":[`;
  return new File([head, parts.join(','), ']}]}]}'], 'otlp.json', { type: 'application/json' });
}

const FILES = { chrome: chromeFileOf, otlp: otlpFileOf };

/** Opens a file, with the longest time from frame to frame meanwhile, and pans in its timeline; stays open. */
async function measureFile(format, spans) {
  localStorage.clear();
  const store = new SpanStore();
  mountPanel(hostOf(store));
  const panel = document.querySelector('zonetrace-panel');
  const file = FILES[format](spans);
  // One that was made in the page is on its way to the browser for a second yet, which no file of a reader's is.
  await file.slice(-1).arrayBuffer();
  // The first frame after the making of the file is late itself.
  await frame();
  let last = await frame();
  const start = performance.now();
  const transfer = new DataTransfer();
  transfer.items.add(file);
  const event = new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true });
  panel.shadowRoot.querySelector('.panel').dispatchEvent(event);
  let longest = 0;
  while (store.size < spans) {
    const now = await frame();
    longest = Math.max(longest, now - last);
    last = now;
    const fault = panel.shadowRoot.querySelector('[role=alert]');
    if (fault) throw new Error(fault.textContent);
  }
  await frame();
  const open = performance.now() - start;
  const timeline = await painted(() =>
    [...within(panel, 'zonetrace-bar').shadowRoot.querySelectorAll('.views button')][1].click(),
  );
  await frame();
  const view = within(panel, 'zonetrace-timeline');
  for (let i = 0; i < 6; i++) view.timeKey('KeyW');
  const pan = await frames(30, (i) => view.timeKey(i % 2 ? 'KeyA' : 'KeyD'));
  view.timeKey('Digit0');
  const zoom = await frames(40, (i) => view.timeKey(i < 20 ? 'KeyW' : 'KeyS'));
  return { open, longest, timeline, pan, zoom, file: file.size };
}

globalThis.bench = { measureOpen, measurePanel, measureFile };
