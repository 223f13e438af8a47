import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { findBrowser } from '../../scripts/browsers.js';
import { comes, launch } from './spans-page.js';

const DIST = fileURLToPath(new URL('../../dist', import.meta.url));
const SCRIPT = /^\/zonetrace\.[\w.-]+\.js$/;

/** A page whose options of the overlay are in its address; `/never` is never answered. */
const page = (query) => `<!doctype html><title>${query.get('title') ?? 'shop'}</title>
<button id="reload">Reload</button><button id="hang">Hang</button><button id="quick">Quick</button>
<script src="/zonetrace.script.js" data-start="false" crossorigin></script>
<script>
  window.tracing = zonetrace.startTracing({ service: 'shop', panel: ${query.get('panel') ?? '{}'} });
  const on = (id, act) => document.getElementById(id).addEventListener('click', act);
  on('reload', () => zonetrace.withSpan('before the reload', () => location.reload()));
  on('hang', async () => {
    await zonetrace.withSpan('done', () => {});
    await fetch('/never');
  });
  on('quick', () => zonetrace.withSpan('quick work', () => {}));
</script>`;

const wanted = (process.env.BROWSERS ?? 'chromium,firefox').split(',').filter(findBrowser);

for (const name of wanted) {
  describe(`the history of a page, in ${name}`, () => {
    let server;
    let origin;
    let browser;

    before(async () => {
      server = createServer((request, response) => {
        const url = new URL(request.url, 'http://localhost');
        if (url.pathname === '/never') return;
        const isScript = SCRIPT.test(url.pathname);
        response.writeHead(200, {
          'Content-Type': isScript ? 'text/javascript' : 'text/html',
          'Access-Control-Allow-Origin': '*',
          // Of no origin: nothing can be stored.
          ...(url.searchParams.has('sandbox') && { 'Content-Security-Policy': 'sandbox allow-scripts' }),
        });
        response.end(isScript ? readFileSync(join(DIST, url.pathname)) : page(url.searchParams));
      });
      await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
      browser = await launch(name);
    });
    after(async () => {
      await browser?.close();
      server?.close();
      server?.closeAllConnections();
    });

    /** An origin of its own, so that no test sees the history of another. */
    let origins = 0;
    const newOrigin = () => {
      origin = `http://${++origins}.localhost:${server.address().port}`;
    };

    async function open(panel, path = '/cart', title = 'shop') {
      const tab = await browser.newPage();
      await tab.setViewport({ width: 1200, height: 800 });
      await tab.goto(`${origin}${path}?${new URLSearchParams({ panel: JSON.stringify(panel), title })}`);
      await tab.waitForFunction(() => document.querySelector('zonetrace-launcher'));
      const isKept = panel.history !== false;
      // The load itself is kept: the history, which is loaded last of all, is there.
      if (isKept) assert.ok(await comes(async () => (await kept(tab)).includes(`load ${path}`)), 'nothing is kept');
      return tab;
    }
    const click = (tab, id) => tab.$eval(`#${id}`, (button) => button.click());

    /** The traces of the list, newest first: their names, and where they come from. */
    const listed = (tab) =>
      tab.evaluate(() => {
        const { shadowRoot } = document.querySelector('zonetrace-panel') ?? {};
        const rows = shadowRoot?.querySelector('zonetrace-traces')?.shadowRoot?.querySelectorAll('.row') ?? [];
        return [...rows].map((row) => ({
          name: row.querySelector('.cut').textContent,
          source: row.querySelector('.source')?.textContent ?? '',
        }));
      });
    const findTrace = async (tab, traceName, source) => {
      let traces = [];
      const has = async () => {
        traces = await listed(tab);
        return traces.some((trace) => trace.name === traceName && source.test(trace.source));
      };
      assert.ok(await comes(has), `${traceName} is not in ${JSON.stringify(traces)}`);
      return traces;
    };
    /** What IndexedDB holds, as the names of spans. */
    const kept = async (tab) =>
      (await tab.evaluate(
        async () =>
          (await indexedDB.databases()).length > 0 &&
          new Promise((resolve, reject) => {
            const request = indexedDB.open('zonetrace history');
            request.onerror = () => reject(request.error);
            request.onsuccess = () => {
              const database = request.result;
              const all = database.transaction('traces').objectStore('traces').getAll();
              all.onsuccess = () => {
                database.close();
                resolve(all.result.map(({ text }) => text).join('\n'));
              };
            };
          }),
      )) || '';

    it('has the trace of the click that has reloaded it, apart from those of the new load', async () => {
      newOrigin();
      const tab = await open({ open: true });
      await Promise.all([tab.waitForNavigation(), click(tab, 'reload')]);
      const traces = await findTrace(tab, 'click "Reload"', /\/cart at \d\d:\d\d:\d\d/);
      await click(tab, 'quick');
      const later = await findTrace(tab, 'click "Quick"', /^$/);
      assert.equal(later[0].name, 'click "Quick"', 'what is new stands first');
      assert.ok(traces.findIndex(({ source }) => source) > traces.findLastIndex(({ source }) => !source));
      if (process.env.PICTURE) await tab.screenshot({ path: `${process.env.PICTURE}-${name}.png` });

      // Its spans are all there, and the timeline and the counts are of this load alone.
      const names = await tab.evaluate(() => {
        const { store } = window.tracing;
        const trace = store.traces.find(({ source }) => source?.kind === 'load');
        return store.traces
          .filter(({ source }) => source === trace.source)
          .flatMap(({ rows }) => rows.map((row) => store.record(row).name));
      });
      assert.ok(names.includes('before the reload'), JSON.stringify(names));
      const [counted, ownOpen] = await tab.evaluate(() => {
        const { openSpans, traces: all } = window.tracing.store;
        return [openSpans, all.reduce((sum, trace) => sum + (trace.source ? 0 : trace.openSpans), 0)];
      });
      assert.equal(counted, ownOpen);
      await tab.close();
    });

    it('has what was under way when the page crashed', {
      skip: name !== 'chromium' && 'a crash is Chromium’s',
    }, async () => {
      newOrigin();
      const tab = await open({});
      await click(tab, 'hang');
      assert.ok(await comes(async () => (await kept(tab)).includes('/never')), 'a live trace is not kept');
      const session = await tab.createCDPSession();
      const crashed = new Promise((resolve) => tab.once('error', resolve));
      session.send('Page.crash').catch(() => {});
      await crashed;
      await tab.close();

      const next = await open({ open: true });
      await findTrace(next, 'click "Hang"', /\/cart at/);
      const spans = await next.evaluate(() => {
        const { store } = window.tracing;
        const { rows } = store.traces.find(({ source, openSpans }) => source && openSpans > 0);
        return rows.map((row) => {
          const { name: span, endTime } = store.record(row);
          return { span, parent: store.record(store.parents[row])?.name, isOpen: endTime === undefined };
        });
      });
      const found = (span) => spans.find((each) => each.span.startsWith(span));
      assert.deepEqual(
        [found('click').isOpen, found('done').isOpen, found('GET').isOpen],
        [true, false, true],
        JSON.stringify(spans),
      );
      assert.equal(found('GET').parent, found('done').parent);
      assert.ok(
        await comes(() => next.evaluate(() => window.tracing.store.openSpans === 0)),
        'what crashed counts as open',
      );
      await next.close();
    });

    it('is forgotten with the button that clears, and not kept where the option says so', async () => {
      newOrigin();
      const tab = await open({ open: true });
      await click(tab, 'quick');
      assert.ok(await comes(async () => (await kept(tab)).includes('quick work')));
      await tab.evaluate(() =>
        document
          .querySelector('zonetrace-panel')
          .shadowRoot.querySelector('zonetrace-bar')
          .shadowRoot.querySelector('[data-command=clear]')
          .click(),
      );
      assert.ok(await comes(async () => !(await kept(tab)).includes('quick work')), 'it is still kept');
      await tab.close();

      const silent = await open({ open: true, history: false });
      await click(silent, 'quick');
      await findTrace(silent, 'click "Quick"', /^$/);
      await silent.reload();
      await silent.waitForFunction(() => document.querySelector('zonetrace-panel'));
      await new Promise((resolve) => setTimeout(resolve, 500));
      assert.ok(!(await kept(silent)).includes('quick work'));
      assert.ok((await listed(silent)).every(({ source }) => source === ''));
      await silent.close();
    });

    it('has nothing of a tab that is still there, and what other tabs do where both want it', async () => {
      newOrigin();
      const other = await open({ tabs: true }, '/orders', 'Orders');
      await click(other, 'quick');
      assert.ok(await comes(async () => (await kept(other)).includes('quick work')));

      const alone = await open({ open: true });
      await click(alone, 'quick');
      const seen = await findTrace(alone, 'click "Quick"', /^$/);
      assert.deepEqual(
        seen.filter(({ source }) => source !== ''),
        [],
      );
      await alone.close();

      const tab = await open({ open: true, tabs: true });
      await findTrace(tab, 'click "Quick"', /Orders/); // from before it was there
      await Promise.all([other.waitForNavigation(), click(other, 'reload')]);
      await findTrace(tab, 'click "Reload"', /Orders/);
      await tab.close();
      await other.close();
    });

    it('is not in the way of a page that may store nothing, which the diagnostics say', async () => {
      newOrigin();
      const tab = await browser.newPage();
      const faults = [];
      tab.on('pageerror', (error) => faults.push(String(error)));
      tab.on('console', (message) => faults.push(message.text()));
      await tab.goto(`${origin}/?sandbox&panel=${JSON.stringify({ open: true, tabs: true })}`);
      const diagnostics = () =>
        tab.evaluate(() => {
          const panel = document.querySelector('zonetrace-panel')?.shadowRoot;
          const bar = panel?.querySelector('zonetrace-bar')?.shadowRoot;
          const view = [...(bar?.querySelectorAll('.views button') ?? [])].find((button) =>
            /Diag/.test(button.textContent),
          );
          view?.click();
          return panel?.querySelector('zonetrace-diagnostics')?.shadowRoot?.textContent ?? '';
        });
      assert.ok(await comes(async () => /let the browser store data for this page/.test(await diagnostics())));
      await click(tab, 'quick');
      await findTrace(tab, 'click "Quick"', /^$/);
      assert.deepEqual(faults, []);
      await tab.close();
    });
  });
}
