import { sendMouse } from '@web/test-runner-commands';
import { expect } from 'chai';
import type { Span } from '../../src/index.js';
import type { TracedPage } from '../fixtures/traced-page.js';
import { skip } from '../skip.js';
import { closePages, ended, openTraced } from '../traced-page.js';
import { until } from '../until.js';

const navigations = (page: TracedPage) => page.collector.started.filter(({ name }) => name.startsWith('navigate '));
const types = (spans: readonly Span[]) =>
  spans.map(({ name, attributes }) => `${attributes['zonetrace.navigation.type']} ${name}`);

/** Runs in the page, in a listener of a click on its button. */
function onClick(page: TracedPage, script: string): void {
  page.eval(
    `document.querySelector('#go').onclick = async () => { ${script} }; document.querySelector('#go').click();`,
  );
}

const has = (name: string) => name in window;

/** Both ways, wherever the browser has the Navigation API. */
for (const api of ['Navigation API', 'History API']) {
  const query = `document?traced&options=${encodeURIComponent('{"instrument":{"documentLoad":false}}')}`;

  describe(`navigations, by the ${api}`, () => {
    let page: TracedPage;

    before(function () {
      if (api === 'Navigation API' && !has('navigation')) skip(this, 'the browser has none');
    });
    beforeEach(async () => {
      page = await openTraced(api === 'History API' ? `${query}&history` : query);
      await until(() => page.document.readyState === 'complete', 'the load');
    });
    afterEach(closePages);

    it('are children of the interaction that caused them, and last as long as its work', async () => {
      onClick(
        page,
        `await (await fetch('/test-server/headers')).text();
        history.pushState({ a: 1 }, '', '/shop/42?token=secret&page=2');
        await new Promise((resolve) => setTimeout(resolve, 60));`,
      );
      const span = await ended(page, 'navigate /shop/42');
      const root = await ended(page, 'click "Go"');
      expect(span.parent?.parent).to.equal(root);
      expect(span.attributes).to.include({
        'url.full': `${location.origin}/shop/42?token=REDACTED&page=2`,
        'zonetrace.navigation.type': 'push',
        'zonetrace.navigation.same_document': true,
      });
      expect(span.attributes['zonetrace.navigation.from']).to.match(/\/test-server\/page\/document\?traced/);
      expect(span.duration).to.be.at.least(55);
      expect(span.endTime).to.equal(root.endTime);
      expect(page.pageContext()).to.equal(span.context);
      expect(page.history.state).to.deep.equal({ a: 1 });
    });

    it('are over at once where nothing comes of them', async () => {
      page.eval(`history.pushState(null, '', '/alone')`);
      const span = await ended(page, 'navigate /alone');
      expect(span.parent).to.equal(undefined);
      expect(span.duration).to.equal(0);
      expect(span.attributes).not.to.have.property('zonetrace.max_duration_exceeded');
    });

    it('are none where the address only keeps the state of a page', () => {
      page.eval(`
        history.replaceState({ scroll: 1 }, '');
        history.replaceState({ scroll: 2 }, '', location.href);
        history.replaceState(null, '', '?filter=red');
        history.replaceState(null, '', '#top');
        history.pushState({ open: true }, '');
        history.pushState({ open: true }, '', location.href);
      `);
      expect(types(navigations(page))).to.deep.equal([]);
      page.eval(
        `history.replaceState(null, '', '/login'); history.pushState(null, '', '?page=2'); location.hash = '#/cart?x=1'`,
      );
      expect(types(navigations(page)).slice(0, 2)).to.deep.equal(['replace navigate /login', 'push navigate /login']);
    });

    it('are roots when a person goes back, with what the page does then', async () => {
      page.eval(`
        window.seen = [];
        addEventListener('popstate', () => { seen.push(zonetrace.getCurrentSpan()?.name); zonetrace.withSpan('render', () => {}); });
        history.pushState(null, '', '/a');
        history.pushState(null, '', '/b');
        setTimeout(() => history.back());
      `);
      await until(() => navigations(page).length === 3, 'the third navigation');
      const back = navigations(page)[2] as Span;
      const render = await ended(page, 'render');
      expect([back.name, back.parentSpanId, back.attributes['zonetrace.navigation.type']]).to.deep.equal([
        'navigate /a',
        undefined,
        'traverse',
      ]);
      expect(render.parent).to.equal(back);
      expect(page.eval('seen')).to.deep.equal(['navigate /a']);
      await until(() => back.endTime, 'its end');
      expect(back.endTime).to.be.at.least(render.endTime as number);
    });

    it('are one where the fragment changes, for all events that tell of it', async () => {
      page.eval(`
        window.seen = [];
        addEventListener('popstate', () => seen.push(zonetrace.getCurrentSpan()?.name));
        addEventListener('hashchange', () => seen.push(zonetrace.getCurrentSpan()?.name));
        setTimeout(() => { location.hash = '#/cart?token=1'; });
      `);
      await until(() => page.eval<string[]>('seen').length === 2, 'both events');
      const name = 'navigate /test-server/page/document#/cart';
      expect(navigations(page).map((span) => span.name)).to.deep.equal([name]);
      expect(page.eval('seen')).to.deep.equal([name, name]);
      page.eval(`dispatchEvent(new PopStateEvent('popstate'))`);
      expect(navigations(page)).to.have.length(1);
    });

    it('have their own events where the next one begins before all have come', async () => {
      page.eval(`
        window.seen = [];
        const note = ({ type }) => {
          const { name, attributes } = zonetrace.getCurrentSpan() ?? { attributes: {} };
          seen.push([type, attributes['zonetrace.navigation.type'], name].join(' '));
        };
        addEventListener('popstate', note);
        addEventListener('hashchange', note);
        setTimeout(() => { for (const fragment of ['#/a', '#/b', '#/a']) location.hash = fragment; });
      `);
      const seen = page.eval<string[]>('seen');
      await until(() => seen.length === 6, 'the events of three changes');
      // Without the Navigation API it is not known what script asked for.
      const type = api === 'Navigation API' ? 'push' : 'traverse';
      const told = (type: string, ...fragments: string[]) =>
        ['popstate', 'hashchange'].flatMap((event) =>
          fragments.map((fragment) => `${event} ${type} navigate /test-server/page/document${fragment}`),
        );
      expect(seen.splice(0)).to.deep.equal(told(type, '#/a', '#/b', '#/a'));
      expect(new Set(navigations(page)).size).to.equal(3);
      page.eval('setTimeout(() => { history.back(); history.back(); })');
      await until(() => seen.length === 4, 'the events of two steps back');
      // The second step may begin before the first has been told of, or after.
      expect(seen.splice(0)).to.have.members(told('traverse', '#/b', '#/a'));
      // From another path there is no `hashchange`, and the next one is not of that way back.
      page.eval(`history.pushState(null, '', '/elsewhere'); setTimeout(() => history.back());`);
      await until(() => seen.length === 1, 'the way back');
      page.eval(`
        history.pushState(null, '', location.pathname + location.search);
        setTimeout(() => { location.hash = '#/a'; });
      `);
      await until(() => seen.length === 3, 'the events of a change');
      expect(seen).to.deep.equal(
        ['popstate traverse', `popstate ${type}`, `hashchange ${type}`].map(
          (event) => `${event} navigate /test-server/page/document#/a`,
        ),
      );
    });

    it('stay live until the last event has told of them, and do not wait for one that does not come', async () => {
      page.eval(`
        window.seen = [];
        const note = ({ type }) => seen.push(type, zonetrace.getCurrentTrace()?.isIdle);
        addEventListener('popstate', note);
        setTimeout(() => { location.hash = '#/awaited'; });
      `);
      const seen = page.eval<unknown[]>('seen');
      await until(() => seen.length === 2, 'the first event');
      expect(seen).to.deep.equal(['popstate', false]);
      const told = navigations(page)[0] as Span;
      expect((await told.trace.settled).rootSpan).to.equal(told);
      if (api !== 'Navigation API') return;
      page.eval(`
        navigation.addEventListener('navigate', (event) => event.preventDefault(), { once: true });
        location.hash = '#/called-off';
      `);
      expect(page.location.hash).to.equal('#/awaited');
      const calledOff = navigations(page)[1] as Span;
      const since = performance.now();
      await calledOff.trace.settled;
      // Else it would last for the 30 s that any trace may.
      expect(performance.now() - since).to.be.below(15_000);
    });

    it('are bounded, and counted beyond', () => {
      page.eval(`for (let i = 0; i < 60; i++) history.pushState(null, '', '/feed/' + i);`);
      expect(navigations(page)).to.have.length(20);
      expect(page.location.pathname).to.equal('/feed/59');
      page.eval(
        `{ const { now } = performance; performance.now = () => now.call(performance) + 11_000; history.pushState(null, '', '/next'); }`,
      );
      const [next] = navigations(page).slice(20);
      expect(next?.attributes['zonetrace.navigation.dropped']).to.equal(40);
    });

    it('keep arguments, results and errors of History as they are', () => {
      const told = page.eval<unknown[]>(`
        const attempt = (call) => { try { return [call()]; } catch (error) { return [error.name, error.constructor === DOMException || error.constructor === TypeError]; } };
        [
          attempt(() => history.pushState({ deep: [1] }, 'title', '/ok', 'more')),
          attempt(() => history.pushState(() => {}, '', '/no')),
          attempt(() => history.pushState(null, '', 'https://elsewhere.example/')),
          attempt(() => history.pushState()),
          attempt(() => History.prototype.replaceState.call({}, null, '')),
          history.pushState.length, history.pushState.name, history.replaceState.length, String(history.pushState),
          history.state, location.pathname,
        ]`);
      expect(told.slice(0, 5)).to.deep.equal([
        [undefined],
        ['DataCloneError', true],
        ['SecurityError', true],
        ['TypeError', true],
        ['TypeError', true],
      ]);
      expect(told.slice(5, 8)).to.deep.equal([2, 'pushState', 2]);
      expect(told[8]).to.match(/native code/);
      expect(told.slice(9)).to.deep.equal([{ deep: [1] }, '/ok']);
      expect(types(navigations(page))).to.deep.equal(['push navigate /ok']);
    });

    it('leave the platform as it was when tracing stops', async () => {
      const bare = document.createElement('iframe');
      document.body.append(bare);
      const names = (target: object) => Object.getOwnPropertyNames(target).join();
      const { prototype } = (page as unknown as { History: typeof History }).History;
      const now = { pushState: prototype.pushState, replaceState: prototype.replaceState };
      expect(names(prototype)).to.equal(names((bare.contentWindow as Window & typeof globalThis).History.prototype));
      await page.tracing.stop();
      const { pushState, replaceState } = prototype;
      expect(pushState === now.pushState).to.equal(api === 'Navigation API');
      expect(Object.hasOwn(pushState, page.eval<string>('Zone.__symbol__("OriginalDelegate")'))).to.equal(false);
      expect(Object.hasOwn(replaceState, page.eval<string>('Zone.__symbol__("OriginalDelegate")'))).to.equal(false);
      const before = page.collector.started.length;
      page.eval(`history.pushState(null, '', '/after')`);
      expect(page.collector.started).to.have.length(before);
      expect(page.pageContext()).to.equal(undefined);
      bare.remove();
    });

    if (api === 'History API') return;

    it('end with their transition, whose handlers run in them', async () => {
      page.eval(`
        navigation.addEventListener('navigate', (event) => event.intercept({ async handler() {
          window.within = zonetrace.getCurrentSpan()?.name;
          await new Promise((resolve) => setTimeout(resolve, 70));
          zonetrace.withSpan('render', () => {});
        } }));
      `);
      onClick(page, `navigation.navigate('/products'); await new Promise((resolve) => { window.finish = resolve; });`);
      const span = await ended(page, 'navigate /products');
      expect(page.eval('within')).to.equal('navigate /products');
      expect(page.collector.named('render').parent).to.equal(span);
      expect(span.parent?.parent?.name).to.equal('click "Go"');
      expect(span.duration).to.be.at.least(65);
      expect(span.trace.rootSpan?.recording).to.equal(true);
      page.eval('finish()');
      const root = await ended(page, 'click "Go"');
      expect(root.endTime).to.be.greaterThan(span.endTime as number);
    });

    it('are roots from a link without listeners, and on the way back, with the handlers in them', async () => {
      page.eval(`
        window.within = [];
        navigation.onnavigate = (event) => {
          if (event.navigationType !== 'reload') event.intercept({ handler: async () => { within.push(zonetrace.getCurrentSpan()?.name); } });
        };
        document.querySelector('#link').click();
      `);
      const span = await ended(page, 'navigate /test-server/page/linked');
      expect([span.parentSpanId, page.location.pathname]).to.deep.equal([undefined, '/test-server/page/linked']);
      expect(page.pageContext()).to.equal(span.context);
      page.history.back();
      const back = await ended(page, 'navigate /test-server/page/document');
      expect([back.parentSpanId, back.attributes['zonetrace.navigation.type']]).to.deep.equal([undefined, 'traverse']);
      expect(page.eval('within')).to.deep.equal([span.name, back.name]);
    });

    it('are children of the click on a link that a router intercepts, whatever listens to it', async function () {
      const { prototype } = (page as unknown as { NavigateEvent: { prototype: object } }).NavigateEvent;
      if (!('sourceElement' in prototype)) skip(this, 'the browser does not tell who asked');
      page.eval(`
        navigation.onnavigate = (event) => event.intercept({ handler: async () => { zonetrace.withSpan('render', () => {}); } });
      `);
      const frame = page.frameElement as HTMLIFrameElement;
      for (const listener of ['', 'true', "zonetrace.withSpan('listening', () => {})"]) {
        page.collector.started.length = 0;
        page.collector.ended.length = 0;
        const link = page.document.querySelector('#link') as HTMLAnchorElement;
        link.href = `/test-server/page/linked-${listener.length}`;
        page.eval(`document.querySelector('#link').onclick = ${listener ? `() => { ${listener}; }` : 'null'}`);
        const [outer, inner] = [frame.getBoundingClientRect(), link.getBoundingClientRect()];
        await sendMouse({
          type: 'click',
          position: [Math.round(outer.x + inner.x + 5), Math.round(outer.y + inner.y + 5)],
        });
        const span = await ended(page, `navigate /test-server/page/linked-${listener.length}`);
        expect(span.parent?.name, listener).to.equal('click "Link"');
        expect((await ended(page, 'render')).parent).to.equal(span);
        const roots = page.collector.started.filter(({ parentSpanId }) => parentSpanId === undefined);
        expect(roots.map(({ name }) => name)).to.deep.equal(['click "Link"']);
        await ended(page, 'click "Link"');
      }
    });

    it('say what failed, and what another navigation called off', async () => {
      page.eval(`
        navigation.addEventListener('navigate', (event) => event.intercept({ async handler() {
          if (event.destination.url.endsWith('/bad')) throw new RangeError('no such product');
          if (event.destination.url.endsWith('/slow')) await new Promise(() => {});
        } }));
        navigation.navigate('/slow').finished.catch(() => {});
        navigation.navigate('/bad').finished.catch(() => {});
      `);
      const slow = await ended(page, 'navigate /slow');
      const bad = await ended(page, 'navigate /bad');
      expect([slow.status, slow.attributes['error.type']]).to.deep.equal(['UNSET', 'AbortError']);
      expect([bad.status, bad.statusMessage, bad.events[0]?.name]).to.deep.equal([
        'ERROR',
        'no such product',
        'exception',
      ]);
    });

    it('last until tracing stops where their transition goes on', async () => {
      page.eval(`
        navigation.onnavigate = (event) => event.intercept({ handler: () => new Promise(() => {}) });
        navigation.navigate('/endless').finished.catch(() => {});
      `);
      const [span] = navigations(page) as [Span];
      await page.eval<Promise<void>>('new Promise((resolve) => setTimeout(resolve, 30))');
      expect(span.recording).to.equal(true);
      await page.tracing.stop();
      expect(span.duration).to.be.at.least(25);
    });

    it('put `intercept` back, the identical function', async () => {
      const traced = page.eval<unknown>('NavigateEvent.prototype.intercept');
      await page.tracing.stop();
      const after = page.eval<unknown>('NavigateEvent.prototype.intercept');
      expect(after).not.to.equal(traced);
      page.eval(`window.again = zonetrace.startTracing({ panel: false })`);
      expect(page.eval<unknown>('NavigateEvent.prototype.intercept')).not.to.equal(after);
      await page.eval<Promise<void>>('again.stop()');
      expect(page.eval<unknown>('NavigateEvent.prototype.intercept')).to.equal(after);
    });
  });
}
