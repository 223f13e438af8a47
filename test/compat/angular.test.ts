import { expect } from 'chai';
import type * as Zonetrace from '../../src/index.js';
import type { App } from '../fixtures/compat/angular-app.js';
import { openFrame } from '../frame.js';

interface AngularWindow extends Window {
  opened: Promise<App>;
  zonetrace?: typeof Zonetrace;
}

const pause = (ms = 0) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Whether it comes true in time. What does not come in 400 ms does not come. */
async function comes(condition: () => boolean): Promise<boolean> {
  for (let i = 0; i < 40; i++) {
    if (condition()) return true;
    await pause(10);
  }
  return false;
}

async function openApp(page: string): Promise<{ frame: HTMLIFrameElement; page: AngularWindow; app: App }> {
  const frame = await openFrame(`/test/fixtures/compat/${page}`);
  const window = frame.contentWindow as unknown as AngularWindow;
  return { frame, page: window, app: await window.opened };
}

const names = (await openApp('angular-zoneless-stock.html').then(({ frame, app }) => {
  const { cases, failures } = app;
  frame.remove();
  return { cases: [...cases], failures: [...failures] };
})) as { cases: string[]; failures: string[] };

/** Which of the cases the page passes. */
async function passes(app: App, how: 'now' | 'in a timer'): Promise<string[]> {
  const passed: string[] = [];
  for (const name of names.cases) {
    app.click(name, how);
    if (await comes(() => app.view() === `${name} done`)) passed.push(name);
  }
  return passed;
}

const zoneBased = {
  'before Zone.js': 'angular-zone-ours-first.html',
  'after Zone.js': 'angular-zone-js-first.html',
  'between two copies of Zone.js': 'angular-zone-js-twice.html',
};

/** The errors that its ErrorHandler gets, by what fails. */
async function errorsOf(page: string): Promise<Record<string, string[]>> {
  const { frame, app } = await openApp(page);
  const errors: Record<string, string[]> = {};
  for (const name of names.failures) {
    app.errors.length = 0;
    app.click(name);
    await comes(() => app.errors.length > 0);
    errors[name] = [...app.errors];
  }
  app.errors.length = 0;
  app.click('a plain handler');
  app.rejectOutside();
  await pause(200);
  errors['outside'] = [...app.errors];
  frame.remove();
  return errors;
}

/** How often a timer in the zone makes Angular check the view. */
async function checksOfTimer(app: App): Promise<number> {
  app.runTimer();
  await pause(20);
  const before = app.checks;
  await pause(150);
  return app.checks - before;
}

/** Whether work in the zone makes the app unstable and then stable, and whether whenStable waits for it. */
async function stability(app: App): Promise<string[]> {
  const seen: string[] = [];
  for (const kind of ['timer', 'microtasks', 'fetch', 'fetch with then'] as const) {
    app.isStable.length = 0;
    app.work(kind);
    await app.whenStable();
    seen.push(`${kind}: ${app.isStable}${app.state.worked === kind ? ', done' : ''}`);
    await comes(() => app.state.worked === kind);
    await pause(20);
  }
  return seen;
}

describe('Angular', function () {
  this.timeout(60_000);

  /** What a zone-based app does without zonetrace. */
  let stock: { passed: string[]; checks: number; stability: string[] };
  before(async () => {
    const { frame, app } = await openApp('angular-zone-stock.html');
    stock = { checks: await checksOfTimer(app), stability: await stability(app), passed: await passes(app, 'now') };
    frame.remove();
  });

  it('without zonetrace misses native async functions where it is zone-based, and nothing where it is not', async () => {
    const missed = names.cases.filter((name) => !stock.passed.includes(name));
    expect(missed).to.include.members(['await of a promise', 'await of a timer', 'fetch']);
    expect(stock.passed).to.include.members(['a plain handler', 'Promise.then', 'setTimeout', 'fetch with then']);
    const { frame, app } = await openApp('angular-zoneless-stock.html');
    expect(await passes(app, 'now')).to.deep.equal(names.cases);
    frame.remove();
  });

  for (const [order, url] of Object.entries({ ...zoneBased, 'where it is zoneless': 'angular-zoneless.html' })) {
    // One app for all of them, as it is for who works with it: each goes on where the others left it.
    describe(`with zonetrace ${order}`, () => {
      let frame: HTMLIFrameElement;
      let app: App;
      let zonetrace: typeof Zonetrace;
      before(async () => {
        const opened = await openApp(url);
        ({ frame, app } = opened);
        zonetrace = opened.page.zonetrace as typeof Zonetrace;
      });
      after(() => frame.remove());

      if (url !== 'angular-zoneless.html') {
        it('checks the view no more often after a timer than without zonetrace', async () => {
          expect(await checksOfTimer(app)).to.equal(stock.checks);
        });

        it('becomes stable as without zonetrace', async () => {
          const ours = await stability(app);
          for (const [i, line] of stock.stability.entries()) {
            expect(ours[i]?.replace(', done', ''), line).to.equal(line.replace(', done', ''));
            if (line.endsWith('done')) expect(ours[i]).to.equal(line);
          }
        });

        it('checks the view in the span whose effect it shows', async () => {
          app.checkedIn.length = 0;
          zonetrace.withSpan('outer', () => app.click('await of a promise'));
          await comes(() => app.view() === 'await of a promise done');
          expect(app.checkedIn).to.not.be.empty;
          expect(new Set(app.checkedIn)).to.deep.equal(new Set(['outer']));
        });
      }

      it('updates the view after everything that a click handler may do', async () => {
        expect(await passes(app, 'now')).to.deep.equal(names.cases);
      });

      it('does so for handlers that begin in a task, too', async () => {
        expect(await passes(app, 'in a timer')).to.deep.equal(names.cases);
      });

      it('keeps a span of its own around run and runOutsideAngular', async () => {
        const seen = zonetrace.withSpan('outer', () => app.click('runOutsideAngular and run'));
        await comes(() => app.view() === 'runOutsideAngular and run done');
        expect(seen).to.deep.equal(['outer', 'outer', 'outer']);
      });

      it('shows the span of the click in the whole handler, in and out of its zone', async () => {
        const tracing = zonetrace.startTracing({ panel: false });
        for (const name of names.cases) {
          const seen = app.click(name);
          await comes(() => app.view() === `${name} done`);
          expect(seen, name).to.not.be.empty;
          expect(new Set(seen), name).to.deep.equal(new Set(['listener']));
        }
        await tracing.stop();
      });
    });
  }

  for (const [order, page] of Object.entries(zoneBased)) {
    describe(`that is zone-based, with zonetrace ${order}`, () => {
      it('tells its ErrorHandler each error once, those of native async functions too', async () => {
        const told = Object.fromEntries(names.failures.map((name) => [name, [name]]));
        expect(await errorsOf(page)).to.deep.equal({ ...told, outside: [] });
      });

      it('tells them once where the app listens to the window, too', async () => {
        const told = Object.fromEntries(names.failures.map((name) => [name, [name]]));
        expect(await errorsOf(`${page}?listeners`)).to.deep.equal({ ...told, outside: ['outside'] });
      });
    });
  }

  it('has the errors of zoneless apps handled as without zonetrace', async () => {
    for (const query of ['', '?listeners']) {
      const ours = await errorsOf(`angular-zoneless.html${query}`);
      expect(ours).to.deep.equal(await errorsOf(`angular-zoneless-stock.html${query}`));
    }
  });
});
