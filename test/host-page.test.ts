import { expect } from 'chai';
import type { PanelHost } from '../panel/host.js';
import type * as Zonetrace from '../src/index.js';
import { openFrame, runIn } from './frame.js';
import { skip } from './skip.js';
import { until } from './until.js';

interface PageWindow extends Window {
  performance: Performance;
  zonetrace: typeof Zonetrace;
  second?: typeof Zonetrace;
  warnings: string[];
  violations: string[];
  Zone: { new (): { hello(): string }; current?: { name: string } };
}

const pause = (ms = 0) => new Promise<void>((resolve) => setTimeout(resolve, ms));

describe('the host page', () => {
  let frame: HTMLIFrameElement;
  let page: PageWindow;

  const open = async (path: string): Promise<void> => {
    frame = await openFrame(`/test/fixtures/${path}`);
    page = frame.contentWindow as unknown as PageWindow;
    await until(() => 'zonetrace' in page, 'the page has loaded zonetrace');
  };

  afterEach(() => frame.remove());

  it('works under a strict policy, overlay and all, without one violation', async () => {
    await open('page.html?csp=strict');
    const tracing = page.zonetrace.startTracing({ panel: 'open' });
    await until(() => page.document.querySelector('zonetrace-panel') !== null, 'the overlay is there');
    const button = page.document.querySelector('button') as HTMLButtonElement;
    button.addEventListener('click', () => page.zonetrace.withSpan('save', () => {}));
    button.click();
    await until(() => tracing.store.traces.some(({ settled }) => settled), 'the click is in the list');
    const panel = page.document.querySelector('zonetrace-panel') as HTMLElement;
    expect(panel.getBoundingClientRect().height).to.be.greaterThan(100);
    expect(page.violations).to.deep.equal([]);
    expect(page.warnings).to.deep.equal([]);
    await tracing.stop();
    expect(page.document.querySelector('zonetrace-panel')).to.equal(null);
  });

  it('finds nothing of ours among its performance marks, and no switch of Zone.js left on', async () => {
    await open('page.html');
    const entries = [...page.performance.getEntriesByType('mark'), ...page.performance.getEntriesByType('measure')];
    expect(entries.map(({ name }) => name)).to.deep.equal([]);
    expect(Object.keys(page).filter((name) => name.startsWith('__Zone_'))).to.deep.equal([]);
  });

  it('is told when its policy forbids the overlay, and is traced all the same', async function () {
    if (!('trustedTypes' in window)) skip(this, 'the browser has no Trusted Types');
    await open('page.html?csp=noPolicies');
    const tracing = page.zonetrace.startTracing({ panel: 'open' });
    await until(() => page.warnings.length > 0, 'there is a warning');
    expect(page.warnings).to.have.length(1);
    expect(page.warnings[0]).to.match(/^zonetrace: .*; .*/);
    const before = tracing.store.size;
    page.zonetrace.withSpan('work', () => {});
    expect(tracing.store.size).to.equal(before + 1);
    await tracing.stop();
  });

  it('uses the first of two copies, and is told so', async () => {
    await open('second-copy.html');
    await until(() => page.second !== undefined, 'the second copy is there');
    const { zonetrace, second } = page as Required<PageWindow>;
    expect(page.warnings).to.deep.equal([
      'zonetrace: a second copy of zonetrace was loaded and uses the first one; load it once',
    ]);
    const realm = page as unknown as { eval(source: string): unknown };
    const work = realm.eval(`async (span) => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      return zonetrace.getCurrentSpan() === span;
    }`) as (span: Zonetrace.Span) => Promise<boolean>;
    const seen = await second.withSpan('from the second', work);
    expect(second.withSpan).to.equal(zonetrace.withSpan);
    expect(seen).to.equal(true);
    const tracing = zonetrace.startTracing({ panel: 'open', instrument: false });
    await until(() => page.document.querySelector('zonetrace-panel'), 'the panel is open');
    const { panel } = page.document.querySelector('zonetrace-panel') as unknown as { panel: PanelHost };
    expect([...(panel.remarks ?? [])].map(({ message, count }) => [message, count])).to.deep.equal([
      ['a second copy of zonetrace was loaded and uses the first one; load it once', 1],
    ]);
    await tracing.stop();
  });

  it('uses the first of two Zone.js, whichever that is, also where the page wants an error of it, and is told in its panel', async () => {
    const second = [
      'a second zone.js was loaded and uses the first one; load it once, or first the version that the page needs',
      1,
    ];
    for (const [path, comesLater] of [
      ['page.html', true],
      ['zone-first.html', false],
    ] as const) {
      await open(path);
      const { zonetrace } = page;
      const tracing = zonetrace.startTracing({ panel: 'open', instrument: false });
      await until(() => page.document.querySelector('zonetrace-panel'), 'the panel is open');
      const { panel } = page.document.querySelector('zonetrace-panel') as unknown as { panel: PanelHost };
      const remarks = () => [...(panel.remarks ?? [])].map(({ message, count }) => [message, count]);
      if (comesLater) {
        expect(remarks()).to.deep.equal([]);
        const errors = await runIn(frame, async () => {
          const seen: unknown[] = [];
          window.onerror = (message) => seen.push(message);
          const scope = window as unknown as Record<string, unknown>;
          scope['__zone_symbol__forceDuplicateZoneCheck'] = true;
          const script = document.createElement('script');
          script.src = '/node_modules/zone.js/bundles/zone.umd.min.js';
          document.head.append(script);
          await new Promise((resolve) => script.addEventListener('load', resolve));
          return [...seen, Boolean(scope['__zone_symbol__forceDuplicateZoneCheck'])];
        });
        expect(errors).to.deep.equal([true]);
      }
      expect(remarks()).to.deep.equal([second]);
      expect(page.warnings).to.deep.equal([]);
      const kept = await zonetrace.withSpan('a', (span) =>
        runIn(
          frame,
          async (own) => {
            await new Promise((resolve) => setTimeout(resolve, 1));
            return (window as unknown as PageWindow).zonetrace.getCurrentSpan() === own;
          },
          span,
        ),
      );
      expect(kept).to.equal(true);
      await tracing.stop();
      frame.remove();
    }
  });

  it('keeps a Zone of its own that is not Zone.js, and spans in synchronous code', async () => {
    await open('strange-zone.html');
    expect(new page.Zone().hello()).to.equal('mine');
    const { zonetrace } = page;
    const seen = zonetrace.withSpan('outer', () => zonetrace.withSpan('inner', ({ parent }) => parent?.name));
    expect(seen).to.equal('outer');
    expect(zonetrace.getCurrentSpan()).to.equal(undefined);
    await zonetrace.withSpan('async', async () => {
      await pause();
    });
    expect(zonetrace.getCurrentSpan()).to.equal(undefined);
    zonetrace.startTracing({ panel: false }).stop();
  });

  it('may have loaded Zone.js first: await keeps the span, the promise is the native one again', async () => {
    await open('zone-first.html');
    const { zonetrace } = page;
    const realm = page as unknown as { eval(source: string): unknown };
    expect(String(realm.eval('Promise'))).to.contain('[native code]');
    const run = realm.eval(`(async (getCurrentSpan) => {
      const seen = [];
      const see = () => seen.push(getCurrentSpan()?.name);
      await undefined; see();
      await Promise.resolve(); see();
      await new Promise((resolve) => setTimeout(resolve, 1)); see();
      await fetch(location.href); see();
      await new Promise((resolve) => queueMicrotask(resolve)); see();
      Zone.current.fork({ name: 'other' }).run(see);
      Zone.assertZonePatched();
      return seen.join();
    })`) as (get: typeof zonetrace.getCurrentSpan) => Promise<string>;
    const tracing = zonetrace.startTracing({ panel: false });
    expect(await zonetrace.withSpan('a', () => run(zonetrace.getCurrentSpan))).to.equal('a,a,a,a,a,a');
    await tracing.stop();
  });

  it('may have a Zone.js of another build: zones are forked then, and as flat as ours', async () => {
    await open('other-zone.html');
    const realm = page as unknown as { eval(source: string): unknown };
    const run = realm.eval(`(async (withSpan, getCurrentSpan) => {
      const seen = [];
      for (let i = 0; i < 5; i++) {
        await withSpan('round ' + i, { root: true }, async () => {
          await undefined;
          await new Promise((resolve) => setTimeout(resolve, 1));
          let depth = 0;
          for (let zone = Zone.current; zone; zone = zone.parent) depth++;
          seen.push([getCurrentSpan().name, depth, Object.getPrototypeOf(Zone.current) === Object.getPrototypeOf(Zone.root)].join());
        });
      }
      return seen;
    })`) as (...args: unknown[]) => Promise<string[]>;
    const { withSpan, getCurrentSpan } = page.zonetrace;
    expect(await run(withSpan, getCurrentSpan)).to.deep.equal([0, 1, 2, 3, 4].map((i) => `round ${i},2,true`));
  });

  it('is told of each wrong option, once, and its defaults are used', async () => {
    await open('page.html');
    const options = {
      servce: 'x',
      settleTimer: 'soon',
      limits: { attributes: -1, colours: 3 },
      panel: 7,
      exporters: {},
    };
    const tracing = page.zonetrace.startTracing(options as never);
    page.zonetrace.startTracing();
    await tracing.stop();
    expect(page.warnings).to.have.length(7);
    for (const warning of page.warnings) expect(warning).to.match(/^zonetrace: .+[;] .+/);
  });
});
