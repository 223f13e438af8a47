import { expect } from 'chai';
import type * as Zonetrace from '../../src/index.js';
import { Collector, withOptions } from '../collect.js';
import { openFrame, runIn } from '../frame.js';
import { hurry, newReceiver } from '../pipeline/receiver.js';
import { until } from '../until.js';

interface FaultPage extends Window {
  zonetrace: typeof Zonetrace;
  warnings: string[];
  calls: unknown[][];
  added: number;
  refused: number;
  errors: string[];
  allWarnings: string[];
  isZoneKept(): boolean;
  Promise: PromiseConstructor;
  fetch: typeof fetch;
  EventTarget: typeof EventTarget;
  eval(source: string): unknown;
}

/** What a page does; what it sees of it. Runs in the page's realm. */
async function work(): Promise<{ result: string; spans: (string | undefined)[] }> {
  const { zonetrace } = window as unknown as FaultPage;
  const spans: (string | undefined)[] = [];
  const see = () => spans.push(zonetrace.getCurrentSpan()?.name);
  const result = await zonetrace.withSpan('work', async () => {
    await null;
    see();
    const response = await fetch('/test-server/status?code=200&of=page');
    const { code } = await response.json();
    see();
    await new Promise((resolve) => setTimeout(resolve, 5));
    see();
    const xhr = new XMLHttpRequest();
    xhr.open('GET', '/test-server/status?code=201');
    await new Promise((resolve) => {
      xhr.addEventListener('load', resolve);
      xhr.send();
    });
    see();
    let clicked = '';
    const button = document.getElementById('button') as HTMLElement;
    button.addEventListener('click', () => {
      clicked = zonetrace.withSpan('save', () => 'clicked');
    });
    button.click();
    return `${code} ${xhr.status} ${clicked}`;
  });
  return { result, spans };
}

/** What the page calls Zone; see test/fixtures/faults/before.js. */
const ZONES = [
  'aClass',
  'aVar',
  'aClassOfAScript',
  'anEmptyLet',
  'null',
  'anElement',
  'readOnly',
  'aGetter',
  'aGetterThatThrows',
  'aProxyThatThrows',
  'withoutPatches',
  'patchesThatThrow',
  'patchesWithNothing',
  'patchesWithNonsense',
  'patchesThatDoNothing',
  'locked',
  'aLockedGetter',
  'aLockedGetterThatThrows',
  'aLockedProxyThatThrows',
  'aLockedZoneOfNothing',
  'frozenZoneJs',
  'frozenPrototypeOfZoneJs',
  'zoneJsAndFrozenPrototypes',
];

const RIGHT = '200 201 clicked';
const FOUND = ['work', 'work', 'work', 'work'];

describe('faults: the host page', function () {
  this.timeout(30_000);
  let frame: HTMLIFrameElement;
  let page: FaultPage;
  let collector: Collector;
  let tracing: Zonetrace.Tracing;

  const open = async (...faults: string[]): Promise<void> => {
    const query = faults.map((fault) => `before=${fault}`).join('&');
    frame = await openFrame(`/test/fixtures/faults/page.html?${query}`);
    page = frame.contentWindow as unknown as FaultPage;
    await until(() => page.zonetrace, 'the page has loaded zonetrace');
    collector = new Collector();
  };
  const start = (options: Zonetrace.TracingOptions = {}): void => {
    tracing = page.zonetrace.startTracing({
      panel: false,
      processors: [collector],
      instrument: withOptions({ fetch: true, xhr: true, interaction: true, error: true }),
      ...options,
    });
  };
  const names = () => collector.started.map(({ name }) => name);
  afterEach(async () => {
    await tracing?.stop();
    frame.remove();
  });

  /** Works in the page, and expects everything as it would be without the fault. */
  const expectNormal = async (found: (string | undefined)[] = FOUND): Promise<void> => {
    const { result, spans } = await runIn(frame, work);
    expect(result).to.equal(RIGHT);
    expect(spans).to.deep.equal(found);
    expect(page.errors).to.deep.equal([]);
    expect(names()).to.include.members(['work', 'GET /test-server/status', 'save']);
  };

  it('with frozen prototypes works as before, and is traced as far as they allow', async () => {
    await open('frozenPrototypes');
    start();
    const { result } = await runIn(frame, work);
    expect(result).to.equal(RIGHT);
    expect(page.errors).to.deep.equal([]);
    expect(names()).to.include('work');
    for (const warning of page.warnings) expect(warning).to.match(/^zonetrace: .+; .+/);
  });

  it('that freezes its prototypes after us works as before', async () => {
    await open();
    start();
    page.eval(
      'for (const each of [Object, Function, Array, Promise, EventTarget, XMLHttpRequest, Response]) Object.freeze(each.prototype)',
    );
    await expectNormal();
    await tracing.stop();
    const { result } = await runIn(frame, work);
    expect(result).to.equal(RIGHT);
  });

  it('that replaced fetch before us has each call, with its own arguments', async () => {
    await open('replacedFetch');
    start();
    await expectNormal();
    expect(page.calls).to.have.length(1);
    expect(page.calls[0]?.[0]).to.equal('/test-server/status?code=200&of=page');
  });

  it('that replaces fetch after us keeps its replacement, also when tracing stops', async () => {
    await open();
    start();
    page.eval(`{
      const { fetch } = window;
      window.calls = [];
      window.mine = window.fetch = function (...args) { calls.push(args); return fetch.apply(this, args); };
    }`);
    await expectNormal();
    expect(page.calls).to.have.length(1);
    await tracing.stop();
    expect(page.eval('window.fetch === window.mine')).to.equal(true);
    const before = tracing.store.size;
    const sent = await runIn(frame, async () => (await (await fetch('/test-server/headers')).json()) as object);
    expect(sent).not.to.have.property('traceparent');
    expect(tracing.store.size).to.equal(before);
  });

  for (const fault of ['replacedPromise', 'polyfilledPromise']) {
    it(`with a Promise of its own (${fault}) keeps it, and spans follow`, async () => {
      await open(fault);
      const own = page.Promise;
      start();
      await expectNormal();
      expect(page.Promise).to.equal(own);
      await tracing.stop();
      expect(page.Promise).to.equal(own);
    });
  }

  it('that replaces Promise after us keeps it, and spans follow', async () => {
    await open();
    start();
    page.eval('window.Promise = class PagePromise extends Promise {}');
    await expectNormal();
    await tracing.stop();
    expect(page.eval('Promise.name')).to.equal('PagePromise');
  });

  it('that replaced addEventListener before us sees every listener of its own', async () => {
    await open('replacedAddEventListener');
    start();
    const before = page.added;
    await expectNormal();
    expect(page.added - before).to.be.at.least(2);
  });

  it('that replaces addEventListener after us keeps it, and removes what it added', async () => {
    await open();
    start();
    page.eval(`{
      const { addEventListener } = EventTarget.prototype;
      window.added = 0;
      window.mine = EventTarget.prototype.addEventListener = function (...args) { added++; return addEventListener.apply(this, args); };
    }`);
    await expectNormal();
    expect(page.added).to.be.at.least(2);
    await tracing.stop();
    expect(page.eval('EventTarget.prototype.addEventListener === window.mine')).to.equal(true);
    const calls = page.eval(`(() => {
      let calls = 0;
      const listener = () => calls++;
      const target = new EventTarget();
      target.addEventListener('x', listener);
      target.dispatchEvent(new Event('x'));
      target.removeEventListener('x', listener);
      target.dispatchEvent(new Event('x'));
      return calls;
    })()`);
    expect(calls).to.equal(1);
  });

  it('that may store nothing is traced, exported, and remembers its session in memory', async () => {
    const undo = hurry();
    const receiver = await newReceiver('503', 'ok');
    await open('noStorage');
    start({ exporters: [new page.zonetrace.OtlpHttpExporter({ url: receiver.url })], panel: 'open' });
    await expectNormal();
    await until(() => collector.named('work').trace.state === 'settled');
    const { attributes } = collector.named('work').trace;
    expect(attributes['session.id']).to.match(/^[\da-f]{32}$/);
    await tracing.flush();
    await until(() => tracing.stats.exported > 0, 'the spans have been sent');
    expect(tracing.stats.stored).to.equal(0);
    undo();
  });

  it('whose storage is full keeps spans in memory, and sends them', async () => {
    const receiver = await newReceiver('503', 'ok');
    await open('fullStorage');
    start({ exporters: [new page.zonetrace.OtlpHttpExporter({ url: receiver.url })] });
    await expectNormal();
    await until(() => collector.named('work').trace.state === 'settled');
    await tracing.flush();
    await until(() => tracing.stats.exported > 0, 'the spans have been sent');
    const { exported, queued, stored, dropped } = tracing.stats;
    expect(exported + queued).to.equal(collector.ended.length);
    expect({ stored, dropped }).to.deep.equal({ stored: 0, dropped: {} });
  });

  it('whose visibility cannot be asked for is traced, navigations too, and told once', async () => {
    await open('brokenVisibility');
    start({ instrument: withOptions({ navigation: true, fetch: true, xhr: true, interaction: true }) });
    page.eval('document.dispatchEvent(new Event("visibilitychange"))');
    await expectNormal();
    page.eval('history.pushState(null, "", "?there")');
    await until(() => names().some((name) => name.startsWith('navigate ')), 'the navigation');
    expect(page.allWarnings).to.deep.equal([
      'zonetrace: the source "visibility" could not be started and the others go on; see the cause',
    ]);
  });

  it('that put things on Object.prototype finds none of them in a span', async () => {
    await open('pollutedObject');
    start();
    await expectNormal();
    for (const { attributes } of collector.started) expect(Object.keys(attributes)).not.to.include('polluted');
  });
});

describe('faults: a page', () => {
  it('that calls something else Zone, or has frozen its Zone.js, keeps it, and spans in synchronous code, and is told once', async () => {
    const see = async (zone: string): Promise<unknown> => {
      const path = /ZoneJs/i.test(zone) ? 'zone-first' : 'zone';
      const its = await openFrame(`/test/fixtures/faults/${path}.html?zone=${zone}`);
      const page = its.contentWindow as unknown as FaultPage;
      await until(() => page.zonetrace || page.errors.length > 0, `zonetrace beside ${zone}`);
      const seen = await runIn(its, async () => {
        const { zonetrace } = window as unknown as FaultPage;
        const parent = zonetrace?.withSpan('outer', () => zonetrace.withSpan('inner', (span) => span.parent?.name));
        const { status } = await fetch('/test-server/status?code=200');
        await new Promise((resolve) => setTimeout(resolve, 1));
        return { parent, status };
      });
      const { errors, allWarnings } = page;
      const result = { ...seen, errors, warnings: allWarnings, isKept: page.isZoneKept() };
      its.remove();
      return result;
    };
    const seen = await Promise.all(ZONES.map(see));
    const right = {
      parent: 'outer',
      status: 200,
      errors: [],
      warnings: [
        'zonetrace: Zone.js could not be loaded, so spans are kept in synchronous code only; call nothing else of the page Zone, and load zonetrace before prototypes are frozen',
      ],
      isKept: true,
    };
    expect(Object.fromEntries(ZONES.map((zone, i) => [zone, seen[i]]))).to.deep.equal(
      Object.fromEntries(ZONES.map((zone) => [zone, right])),
    );
  });
});
