import { sendMouse } from '@web/test-runner-commands';
import { expect } from 'chai';
import type { Logged } from '../fixtures/vitals.js';
import { openFrame } from '../frame.js';
import { frames } from '../frames.js';
import { skip } from '../skip.js';
import { until } from '../until.js';

interface VitalsPage {
  tracing: { stop(): Promise<void> };
  pageSpanId: string;
  slowBy(ms: number): void;
  shift(): void;
}

const supports = (type: string): boolean => PerformanceObserver.supportedEntryTypes.includes(type);

describe('the web vitals', () => {
  let frame: HTMLIFrameElement;
  let page: VitalsPage;
  let log: Logged[];

  async function open(query = ''): Promise<void> {
    frame = await openFrame(`/test/fixtures/vitals.html${query}`);
    frame.style.cssText = 'position: fixed; inset: 0; width: 800px; height: 500px; background: white';
    page = await until(() => {
      const loaded = frame.contentWindow as unknown as VitalsPage | null;
      return loaded?.pageSpanId ? loaded : undefined;
    });
    log = (window as unknown as { logOfPage: Logged[] }).logOfPage;
    await frames(3);
  }

  const last = (name: string, before = log.length): Logged | undefined =>
    log.slice(0, before).findLast((each) => each.name === name);

  function told(name: string, before?: number): Logged & { value: number } {
    const span = last(`web vital ${name}`, before);
    if (!span) throw new Error(`no ${name} among ${log.map((each) => each.name ?? each.what).join(', ')}`);
    const [event] = span.events;
    expect(event?.name).to.equal('browser.web_vital');
    expect(event?.attributes['name']).to.equal(name.toLowerCase());
    expect(event?.attributes['id']).to.be.a('string');
    expect(event?.attributes['delta']).to.be.a('number');
    expect(span.attributes['web_vital.rating']).to.be.oneOf(['good', 'needs-improvement', 'poor']);
    return { ...span, value: Number(event?.attributes['value']) };
  }

  async function click(id: string): Promise<void> {
    const element = frame.contentDocument?.getElementById(id) as HTMLElement;
    // By the platform's own function: no listener of the page, that would be traced.
    const listen = (element as unknown as { __zone_symbol__addEventListener: Element['addEventListener'] })
      .__zone_symbol__addEventListener;
    const clicked = new Promise((resolve) => listen.call(element, 'click', resolve, { once: true }));
    const { x, y } = element.getBoundingClientRect();
    await sendMouse({ type: 'click', position: [Math.round(x + 20), Math.round(y + 10)] });
    await clicked;
  }

  /** Resolves when the browser has told how long the click took, where it does. */
  function watchClick(id: string): Promise<void> {
    if (!supports('event')) return Promise.resolve();
    const { PerformanceObserver } = frame.contentWindow as unknown as typeof globalThis;
    return new Promise((resolve) => {
      new PerformanceObserver((list) => {
        const entries = list.getEntries() as PerformanceEventTiming[];
        if (entries.some(({ name, target }) => name === 'click' && (target as Element | null)?.id === id)) resolve();
      }).observe({ type: 'event', durationThreshold: 16 } as PerformanceObserverInit);
    });
  }

  /** The page goes for good: what it tells is what it has told by then. */
  async function leave(): Promise<void> {
    const gone = new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }));
    frame.src = 'about:blank';
    await gone;
    frame.remove();
  }

  describe('of a page from its load to its end', () => {
    let pageSpanId: string;
    let isPatched: boolean;
    let beforeInput: (string | undefined)[];
    let waitedForServer: boolean;
    let lastFlush: number;

    before(async () => {
      await open();
      ({ pageSpanId } = page);
      isPatched = Object.hasOwn(frame.contentWindow as object, 'addEventListener');
      await until(() => last('web vital TTFB') && last('web vital FCP'));
      const [entry] = (frame.contentWindow as Window).performance.getEntriesByType('navigation');
      waitedForServer =
        (entry as PerformanceNavigationTiming).responseStart > (entry as PerformanceNavigationTiming).requestStart;
      beforeInput = log.map(({ name }) => name);
      // Listeners that took any time would leave spans: web-vitals' are none of the page's.
      const { performance: clock } = frame.contentWindow as Window;
      let slow = 0;
      const { now } = clock;
      clock.now = () => now.call(clock) + 2 * slow++;
      const before = performance.now();
      await click('title');
      await frames(3);
      clock.now = now;
      // On a machine that was busy elsewhere this click may have been slow to be seen, many frames behind those here: the
      // other one takes longer.
      page.slowBy(performance.now() - before + 400);
      if (supports('largest-contentful-paint')) await until(() => last('web vital LCP'));
      const isMeasured = watchClick('slow');
      await click('slow');
      await until(() => last('click "Slow"'));
      // The browser tells of it once it has shown what came of it, on a busy machine many frames later.
      await isMeasured;
      page.shift();
      await frames(5);
      await leave();
      lastFlush = log.findLastIndex(({ what }) => what === 'flush');
    });

    it('tell the first byte and the first paint when they are there, in the trace of the page', () => {
      const firstByte = told('TTFB');
      const paint = told('FCP');
      expect(firstByte.parentSpanId).to.equal(pageSpanId);
      expect(firstByte.duration).to.be.closeTo(firstByte.value, 0.01);
      // A clock of whole milliseconds may see no time between the request and its answer.
      expect(firstByte.attributes['http.phase.request']).to.be.a(waitedForServer ? 'number' : 'undefined');
      expect(paint.parentSpanId).to.equal(pageSpanId);
      expect(paint.traceId).to.equal(firstByte.traceId);
      const { 'web_vital.time_to_first_byte': waited, 'web_vital.render_delay': rendered } = paint.attributes;
      expect(Number(waited) + Number(rendered)).to.be.closeTo(paint.duration ?? 0, 0.01);
    });

    it('tell the largest paint, with its element, once a person acts', function () {
      if (!supports('largest-contentful-paint')) skip(this, 'the browser does not measure it');
      expect(beforeInput).not.to.include('web vital LCP');
      const paint = told('LCP');
      expect(paint.attributes['web_vital.element']).to.equal('"A large heading that is painted first"');
      expect(paint.parentSpanId).to.equal(pageSpanId);
      expect(log.filter((each) => each.name === 'web vital LCP')).to.have.length(1);
    });

    it('have told the slowest interaction, linked to its root, before the last flush of the page', function () {
      if (!supports('event')) skip(this, 'the browser does not measure it');
      const slowest = told('INP', lastFlush);
      expect(slowest.parentSpanId).to.equal(pageSpanId);
      expect(slowest.attributes['web_vital.element'], JSON.stringify(slowest)).to.equal('"Slow"');
      expect(slowest.links, JSON.stringify(slowest)).to.deep.equal([{ spanId: last('click "Slow"')?.spanId }]);
      expect(slowest.attributes['interaction.processing_duration']).to.be.at.least(100);
      expect(slowest.duration).to.be.at.least(100);
    });

    it('have told the layout shifts, with what moved most, before that flush', function () {
      if (!supports('layout-shift')) skip(this, 'the browser does not measure it');
      const shifts = told('CLS', lastFlush);
      expect(shifts.attributes['web_vital.element']).to.match(/^"/);
      expect(shifts.attributes['web_vital.largest_shift']).to.be.a('number');
      expect(shifts.parentSpanId).to.equal(pageSpanId);
      expect(shifts.duration).to.equal(0);
    });

    it('are nothing of an interaction: a click whose listeners did nothing leaves nothing', () => {
      // On a machine that was busy elsewhere a person may have waited for the other click too.
      const isSlow = ({ attributes }: Logged) => Number(attributes['interaction.duration']) >= 200;
      const clicks = log.filter(
        (each) =>
          /^(click|listener)/.test(each.name ?? '') &&
          !(each.name === 'click "A large heading that is painted first"' && isSlow(each)),
      );
      expect(new Set(clicks.map(({ name }) => name))).to.deep.equal(new Set(['click "Slow"', 'listener']));
      expect(clicks).to.have.length(2);
    });

    it('leave addEventListener as it was', () => {
      expect(isPatched).to.equal(false);
    });
  });

  it('tell each change where they are asked to, and nothing after the end of tracing', async function () {
    if (!supports('largest-contentful-paint')) skip(this, 'the browser does not measure it');
    await open('?live');
    await until(() => last('web vital LCP'));
    await page.tracing.stop();
    const before = log.length;
    await leave();
    expect(log.length).to.equal(before);
  });
});
