import { sendKeys, sendMouse } from '@web/test-runner-commands';
import { expect } from 'chai';
import {
  type Span,
  type SpanContext,
  type SpanProcessor,
  startTracing,
  type Tracing,
  withSpan,
} from '../../src/index.js';
import { interactionOf } from '../../src/instrumentation/event-timing.js';
import { Collector, macrotask, only, stopClock } from '../collect.js';
import { frames } from '../frames.js';
import { skip } from '../skip.js';
import { gc, survivors } from '../survivors.js';
import { until } from '../until.js';

const DURATION = 'interaction.duration';
const INPUT_DELAY = 'interaction.input_delay';
const PROCESSING = 'interaction.processing_duration';
const PRESENTATION = 'interaction.presentation_delay';

function busy(ms: number): void {
  const until = Date.now() + ms; // also where the clock is stopped
  while (Date.now() < until);
}

/** Real input: a page cannot make the events that Event Timing measures. */
async function clickOn(element: Element): Promise<void> {
  const { x, y, width, height } = element.getBoundingClientRect();
  await sendMouse({ type: 'click', position: [Math.round(x + width / 2), Math.round(y + height / 2)] });
}

describe('the timing of events', () => {
  let collector: Collector;
  let tracing: Tracing;
  let button: HTMLButtonElement;

  before(function () {
    if (!PerformanceObserver.supportedEntryTypes.includes('event')) skip(this, 'the browser has no Event Timing');
  });

  beforeEach(() => {
    collector = new Collector();
    tracing = startTracing({ processors: [collector], panel: false, instrument: only('interaction') });
    button = document.createElement('button');
    button.textContent = 'Pay';
    document.body.prepend(button);
  });

  afterEach(async () => {
    button.remove();
    await tracing.stop();
  });

  const measured = (name: string): Promise<Span> =>
    until(() => collector.started.find((span) => span.name === name && DURATION in span.attributes));
  const ms = (span: Span, name: string): number => Number(span.attributes[name]);

  it('blames a busy handler: its root has the processing time', async () => {
    button.addEventListener('click', () => busy(300));
    await clickOn(button);
    const root = await measured('click "Pay"');
    expect(root.parent).to.equal(undefined);
    expect(ms(root, PROCESSING)).to.be.at.least(250);
    expect(ms(root, DURATION)).to.be.at.least(290);
    const parts = ms(root, INPUT_DELAY) + ms(root, PROCESSING) + ms(root, PRESENTATION);
    expect(parts).to.be.closeTo(ms(root, DURATION), 1);
  });

  it('counts the press and the release as the click that they are', async () => {
    button.addEventListener('pointerdown', () => busy(120));
    button.addEventListener('pointerup', () => busy(120));
    button.addEventListener('click', () => busy(5));
    await clickOn(button);
    const root = await measured('click "Pay"');
    await until(() => ms(root, DURATION) >= 120);
    expect(ms(root, PROCESSING)).to.be.at.least(110);
    expect(collector.started.filter((span) => DURATION in span.attributes)).to.deep.equal([root]);
  });

  it('blames a long task before the handler: the root has the input delay', async function () {
    // Its driver makes the input on the page's own thread, where nothing can block it.
    if (navigator.userAgent.includes('Firefox')) skip(this, 'its driver clicks on the page’s own thread');
    let waited = 0;
    button.addEventListener('click', (event) => {
      waited = Math.max(1, performance.now() - event.timeStamp);
      busy(5);
    });
    // The browser is told to click while the page is blocked; where the click was earlier or later than that, once more.
    while (waited < 50) {
      waited = 0;
      const clicked = clickOn(button);
      setTimeout(() => busy(300), 0);
      await clicked;
      await until(() => waited > 0);
    }
    const last = collector.started.filter(({ name }) => name === 'click "Pay"').at(-1);
    const root = await until(() => last && DURATION in last.attributes && last);
    // The press and the release are of the interaction too, and come a little before the click.
    expect(ms(root, INPUT_DELAY)).to.be.within(waited / 3, waited + 20);
  });

  it('keeps an event whose listeners did nothing only where a person waited for it', async () => {
    button.addEventListener('click', () => {});
    const goOn = stopClock();
    await clickOn(button);
    await macrotask(300);
    // Nothing, or on a machine that was busy elsewhere what a person did wait for.
    for (const root of collector.started.splice(0)) expect(ms(root, DURATION)).to.be.at.least(200);
    collector.ended.length = 0;
    button.addEventListener('pointerup', () => busy(260));
    await clickOn(button);
    const root = await measured('click "Pay"');
    goOn();
    expect(ms(root, DURATION)).to.be.at.least(200);
    const trace = await root.trace.settled;
    expect(trace.spans).to.deep.equal([root]);
    expect(root.endTime).to.be.a('number');
    expect(collector.ended.filter(({ trace: { traceId } }) => traceId === trace.traceId)).to.deep.equal([root]);
    expect(tracing.store.traces.every(({ settled, openSpans }) => settled && openSpans === 0)).to.equal(true);
  });

  it('measures keys too', async () => {
    button.addEventListener('keydown', () => busy(150));
    button.focus();
    await sendKeys({ press: 'Escape' });
    const root = await measured('keydown Escape "Pay"');
    expect(ms(root, PROCESSING)).to.be.at.least(120);
  });

  it('tells the slowest of the keys typed into a field', async () => {
    const field = document.createElement('input');
    field.setAttribute('aria-label', 'City');
    document.body.prepend(field);
    let wait = 30;
    const times: number[] = [];
    field.addEventListener('input', ({ timeStamp }) => {
      times.push(timeStamp);
      busy(wait);
      wait = wait === 30 ? 160 : 20;
    });
    field.focus();
    await sendKeys({ type: 'a' });
    await until(() => times.length === 1, 'the first key');
    // A key that is painted with the slow one behind it has taken longer than that one.
    await frames(2);
    await sendKeys({ type: 'bc' });
    // A key before may have taken as long to be painted, and the one behind it may have waited as long.
    const isSlowest = (span: Span): boolean =>
      ms(span, DURATION) >= 150 && ms(span, INPUT_DELAY) + ms(span, PROCESSING) >= 140;
    const root = await until(
      () => collector.started.find((span) => span.name === 'input "City"' && isSlowest(span)),
      'the times of the slow key',
    );
    await root.trace.settled;
    field.remove();
    // One, but for the pauses of a machine that is slow to type.
    const pauses = times.filter((time, i) => i > 0 && time - Number(times[i - 1]) > 300).length;
    expect(collector.started.filter((span) => span.name === 'input "City"').length).to.be.at.most(1 + pauses);
  });

  it('keeps neither what was acted on nor what the store has given up', async function () {
    if (!gc) skip(this, 'only Chromium lets a test collect garbage');
    const refs: WeakRef<object>[] = [];
    const click = async (): Promise<void> => {
      const row = document.createElement('button');
      row.addEventListener('click', () => withSpan('handled', (span) => void refs.push(new WeakRef(span))));
      row.addEventListener('click', () => busy(30));
      document.body.prepend(row);
      await clickOn(row);
      await until(() =>
        tracing.store.traces.some(({ rows }) => DURATION in (tracing.store.record(rows[0] ?? -1)?.attributes ?? {})),
      );
      refs.push(new WeakRef(row));
      row.remove();
    };
    await tracing.stop();
    tracing = startTracing({ panel: false, instrument: only('interaction', 'longFrame') });
    for (let i = 0; i < 3; i++) {
      tracing.store.clear();
      await click();
    }
    // The last one is known as long as nothing else is clicked: to the interactions, and to the browser by its pointer.
    const earlier = refs.slice(0, -2);
    await clickOn(button);
    await until(() => tracing.store.traces.every(({ settled }) => settled));
    tracing.store.clear();
    expect(await survivors(earlier)).to.equal(0);
  });

  it('knows of a key that is held whose root it was, also when nobody has that root any more', async function () {
    if (!gc) skip(this, 'only Chromium lets a test collect garbage');
    const entries: PerformanceEventTiming[] = [];
    const observer = new PerformanceObserver((list) =>
      entries.push(...(list.getEntries() as PerformanceEventTiming[])),
    );
    observer.observe({ type: 'event', durationThreshold: 16 } as PerformanceObserverInit);
    await tracing.stop();
    const roots: WeakRef<Span>[] = [];
    const contexts: SpanContext[] = [];
    const processor: SpanProcessor = {
      onStart() {},
      onEnd(span) {
        if (span.parent) return;
        roots.push(new WeakRef(span));
        contexts.push(span.context);
      },
      async forceFlush() {},
      async shutdown() {},
    };
    tracing = startTracing({ processors: [processor], panel: false, instrument: only('interaction') });
    button.addEventListener('keydown', () => busy(60), { once: true });
    // By the platform's own function: the release is no event of ours.
    const { __zone_symbol__addEventListener: listen } = button as unknown as Record<
      string,
      Element['addEventListener']
    >;
    listen?.call(button, 'keyup', () => busy(60));
    button.focus();
    await sendKeys({ down: 'Escape' });
    await until(() => entries.some(({ name }) => name === 'keydown'));
    // The last one is known as long as nothing else happens.
    button.addEventListener('click', () => busy(30), { once: true });
    await clickOn(button);
    await until(() => roots.length === 2 && tracing.store.traces.every(({ settled }) => settled));
    tracing.store.clear();
    expect(await survivors(roots.slice(0, 1))).to.equal(0);
    await sendKeys({ up: 'Escape' });
    const released = await until(() => entries.find(({ name }) => name === 'keyup'));
    expect(interactionOf(released).root).to.deep.equal(contexts[0]);
    observer.disconnect();
  });

  it('does nothing after the end of tracing', async () => {
    button.addEventListener('click', () => busy(60));
    await tracing.stop();
    await clickOn(button);
    await macrotask(200);
    expect(collector.started).to.deep.equal([]);
  });
});
