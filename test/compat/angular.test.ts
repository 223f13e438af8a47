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
async function passes(page: string, how: 'now' | 'in a timer'): Promise<string[]> {
  const { frame, app } = await openApp(page);
  const passed: string[] = [];
  for (const name of names.cases) {
    app.click(name, how);
    if (await comes(() => app.view() === `${name} done`)) passed.push(name);
  }
  frame.remove();
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
async function checksOfTimer(page: string): Promise<number> {
  const { frame, app } = await openApp(page);
  app.runTimer();
  await pause(20);
  const before = app.checks;
  await pause(150);
  frame.remove();
  return app.checks - before;
}

/** Whether work in the zone makes the app unstable and then stable, and whether whenStable waits for it. */
async function stability(page: string): Promise<string[]> {
  const { frame, app } = await openApp(page);
  const seen: string[] = [];
  for (const kind of ['timer', 'microtasks', 'fetch', 'fetch with then'] as const) {
    app.isStable.length = 0;
    app.work(kind);
    await app.whenStable();
    seen.push(`${kind}: ${app.isStable}${app.state.worked === kind ? ', done' : ''}`);
    await comes(() => app.state.worked === kind);
    await pause(20);
  }
  frame.remove();
  return seen;
}

describe('Angular', function () {
  this.timeout(60_000);

  it('without zonetrace misses native async functions where it is zone-based, and nothing where it is not', async () => {
    const passed = await passes('angular-zone-stock.html', 'now');
    const missed = names.cases.filter((name) => !passed.includes(name));
    expect(missed).to.include.members(['await of a promise', 'await of a timer', 'fetch']);
    expect(passed).to.include.members(['a plain handler', 'Promise.then', 'setTimeout', 'fetch with then']);
    expect(await passes('angular-zoneless-stock.html', 'now')).to.deep.equal(names.cases);
  });

  for (const [order, page] of Object.entries({ ...zoneBased, 'where it is zoneless': 'angular-zoneless.html' })) {
    describe(`with zonetrace ${order}`, () => {
      it('updates the view after everything that a click handler may do', async () => {
        expect(await passes(page, 'now')).to.deep.equal(names.cases);
      });

      it('does so for handlers that begin in a task, too', async () => {
        expect(await passes(page, 'in a timer')).to.deep.equal(names.cases);
      });

      it('shows the span of the click in the whole handler, in and out of its zone', async () => {
        const { frame, app, page: window } = await openApp(page);
        const tracing = (window.zonetrace as typeof Zonetrace).startTracing({ panel: false });
        for (const name of names.cases) {
          const seen = app.click(name);
          await comes(() => app.view() === `${name} done`);
          expect(seen, name).to.not.be.empty;
          expect(new Set(seen), name).to.deep.equal(new Set(['listener']));
        }
        await tracing.stop();
        frame.remove();
      });

      it('keeps a span of its own around run and runOutsideAngular', async () => {
        const { frame, app, page: window } = await openApp(page);
        const { withSpan } = window.zonetrace as typeof Zonetrace;
        const seen = withSpan('outer', () => app.click('runOutsideAngular and run'));
        await comes(() => app.view() === 'runOutsideAngular and run done');
        expect(seen).to.deep.equal(['outer', 'outer', 'outer']);
        frame.remove();
      });
    });
  }

  for (const [order, page] of Object.entries(zoneBased)) {
    describe(`that is zone-based, with zonetrace ${order}`, () => {
      it('checks the view in the span whose effect it shows', async () => {
        const { frame, app, page: window } = await openApp(page);
        const { withSpan } = window.zonetrace as typeof Zonetrace;
        app.checkedIn.length = 0;
        withSpan('outer', () => app.click('await of a promise'));
        await comes(() => app.view() === 'await of a promise done');
        expect(app.checkedIn).to.not.be.empty;
        expect(new Set(app.checkedIn)).to.deep.equal(new Set(['outer']));
        frame.remove();
      });

      it('checks the view no more often after a timer than without zonetrace', async () => {
        expect(await checksOfTimer(page)).to.equal(await checksOfTimer('angular-zone-stock.html'));
      });

      it('tells its ErrorHandler each error once, those of native async functions too', async () => {
        const told = Object.fromEntries(names.failures.map((name) => [name, [name]]));
        expect(await errorsOf(page)).to.deep.equal({ ...told, outside: [] });
      });

      it('tells them once where the app listens to the window, too', async () => {
        const told = Object.fromEntries(names.failures.map((name) => [name, [name]]));
        expect(await errorsOf(`${page}?listeners`)).to.deep.equal({ ...told, outside: ['outside'] });
      });

      it('becomes stable as without zonetrace', async () => {
        const ours = await stability(page);
        const stock = await stability('angular-zone-stock.html');
        for (const [i, line] of stock.entries()) {
          expect(ours[i]?.replace(', done', ''), line).to.equal(line.replace(', done', ''));
          if (line.endsWith('done')) expect(ours[i]).to.equal(line);
        }
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
